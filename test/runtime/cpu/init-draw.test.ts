import { describe, expect, it } from 'vitest';
import { samplesInit } from '../../../runtime/cpu/init-draw';
import { busy, preloaded, RecordingBucket, startFunction, total } from '../harness';

describe('initialization is sampled', () => {
  const types = (...names: string[]) => new Set(names);
  it.each([
    ['always where it was asked for', types('wall', 'init'), {}, 0.99, true],
    ['always where it alone was asked for', types('init'), {}, 0.99, true],
    ['on a quarter of the instances', types('wall', 'heap'), {}, 0.24, true],
    ['and not on the others', types('wall', 'heap'), {}, 0.25, false],
    [
      'always where nobody waits for it',
      types('wall'),
      { AWS_LAMBDA_INITIALIZATION_TYPE: 'provisioned-concurrency' },
      0.99,
      true,
    ],
    ['never where no stacks are wanted', types('heap'), {}, 0, false],
  ])('%s', (_when, profiles, env, draw, expected) => {
    expect(samplesInit(profiles, env, draw)).toBe(expected);
  });
});

/** A function whose instance is, or is not, among those whose initialization is sampled. */
async function drawn(draw: number, bucket: RecordingBucket, environment: Record<string, string> = {}, otherwise = '') {
  return startFunction(
    {
      files: { 'index.js': `${busy} spin(30); exports.handler = async () => { spin(50); return 1; };` },
      environment: {
        PROFILED_FN_PROFILES: 'wall',
        ...preloaded(`Math.random = () => ${draw}; ${otherwise}`),
        ...environment,
      },
    },
    bucket,
  );
}

describe('an instance whose initialization is not sampled', () => {
  it('samples from its second invocation on, and has a record of the first one too', async () => {
    const bucket = await RecordingBucket.start();
    const fn = await drawn(0.9, bucket);
    await (await fn.invoke()).report;
    expect(bucket.requests).toBe(0);
    await (await fn.invoke()).report;
    await fn.close();
    await bucket.close();

    expect(bucket.of('init')).toEqual([]);
    const [{ profile, metadata }] = bucket.of('wall');
    expect(Number(metadata['cost-start-ms'])).toBeGreaterThan(0);
    expect(profile.samples.filter(({ locations }) => locations.length === 0)).toHaveLength(2);
    const invocationMs = total(profile, 'wall') / 1e6;
    expect(invocationMs).toBeGreaterThan(20);
    expect(invocationMs).toBeLessThanOrEqual(Number(profile.durationNanos) / 1e6);
    const coldStarts = profile.samples.filter(
      ({ locations, labels }) =>
        locations.length > 0 &&
        labels.some((label) => label.key === 'cold_start' && 'str' in label && label.str === 'true'),
    );
    expect(coldStarts).toEqual([]);
  });

  it('leaves a record when it ends after one invocation', async () => {
    const bucket = await RecordingBucket.start();
    const fn = await drawn(0.9, bucket);
    await (await fn.invoke()).report;
    await fn.close();
    await bucket.close();
    const [{ profile }] = bucket.of('wall');
    expect(profile.samples.map(({ locations }) => locations.length)).toEqual([0]);
  });

  it('leaves records where there is never time to begin', async () => {
    const bucket = await RecordingBucket.start();
    // Of the minute until an invocation times out, it believes, there are 290 ms left when it begins.
    const late = 'const { now } = Date; Date.now = () => now() + 59_710;';
    const fn = await drawn(0.9, bucket, {}, late);
    let invocations = 0;
    // The fewer milliseconds are left, the more often it hesitates before it tries.
    while (bucket.of('wall').length === 0 && invocations < 100) {
      await (await fn.invoke()).report;
      invocations++;
    }
    await fn.close();
    await bucket.close();
    const [{ profile, metadata }] = bucket.of('wall');
    expect(profile.samples.length).toBeGreaterThan(0);
    expect(profile.samples.filter(({ locations }) => locations.length > 0)).toEqual([]);
    expect(metadata['cost-start-ms']).toBe('0.0');
  });
});

it('an instance whose initialization is sampled has that in its first snapshot', async () => {
  const bucket = await RecordingBucket.start();
  const fn = await drawn(0.1, bucket);
  await (await fn.invoke()).report;
  await fn.close();
  await bucket.close();
  expect(total(bucket.of('init')[0].profile, 'cpu', 'spin') / 1e6).toBeGreaterThan(10);
  expect(bucket.of('wall')).toHaveLength(1);
});

it('initialization alone can be sampled', async () => {
  const bucket = await RecordingBucket.start();
  const fn = await drawn(0.9, bucket, { PROFILED_FN_PROFILES: 'init', PROFILED_FN_SNAPSHOT_INTERVAL_MS: '1' });
  for (let i = 0; i < 3; i++) await (await fn.invoke()).report;
  await fn.close();
  await bucket.close();
  expect(bucket.puts.map(({ type }) => type)).toEqual(['init']);
});
