import { describe, expect, it } from 'vitest';
import { RecordingBucket, startFunction } from '../support/harness';

describe('errors', () => {
  const handler = `
    const fs = require('node:fs');
    const crypto = require('node:crypto');
    const zlib = require('node:zlib');
    const dns = require('node:dns');
    const stackOf = (error) => error.stack.replaceAll(__dirname, '').split('\\n').slice(0, 3);
    const called = (ask) => new Promise((resolve) => ask(() => resolve(stackOf(new Error('here')))));
    const failed = (fail) => { try { return fail(); } catch (error) { return stackOf(error); } };
    exports.handler = async () => [
      failed(() => fs.statSync('/nothing')),
      failed(() => fs.openSync('/nothing')),
      failed(() => fs.readdirSync('/nothing')),
      await fs.promises.stat('/nothing').catch(stackOf),
      await fs.promises.readFile('/nothing').catch(stackOf),
      await called((then) => fs.stat('/nothing', then)),
      await called((then) => fs.readFile(__filename, then)),
      await called((then) => crypto.randomBytes(1, then)),
      await called((then) => crypto.pbkdf2('a', 'b', 1, 1, 'sha1', then)),
      await called((then) => zlib.gzip('a', then)),
      await called((then) => dns.lookup('127.0.0.1', then)),
    ];`;

  it('have the same stacks with and without', async () => {
    const files = { 'index.js': handler };
    const bucket = await RecordingBucket.start();
    const environment = { PROFILED_FN_PROFILES: 'wait' };
    const stacks: unknown[] = [];
    for (const fn of [await startFunction({ files }), await startFunction({ files, environment }, bucket)]) {
      const { payload, report } = await fn.invoke({});
      await report;
      stacks.push(JSON.parse(payload.toString()));
      await fn.close();
    }
    await bucket.close();
    expect(stacks[0]).toHaveLength(11);
    expect(stacks[1]).toEqual(stacks[0]);
  });
});
