import { expect, it } from 'vitest';
import { RecordingBucket, startFunction } from '../../runtime/support/harness';
import { installNode } from '../support/tools';

const WINDOWS = 500;

/** What lives in V8's heap once garbage is collected (Lambda starts Node.js with --expose-gc), bytes. */
const code = `
exports.handler = async ({ measure }) => {
  const end = performance.now() + 5;
  while (performance.now() < end) JSON.stringify({ a: [1, 2, 3], b: 'x'.repeat(100) });
  if (!measure) return 0;
  globalThis.gc();
  return process.memoryUsage().heapUsed;
};`;

it.each([20, 22, 24] as const)(
  `on Node.js %d memory does not grow with the snapshots, over ${WINDOWS} of them`,
  async (major) => {
    const bucket = await RecordingBucket.start();
    let windows = 0;
    bucket.fault = ({ url }, response) => {
      if (url?.includes('/wall/')) windows++;
      return Boolean(response.writeHead(200).end());
    };
    const environment = {
      PROFILED_FN_SNAPSHOT_INTERVAL_MS: '1',
      PROFILED_FN_COST_LIMIT: '1',
      PROFILED_FN_PROFILES: 'wall,wait,loop,gc',
    };
    const nodePath = major === 20 ? undefined : await installNode(major);
    const fn = await startFunction({ files: { 'index.js': code }, environment }, bucket, { nodePath });
    const heapUsed: number[] = [];
    while (windows < WINDOWS) {
      const measure = windows > (WINDOWS / 2) * (heapUsed.length + 1) - 1;
      const { payload, report } = await fn.invoke({ measure });
      await report;
      if (measure) heapUsed.push(Number(payload.toString()));
    }
    const { payload } = await fn.invoke({ measure: true });
    await fn.close();
    await bucket.close();
    // A window's samples, kept, would be 10 KiB and more.
    const [half] = heapUsed;
    expect(Number(payload.toString()) - half).toBeLessThan((WINDOWS / 2) * 2048);
  },
  300_000,
);
