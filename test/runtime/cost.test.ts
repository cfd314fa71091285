import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { costMetadata, noCost } from '../../runtime/cost';
import { RecordingBucket, startFunction } from './support/harness';

let bucket: RecordingBucket;
beforeEach(async () => {
  bucket = await RecordingBucket.start();
});
afterEach(() => bucket.close());

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

describe('what profiling costs', () => {
  it('is in the metadata of every snapshot', async () => {
    const fn = await startFunction({ files: { 'index.js': 'exports.handler = async () => 1;' } }, bucket);
    await (await fn.invoke({})).report;
    await (await fn.invoke({})).report;
    await fn.close();
    const names = Object.keys(costMetadata(noCost(), 0));
    for (const { metadata } of bucket.puts) {
      for (const name of names) expect(Number(metadata[name]), name).toBeGreaterThanOrEqual(0);
    }
    const [first, second] = bucket.of('wall').map(({ metadata }) => metadata);
    expect(Number(first['cost-start-ms'])).toBeGreaterThan(0);
    expect(Number(first['cost-rotate-ms'])).toBeGreaterThan(0);
    expect(Number(first['cost-heap-ms'])).toBeGreaterThan(0);
    // A flush is known only after it, by the next.
    expect([first['cost-flush-ms'], first['cost-flush-bytes']]).toEqual(['0.0', '0']);
    expect(Number(second['cost-flush-ms'])).toBeGreaterThan(0);
    expect(Number(second['cost-flush-bytes'])).toBeGreaterThan(500);
  });

  it('counts what was dropped and retried', async () => {
    bucket.fault = (_request, response) => {
      response.writeHead(500).end();
      return true;
    };
    const fn = await startFunction(
      {
        files: { 'index.js': 'exports.handler = async () => 1;' },
        environment: {
          PROFILED_FN_SNAPSHOT_INTERVAL_MS: '1',
          PROFILED_FN_WINDOW_SIZE: '2',
          PROFILED_FN_PROFILES: 'wall,init',
        },
      },
      bucket,
    );
    // init and wall, then wall, then wall in the first one's slot.
    for (let i = 0; i < 3; i++) {
      await (await fn.invoke({})).report;
      await pause(60);
    }
    bucket.fault = () => false;
    await fn.close();
    const last = bucket.of('wall').find(({ metadata }) => metadata['dropped-snapshots'] !== '0');
    expect(bucket.of('init')).toHaveLength(1);
    expect(new Set(bucket.of('wall').map(({ key }) => key)).size).toBe(2);
    expect(bucket.of('wall')).toHaveLength(2);
    expect(Number(last?.metadata['dropped-snapshots'])).toBe(1);
    expect(Number(last?.metadata['retried-uploads'])).toBeGreaterThanOrEqual(3);
  });
});
