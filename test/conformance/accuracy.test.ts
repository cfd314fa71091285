import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { knownTimes, type PhasesRun, profiledTimes } from '../../bench/phases';
import { invocationRecords } from '../../profile/analysis/invocation-records';
import { busy, RecordingBucket, startFunction, total } from '../runtime/support/harness';

const PHASES = readFileSync(join(import.meta.dirname, '../../bench/handlers/phases.cjs'), 'utf8');
/** Much longer than the phases together: wherever it were counted, it would show, however busy the machine is. */
const FREEZE_MS = 1500;

let bucket: RecordingBucket;
beforeEach(async () => {
  bucket = await RecordingBucket.start();
});
afterEach(() => bucket.close());

describe('the times of a profile', () => {
  it.each([
    ['nothing under way', undefined],
    ['a timer pending', 'timer'],
    ['work under way', 'busy'],
  ])('leave out a freeze between two invocations with %s', async (_name, leave) => {
    const environment = {
      PROFILED_FN_PROFILES: 'wall,init',
      // Due after the first invocation, and again after the freeze: one window has it in its middle.
      PROFILED_FN_SNAPSHOT_INTERVAL_MS: String(FREEZE_MS),
    };
    const fn = await startFunction({ files: { 'index.js': PHASES }, environment }, bucket);
    const runs: PhasesRun[] = [];
    for (const freezeMs of [0, 0, FREEZE_MS]) {
      await sleep(freezeMs);
      const phases = [
        ['parse', 120],
        ['wait', 120],
        ['render', 80],
      ];
      const { payload, report } = await fn.invoke({ phases, leave });
      await report;
      runs.push(JSON.parse(payload.toString()) as PhasesRun);
    }
    await fn.close();

    const profiles = bucket.of('wall').map(({ profile }) => profile);
    const known = knownTimes(runs, []);
    const told = profiledTimes(profiles);
    expect(profiles.length).toBeGreaterThan(1);
    for (const phase of ['parse', 'wait', 'render'] as const) {
      expect(told[phase], phase).toBeGreaterThan(known[phase] / 2);
      expect(told[phase], phase).toBeLessThan(known[phase] + FREEZE_MS / 2);
    }
    if (leave === 'busy') expect(told.workOn).toBeGreaterThan(0);
    expect(told.workOn).toBeLessThan(known.workOn + FREEZE_MS / 2);
    const invocationsMs = runs.reduce((sum, { invocation: { from, to } }) => sum + (to - from) / 1000, 0);
    const profiledMs = profiles.reduce((sum, profile) => sum + total(profile, 'wall') / 1e6, 0);
    expect(profiledMs).toBeGreaterThan(invocationsMs / 2);
    expect(profiledMs).toBeLessThan(invocationsMs + FREEZE_MS / 2);
  });
});

it('invocations shorter than the sampling interval, with a freeze after each, are what they did', async () => {
  const environment = {
    PROFILED_FN_PROFILES: 'wall,init',
    PROFILED_FN_SNAPSHOT_INTERVAL_MS: '700',
    PROFILED_FN_COST_LIMIT: '1',
  };
  const code = `exports.handler = async function work() {
    for (const end = performance.now() + 4; performance.now() < end; );
  };`;
  const fn = await startFunction({ files: { 'index.js': code }, environment }, bucket);
  for (let i = 0; i < 120; i++) {
    await (await fn.invoke()).report;
    await sleep(20);
  }
  await fn.close();
  // Until there are ten invocations nothing is known of how long they take.
  const profiles = bucket.of('wall').slice(2);
  expect(profiles.length).toBeGreaterThan(0);
  const samples = profiles.flatMap(({ profile }) => profile.samples);
  const wall = (name?: string) =>
    samples
      .filter(({ locations }) => !name || locations.some(({ lines }) => lines[0].fn.name === name))
      .reduce((sum, { values }) => sum + Number(values[2]), 0);
  expect(wall('work') / wall()).toBeGreaterThan(0.6);
  expect(wall('(idle)') / wall()).toBeLessThan(0.1);
});

it('an instance that does nothing but compute is sampled half as often, once that is known', async () => {
  const fn = await startFunction(
    {
      files: { 'index.js': `${busy} exports.handler = async () => spin(85);` },
      environment: { PROFILED_FN_SNAPSHOT_INTERVAL_MS: '1500', PROFILED_FN_COST_LIMIT: '1' },
    },
    bucket,
  );
  const told = () => bucket.of('wall').some(({ profile }) => invocationRecords(profile).length >= 10);
  for (let i = 0; i < 200 && !told(); i++) await (await fn.invoke({})).report;
  await (await fn.invoke({})).report;
  await fn.close();
  const periods = bucket.of('wall').map(({ profile }) => Number(profile.period));
  expect(periods).toContain(10e6);
  expect(periods.at(-1)).toBe(20e6);
  const last = bucket.of('wall').at(-1)?.profile;
  expect(last && total(last, 'wall')).toBeGreaterThan(40e6);
});
