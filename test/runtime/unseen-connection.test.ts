import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { queryNameServers } from '../../runtime/unseen-connection';
import { RecordingBucket, startFunction } from './support/harness';

let bucket: RecordingBucket;
beforeEach(async () => {
  bucket = await RecordingBucket.start();
});
afterEach(() => bucket.close());

it('takes part in no deadlock where the thread pool has one thread, which the runtime client holds', async () => {
  const environment = { UV_THREADPOOL_SIZE: '1', PROFILED_FN_SNAPSHOT_INTERVAL_MS: '1', PROFILED_FN_COST_LIMIT: '1' };
  const fn = await startFunction({ files: { 'index.js': 'exports.handler = async () => 1;' }, environment }, bucket);
  for (let i = 0; i < 3; i++) {
    const result = await fn.invoke({});
    expect(result.functionError).toBeUndefined();
    await result.report;
  }
  await fn.close();
  expect(bucket.of('wall').length).toBeGreaterThan(1);
});

it('asks name servers for addresses without the thread pool', async () => {
  // Answers each question with 192.0.2.7, by RFC 1035.
  const server = createSocket('udp4').bind(0, '127.0.0.1');
  server.on('message', (question, { port, address }) => {
    const name = question.subarray(12, question.indexOf(0, 12) + 5);
    const header = Buffer.from([...question.subarray(0, 2), 0x81, 0x80, 0, 1, 0, 1, 0, 0, 0, 0]);
    const answer = Buffer.from([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 192, 0, 2, 7]);
    server.send(Buffer.concat([header, name, answer]), port, address);
  });
  await once(server, 'listening');
  const addresses = await new Promise((found) =>
    queryNameServers('bucket.s3.eu-west-1.amazonaws.com', found, [`127.0.0.1:${server.address().port}`]),
  );
  server.close();
  expect(addresses).toEqual(['192.0.2.7']);
});
