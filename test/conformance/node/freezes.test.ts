import { expect, it } from 'vitest';
import { ownLines, RecordingBucket, startFunction, total } from '../../runtime/support/harness';
import { installNode } from '../support/tools';

const FREEZES = 10_000;

/** Works for a millisecond, and says how long that took, milliseconds. */
const code = `exports.handler = async () => {
  const start = performance.now();
  while (performance.now() < start + 1);
  return performance.now() - start;
};`;

it(`an instance may be frozen ${FREEZES.toLocaleString('en-US')} times: each invocation is recorded, no frozen time counted`, async () => {
  const bucket = await RecordingBucket.start();
  const environment = {
    PROFILED_FN_SNAPSHOT_INTERVAL_MS: '2000',
    PROFILED_FN_COST_LIMIT: '1',
    PROFILED_FN_PROFILES: 'wall,init',
  };
  const fn = await startFunction({ files: { 'index.js': code }, environment }, bucket, {
    nodePath: await installNode(24),
  });
  const started = performance.now();
  let handledMs = 0;
  for (let i = 0; i < FREEZES; i++) {
    const { payload, report } = await fn.invoke();
    await report;
    handledMs += Number(payload.toString());
  }
  const elapsedMs = performance.now() - started;
  await fn.close();
  await bucket.close();

  expect(ownLines(fn.log)).toEqual([]);
  const profiles = bucket.of('wall').map(({ profile }) => profile);
  const sum = (measure: (profile: (typeof profiles)[number]) => number) =>
    profiles.reduce((all, profile) => all + measure(profile), 0);
  expect(sum(({ samples }) => samples.filter(({ locations }) => locations.length === 0).length)).toBe(FREEZES);
  const invokedMs = sum(({ durationNanos }) => Number(durationNanos)) / 1e6;
  const sampledMs = sum((profile) => total(profile, 'wall')) / 1e6;
  // A tenth of what was not the handler's: the rest is the runtime client's, and frozen.
  expect(invokedMs - handledMs).toBeLessThan(0.1 * (elapsedMs - handledMs));
  expect(invokedMs).toBeGreaterThanOrEqual(handledMs);
  expect(sampledMs).toBeLessThanOrEqual(invokedMs);
  expect(sampledMs).toBeGreaterThan(0.95 * invokedMs);
}, 900_000);
