import { join } from 'node:path';
import { build } from 'esbuild';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Label, Profile, Sample } from '../../profile/model/profile';
import { busy, RecordingBucket, startFunction, total } from './support/harness';

/** Records are in whole microseconds. */
const ROUNDING_MS = 1;

let bucket: RecordingBucket;
beforeEach(async () => {
  bucket = await RecordingBucket.start();
});
afterEach(() => bucket.close());

const isRecord = ({ locations }: Sample) => locations.length === 0;
const samplesOf = ({ samples }: Profile) => samples.filter((sample) => !isRecord(sample));
const asObject = (labels: readonly Label[]) =>
  Object.fromEntries(labels.map((label) => [label.key, 'str' in label ? label.str : Number(label.num)]));
const recordsOf = ({ samples }: Profile) => samples.filter(isRecord).map(({ labels }) => asObject(labels));

/** Wall time by the values of a label, milliseconds. */
function wallBy(profile: Profile, key: string): Record<string, number> {
  const sums: Record<string, number> = {};
  for (const { labels, values } of samplesOf(profile)) {
    const value = String(asObject(labels)[key]);
    sums[value] = (sums[value] ?? 0) + Number(values[2]) / 1e6;
  }
  return sums;
}

/** `profiled-fn/runtime`, as it is bundled for users. */
async function userModule(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [join(import.meta.dirname, '../../runtime/public.ts')],
    bundle: true,
    format: 'cjs',
    platform: 'node',
    write: false,
  });
  return outputFiles[0].text;
}

describe('the samples of a snapshot', () => {
  it('are labelled by how their invocation went and by its labels, and the records tell of each invocation', async () => {
    const fn = await startFunction(
      {
        files: {
          'profiled-fn-runtime.js': await userModule(),
          'index.js': `${busy}
            const { setLabels, withLabels } = require('./profiled-fn-runtime.js');
            exports.handler = async ({ route, ms, fails }) => {
              if (route) setLabels({ route });
              spin(ms);
              if (fails) throw new Error('refused');
              return withLabels({ step: 'wait' }, () => new Promise((r) => setTimeout(r, 30, route)));
            };`,
        },
      },
      bucket,
    );
    const events = [
      { ms: 50 },
      { route: 'list', ms: 20 },
      { route: 'list', ms: 21 },
      { route: 'search', ms: 120 },
      { route: 'list', ms: 40, fails: true },
    ];
    const payloads = [];
    for (const event of events) {
      const result = await fn.invoke(event);
      await result.report;
      payloads.push(result.functionError ?? result.payload.toString());
    }
    await fn.close();
    expect(payloads).toEqual(['null', '"list"', '"list"', '"search"', 'Unhandled']);

    const [first, second] = bucket.of('wall').map(({ profile }) => profile);
    expect(recordsOf(first)).toMatchObject([{ cold_start: 'true', outcome: 'ok', slowest: 1 }]);
    expect(recordsOf(second)).toMatchObject([
      { cold_start: 'false', outcome: 'ok', route: 'list' },
      { cold_start: 'false', outcome: 'ok', route: 'list' },
      { cold_start: 'false', outcome: 'ok', route: 'search', slowest: 1 },
      { cold_start: 'false', outcome: 'error', route: 'list' },
    ]);
    for (const { start, wall, cpu, duration } of [...recordsOf(first), ...recordsOf(second)]) {
      expect(Math.abs(Number(start) / 1e6 - Date.now())).toBeLessThan(60_000);
      expect(Number(wall) / 1e6).toBeLessThanOrEqual(Number(duration));
      expect(Number(cpu)).toBeGreaterThan(0);
    }

    for (const { labels } of samplesOf(first)) {
      expect(asObject(labels)).toMatchObject({
        phase: 'invoke',
        version: '$LATEST',
        cold_start: 'true',
        outcome: 'ok',
      });
    }
    // What was sampled under a label is what the invocations with that label took.
    const took = (key: string, value: string) =>
      recordsOf(second).reduce((sum, record) => sum + (record[key] === value ? Number(record.wall) / 1e6 : 0), 0);
    const byOutcome = wallBy(second, 'outcome');
    expect(Object.keys(byOutcome).sort()).toEqual(['error', 'ok']);
    // How much of it was sampled depends on the machine; never more than there was.
    for (const outcome of ['ok', 'error']) {
      expect(byOutcome[outcome]).toBeGreaterThan(0);
      expect(byOutcome[outcome]).toBeLessThanOrEqual(took('outcome', outcome) + ROUNDING_MS);
    }
    const slowest = recordsOf(second).find(({ slowest }) => slowest === 1);
    expect(wallBy(second, 'slowest')['1']).toBeGreaterThan(0);
    expect(wallBy(second, 'slowest')['1']).toBeLessThanOrEqual(Number(slowest?.wall) / 1e6 + ROUNDING_MS);
    expect(wallBy(second, 'route').search).toBeGreaterThan(0);
    expect(wallBy(second, 'step').wait).toBeGreaterThan(0);
    expect(total(second, 'wall')).toBeLessThanOrEqual(Number(second.durationNanos));
  });

  it.each([true, false])('have the ids of requests in records only, where these are wanted: %s', async (wanted) => {
    const fn = await startFunction(
      {
        files: {
          'index.js': `${busy} exports.handler = async (event, { awsRequestId }) => {
            spin(20);
            return { requestId: awsRequestId, trace: process.env._X_AMZN_TRACE_ID };
          };`,
        },
        environment: wanted ? {} : { PROFILED_FN_REQUEST_IDS: 'false' },
      },
      bucket,
    );
    const seen = [];
    for (let i = 0; i < 3; i++) {
      const result = await fn.invoke({});
      await result.report;
      seen.push(JSON.parse(result.payload.toString()));
    }
    await fn.close();
    const profiles = bucket.of('wall').map(({ profile }) => profile);
    const recorded = profiles.flatMap(recordsOf).map(({ request_id, trace_id }) => ({ request_id, trace_id }));
    expect(recorded).toEqual(
      seen.map(({ requestId, trace }) =>
        wanted ? { request_id: requestId, trace_id: /Root=([^;]+)/.exec(trace)?.[1] } : {},
      ),
    );
    const ofSamples = profiles.flatMap(samplesOf).flatMap(({ labels }) => labels.map(({ key }) => key));
    expect(ofSamples).not.toContain('request_id');
    expect(ofSamples).not.toContain('trace_id');
  });

  it('are a timeout’s when Lambda ends the environment because the time is over', async () => {
    const fn = await startFunction(
      {
        files: {
          'index.js': `${busy} exports.handler = async ({ hang }) => {
            while (hang) { spin(20); await new Promise((r) => setTimeout(r, 5)); }
          };`,
        },
        timeoutSeconds: 1,
      },
      bucket,
    );
    await (await fn.invoke({})).report;
    const { timedOut } = await (await fn.invoke({ hang: true })).report;
    await fn.close();
    expect(timedOut).toBe(true);
    const last = bucket.of('wall')[1].profile;
    expect(recordsOf(last)).toMatchObject([{ outcome: 'timeout', cold_start: 'false' }]);
    expect(Object.keys(wallBy(last, 'outcome'))).toEqual(['timeout']);
    expect(wallBy(last, 'outcome').timeout).toBeGreaterThan(0);
  });
});

describe('initialization', () => {
  it('is sampled each millisecond, with every module’s load as a frame; what follows its first snapshot at the usual rate', async () => {
    const fn = await startFunction(
      {
        files: {
          'index.js': `${busy} require('./slow.js')(spin); exports.handler = async () => spin(30);`,
          'slow.js': `require('./slower.js'); module.exports = (spin) => spin(40);`,
          'slower.js': `${busy} spin(60);`,
        },
      },
      bucket,
    );
    for (let i = 0; i < 3; i++) await (await fn.invoke({})).report;
    await fn.close();

    const [init] = bucket.of('init').map(({ profile }) => profile);
    const [first, second] = bucket.of('wall').map(({ profile }) => profile);
    expect([init.period, first.period, second.period].map(Number)).toEqual([1e6, 1e6, 10e6]);
    expect(init.samples.map(({ labels }) => asObject(labels))).toContainEqual({ phase: 'init', version: '$LATEST' });
    expect(new Set(init.samples.map(({ labels }) => JSON.stringify(labels))).size).toBe(1);
    const under = (module: string) =>
      init.samples
        .filter(({ locations }) => locations.some(({ lines: [{ fn }] }) => fn.name === `(module) ${module}`))
        .reduce((sum, { values }) => sum + Number(values[2]), 0) / 1e6;
    expect(under('slower.js')).toBeGreaterThan(50);
    expect(under('slow.js')).toBeGreaterThanOrEqual(under('slower.js'));
    expect(under('index.js')).toBeGreaterThan(90);
    // Of the invocations after the change of the rate nothing is lost.
    expect(recordsOf(second)).toHaveLength(2);
    expect(total(second, 'wall')).toBeGreaterThan(0.75 * Number(second.durationNanos));
  });
});
