import { expect, it } from 'vitest';
import { preloaded, RecordingBucket, startFunction } from './support/harness';

/** Deploys as the constructs do, at 128 MB, with all that it costs limited; among the profiled instances by its draw. */
const deployed = (draw: number) => ({
  files: {
    'index.js': 'exports.handler = async (e) => { await new Promise((r) => setTimeout(r, 200)); return e.n; };',
  },
  memoryMb: 128,
  environment: {
    PROFILED_FN_PROFILES: 'wall,heap,custom',
    PROFILED_FN_COST_LIMIT: '0.01',
    PROFILED_FN_SNAPSHOT_INTERVAL_MS: '1000',
    ...preloaded(`const { random } = Math; let first = 2; Math.random = () => first-- > 0 ? ${draw} : random();`),
  },
});

it('an instance that is not among the profiled ones runs bare: nothing registers, nothing is logged', async () => {
  const bucket = await RecordingBucket.start();
  const environment = await startFunction(deployed(0.9), bucket);
  await (await environment.invoke({ n: 1 })).report;
  await environment.close();
  expect(bucket.requests).toBe(0);
  expect(environment.log).toEqual([]);
  await bucket.close();
});

// That no instance is killed for it (R01) is shown at Lambda's share of a processor: test/conformance/small-memory.test.ts.
it('an instance is profiled at 128 MB, too: its last window leaves when it is shut down, if not before', async () => {
  const bucket = await RecordingBucket.start();
  // Without a limit, as a busy machine may need longer than Lambda gives.
  const environment = await startFunction(deployed(0), bucket);
  for (let n = 0; n < 3; n++) await (await environment.invoke({ n })).report;
  await environment.close();
  await bucket.close();
  const records = bucket.of('wall').flatMap(({ profile }) => profile.samples.filter((s) => s.locations.length === 0));
  expect(records).toHaveLength(3);
  expect(bucket.of('init')).toHaveLength(1);
  expect(Number(bucket.of('wall')[0].metadata['cost-start-ms'])).toBeGreaterThan(0);
});
