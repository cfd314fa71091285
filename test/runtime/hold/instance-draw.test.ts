import { describe, expect, it } from 'vitest';
import { drawInstance } from '../../../runtime/hold/instance-draw';
import { busy, preloaded, RecordingBucket, startFunction, total } from '../support/harness';

/** Memory with less than half of a processor, and with a whole one. */
const SMALL = 512;
const LARGE = 1769;

describe('initialization is sampled', () => {
  const types = (...names: string[]) => new Set(names);
  const provisioned = { AWS_LAMBDA_INITIALIZATION_TYPE: 'provisioned-concurrency' };
  it.each([
    ['always where it was asked for', types('wall', 'init'), {}, LARGE, 0.99, true],
    ['always where it alone was asked for', types('init'), {}, SMALL, 0.99, true],
    ['on a quarter of the instances', types('wall', 'heap'), {}, LARGE, 0.24, true],
    ['and not on the others', types('wall', 'heap'), {}, LARGE, 0.25, false],
    ['always where nobody waits for it', types('wall'), provisioned, LARGE, 0.99, true],
    ['always where nobody waits for it, with little memory too', types('wall'), provisioned, SMALL, 0.99, true],
    ['never where no stacks are wanted', types('heap'), {}, SMALL, 0, false],
    ['on a quarter of the instances with little memory', types('wall'), {}, SMALL, 0.24, true],
  ])('%s', (_when, profiles, env, memoryMb, draw, expected) => {
    const facts = { profiles, env, memoryMb, costLimit: 0.01 };
    expect(drawInstance(facts, draw, draw, 0)?.samplesInit).toBe(expected);
  });
});

describe('an instance runs bare', () => {
  const wall = { profiles: new Set(['wall', 'heap']), env: {}, costLimit: 0.01 };
  it.each([
    [128, 0.24, false],
    [128, 0.25, true],
    [512, 0.9, true],
    [972, 0.9, true],
    [1024, 0.9, false],
    [Number.NaN, 0.9, false],
  ])('with %d MB and a draw of %d: %s', (memoryMb, draw, isBare) => {
    expect(drawInstance({ ...wall, memoryMb }, draw, 0, 0) === undefined).toBe(isBare);
  });
});

describe('work after a response is rehearsed during initialization', () => {
  it.each([
    [512, true],
    [1769, false],
  ])('only with a small share of a processor: with %d MB %s', (memoryMb, rehearses) => {
    const facts = { profiles: new Set(['wall', 'init']), env: {}, memoryMb, costLimit: 0.01 };
    expect(drawInstance(facts, 0, 0, 0)).toMatchObject({ settlesInInit: rehearses, rehearsesInInit: rehearses });
  });
});

describe('initialization is sampled each millisecond', () => {
  const provisioned = { AWS_LAMBDA_INITIALIZATION_TYPE: 'provisioned-concurrency' };
  it.each([
    [
      'where a start after the first response is cheap',
      ['wall'],
      {},
      1769,
      { samplesFinely: true, settlesInInit: false },
    ],
    [
      'where memory is small, only if asked for',
      ['wall', 'init'],
      {},
      512,
      { samplesFinely: true, settlesInInit: true },
    ],
    ['where memory is small, otherwise not', ['wall'], {}, 512, { samplesFinely: false, settlesInInit: false }],
    ['where nobody waits', ['wall'], provisioned, 512, { samplesFinely: true, settlesInInit: true }],
    ['and not where nothing of it is sampled', ['wait'], {}, 512, { samplesFinely: false, settlesInInit: true }],
  ])('%s', (_when, profiles, env, memoryMb, expected) => {
    const facts = { profiles: new Set(profiles), env, memoryMb, costLimit: 0.01 };
    expect(drawInstance(facts, 0, 0, 0)).toMatchObject(expected);
  });
});

describe('the time for which instances are held', () => {
  it.each([128, 512, 1024, 1769])('is the limit, on average over instances of %d MB', (memoryMb) => {
    const facts = { profiles: new Set(['wall']), env: {}, memoryMb, costLimit: 0.01 };
    const draws = 100_000;
    let sum = 0;
    for (let i = 0; i < draws; i++) sum += drawInstance(facts, (i + 0.5) / draws, 0.5, 0)?.holdRate ?? 0;
    expect(sum / draws).toBeCloseTo(0.01, 4);
  });

  it('is not limited where costs do not matter', () => {
    const facts = { profiles: new Set(['wall']), env: {}, memoryMb: 128, costLimit: 1 };
    expect(drawInstance(facts, 0.1, 0.1, 0)?.holdRate).toBe(Number.POSITIVE_INFINITY);
  });
});

/** A function of 1,769 MB whose instance is, or is not, among those whose initialization is sampled. */
async function drawn(draw: number, bucket: RecordingBucket, environment: Record<string, string> = {}, otherwise = '') {
  return startFunction(
    {
      memoryMb: LARGE,
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

describe('V8’s one heap sampler is', () => {
  const draws = Array.from({ length: 100 }, (_, i) => (i + 0.5) / 100);
  const part = (memoryMb: number, ...profiles: string[]) => {
    const facts = { profiles: new Set(profiles), env: {}, memoryMb, costLimit: 0.01 };
    const drawn = draws.map((draw) => drawInstance(facts, 0, 0, draw)?.heapType);
    return {
      heap: drawn.filter((type) => type === 'heap').length,
      alloc: drawn.filter((type) => type === 'alloc').length,
    };
  };
  it.each([
    ['of one type on half of the instances with both', LARGE, ['heap', 'alloc'], { heap: 50, alloc: 50 }],
    ['of the only type everywhere', LARGE, ['alloc'], { heap: 0, alloc: 100 }],
    ['of the only type everywhere, too', LARGE, ['heap', 'wall'], { heap: 100, alloc: 0 }],
    ['not of allocations where a collection may find no time', 128, ['heap', 'alloc'], { heap: 100, alloc: 0 }],
    ['off where that is the only type', 128, ['alloc'], { heap: 0, alloc: 0 }],
    ['off where neither is on', LARGE, ['wall'], { heap: 0, alloc: 0 }],
  ])('%s', (_name, memoryMb, profiles, expected) => {
    expect(part(memoryMb, ...profiles)).toEqual(expected);
  });
});
