import { describe, expect, it } from 'vitest';
import type { Profile } from '../../../profile/model/profile';
import type { CpuProfile } from '../../../runtime/cpu/cpu-sampler';
import { cpuToPprof } from '../../../runtime/cpu/cpu-to-pprof';
import { sampledWindows } from '../../../runtime/cpu/sampled-windows';

const identity = {
  functionName: 'shop-checkout',
  functionVersion: '$LATEST',
  runtime: 'nodejs24.x',
  arch: 'arm64',
  memoryMb: '512',
  codeHash: 'abc',
  taskRoot: '/var/task',
  runtimeRoot: '/var/runtime',
};

const ROOT = 1;
const MAIN = 2;
const WORK = 3;
const IDLE = 4;
const GC = 5;
const PROGRAM = 6;

const frame = (functionName: string, lineNumber = -1, url = '') => ({
  functionName,
  scriptId: '0',
  url,
  lineNumber,
  columnNumber: lineNumber < 0 ? -1 : 4,
});

/** A profile that starts at 1,000 µs; each sample is `[node, microseconds since the one before]`. */
function profileOf(samples: [node: number, delta: number][], ticks?: { line: number; ticks: number }[]): CpuProfile {
  return {
    nodes: [
      { id: ROOT, callFrame: frame('(root)'), hitCount: 0, children: [MAIN, IDLE, GC, PROGRAM] },
      { id: MAIN, callFrame: frame('main', 9, 'file:///var/task/index.js'), hitCount: 0, children: [WORK] },
      { id: WORK, callFrame: frame('work', 19, 'file:///var/task/index.js'), hitCount: 0, positionTicks: ticks },
      { id: IDLE, callFrame: frame('(idle)'), hitCount: 0 },
      { id: GC, callFrame: frame('(garbage collector)'), hitCount: 0 },
      { id: PROGRAM, callFrame: frame('(program)'), hitCount: 0 },
    ],
    startTime: 1_000,
    endTime: samples.reduce((sum, [, delta]) => sum + delta, 1_000),
    samples: samples.map(([node]) => node),
    timeDeltas: samples.map(([, delta]) => delta),
  };
}

/** `leaf` → values, summed over the lines. */
function byLeaf(profile: Profile): Record<string, number[]> {
  const sums: Record<string, number[]> = {};
  for (const { locations, values } of profile.samples) {
    const name = locations[0].lines[0].fn.name;
    const sum = sums[name] ?? [0, 0, 0];
    sums[name] = sum.map((value, i) => value + Number(values[i]));
  }
  return sums;
}

const convert = (profile: CpuProfile, ...windows: [number, number][]) =>
  cpuToPprof(
    sampledWindows(
      { profile, intervalMs: 10 },
      windows.map(([start, end]) => ({ start, end, labels: [] })),
    ),
    identity,
  );

describe('a CPU profile becomes pprof', () => {
  it('gives each sample the time since the one before it, and idle time no cpu', () => {
    const profile = convert(
      profileOf([
        [WORK, 10_000],
        [WORK, 12_000],
        [IDLE, 9_000],
      ]),
      [0, 1_000_000],
    );
    expect(byLeaf(profile)).toEqual({ work: [2, 22_000_000, 22_000_000], '(idle)': [1, 0, 9_000_000] });
  });

  it('counts native code without JavaScript below it as processor time', () => {
    const profile = convert(profileOf([[PROGRAM, 10_000]]), [0, 1_000_000]);
    expect(byLeaf(profile)).toEqual({ '(program)': [1, 10_000_000, 10_000_000] });
  });

  it('counts nothing that lies outside the windows', () => {
    const samples = profileOf([
      [WORK, 10_000],
      [WORK, 10_000],
      [WORK, 10_000],
    ]);
    expect(byLeaf(convert(samples, [11_000, 21_000]))).toEqual({ work: [1, 10_000_000, 10_000_000] });
    expect(convert(samples, [500_000, 600_000]).samples).toEqual([]);
    expect(convert(samples).samples).toEqual([]);
  });

  it('gives a freeze between two invocations to nobody', () => {
    // 5 s of freeze in the delta of the first sample after it.
    const samples = profileOf([
      [WORK, 10_000],
      [IDLE, 5_010_000],
      [WORK, 10_000],
    ]);
    const profile = convert(samples, [1_000, 13_000], [5_018_000, 5_031_000]);
    expect(byLeaf(profile)).toEqual({
      // 12 ms before the freeze: the last 2 ms were nearest to the sample before them.
      work: [2, 22_000_000, 22_000_000],
      '(idle)': [1, 0, 3_000_000],
    });
    expect(profile.durationNanos).toBe(25_000_000);
  });

  it('puts garbage collection on top of what ran before it', () => {
    const stacks = (profile: Profile) =>
      profile.samples.map(({ locations }) => locations.map(({ lines: [{ fn }] }) => fn.name).join(' < '));
    const samples: [number, number][] = [
      [GC, 10_000],
      [WORK, 10_000],
      [GC, 10_000],
      [GC, 10_000],
      [IDLE, 10_000],
      [GC, 10_000],
    ];
    const profile = convert(profileOf(samples), [0, 1_000_000]);
    expect(stacks(profile)).toEqual([
      '(garbage collector)',
      'work < main',
      '(garbage collector) < work < main',
      '(idle)',
    ]);
    expect(byLeaf(profile)['(garbage collector)']).toEqual([4, 40_000_000, 40_000_000]);
  });

  it('does not put garbage collection on top of what ran in another invocation', () => {
    const samples: [number, number][] = [
      [WORK, 10_000],
      [GC, 10_000],
    ];
    const together = convert(profileOf(samples), [0, 30_000]);
    expect(together.samples.map(({ locations }) => locations.length)).toEqual([2, 3]);
    const apart = convert(profileOf(samples), [0, 12_000], [12_500, 30_000]);
    expect(Math.max(...apart.samples.map(({ locations }) => locations.length))).toBe(2);
  });

  it('counts a moment once where invocations overlap', () => {
    const profile = convert(
      profileOf([
        [WORK, 10_000],
        [WORK, 10_000],
      ]),
      [1_000, 16_000],
      [6_000, 21_000],
    );
    expect(byLeaf(profile)).toEqual({ work: [2, 20_000_000, 20_000_000] });
    expect(profile.durationNanos).toBe(20_000_000);
  });

  it('takes a negative delta as no time, and loses none', () => {
    const profile = convert(
      profileOf([
        [WORK, 10_000],
        [GC, -500],
        [WORK, 10_000],
      ]),
      [0, 1_000_000],
    );
    expect(byLeaf(profile).work).toEqual([2, 20_000_000, 20_000_000]);
  });

  it('gives what comes after the last sample to that, for one interval at most, and says of the rest that nothing is known', () => {
    const samples = profileOf([
      [IDLE, 10_000],
      [WORK, 10_000],
    ]);
    const leaves = (endTime: number, window: [number, number]) => byLeaf(convert({ ...samples, endTime }, window));
    const work = (endTime: number, window: [number, number]) => leaves(endTime, window).work;
    expect(work(25_000, [0, 1_000_000])).toEqual([1, 14_000_000, 14_000_000]);
    expect(work(25_000, [0, 23_000])).toEqual([1, 12_000_000, 12_000_000]);
    expect(work(900_000, [0, 1_000_000])).toEqual([1, 20_000_000, 20_000_000]);
    expect(work(900_000, [22_000, 26_000])).toBeUndefined();
    expect(leaves(900_000, [0, 500_000])['(not sampled)']).toEqual([0, 0, 469_000_000]);
    expect(leaves(900_000, [22_000, 26_000])['(not sampled)']).toEqual([0, 0, 4_000_000]);
  });

  it('says of windows into which no sample fell that nothing is known of them', () => {
    const samples = profileOf([
      [IDLE, 2_000],
      [WORK, 10_000],
      [IDLE, 10_000],
      [IDLE, 10_000],
    ]);
    // Each time V8 samples when the invocation is over, but once.
    expect(byLeaf(convert(samples, [3_500, 7_500], [10_500, 14_500], [24_000, 28_000]))).toEqual({
      work: [1, 4_000_000, 4_000_000],
      '(not sampled)': [0, 0, 8_000_000],
    });
  });

  it('keeps times under different labels apart', () => {
    const route = (str: string) => [{ key: 'route', str }];
    const sampled = profileOf([
      [WORK, 10_000],
      [WORK, 10_000],
      [WORK, 10_000],
    ]);
    const windows = [
      { start: 1_000, end: 11_000, labels: route('a') },
      { start: 11_000, end: 21_000, labels: route('b') },
      { start: 21_000, end: 31_000, labels: route('a') },
    ];
    const profile = cpuToPprof(sampledWindows({ profile: sampled, intervalMs: 10 }, windows), identity);
    expect(profile.samples.map(({ labels, values }) => [labels, values])).toEqual([
      [route('a'), [2, 20_000_000, 20_000_000]],
      [route('b'), [1, 10_000_000, 10_000_000]],
    ]);
  });

  it('splits a leaf over the lines at which it was seen, to the last nanosecond', () => {
    const ticks = [
      { line: 21, ticks: 2 },
      { line: 25, ticks: 1 },
    ];
    const profile = convert(
      profileOf(
        [
          [WORK, 10_000],
          [WORK, 10_000],
          [WORK, 10_001],
        ],
        ticks,
      ),
      [0, 1_000_000],
    );
    const lines = profile.samples.map(({ locations, values }) => [locations[0].lines[0].line, ...values]);
    expect(lines).toEqual([
      [21, 2, 20_000_667, 20_000_667],
      [25, 1, 10_000_333, 10_000_333],
    ]);
  });

  it('keeps the callers, leaf first, and leaves out the root', () => {
    const profile = convert(profileOf([[WORK, 10_000]]), [0, 1_000_000]);
    const [sample] = profile.samples;
    expect(sample.locations.map(({ lines: [{ fn, line }] }) => [fn.name, fn.filename, fn.startLine, line])).toEqual([
      ['work', '/var/task/index.js', 20, 20],
      ['main', '/var/task/index.js', 10, 10],
    ]);
  });

  it('says what it measured, and of which code', () => {
    const profile = convert(profileOf([[WORK, 10_000]]), [0, 1_000_000]);
    expect(profile).toMatchObject({
      defaultSampleType: 'wall',
      period: 10_000_000,
      periodType: { type: 'wall', unit: 'nanoseconds' },
      mappings: [{ filename: 'shop-checkout', buildId: 'abc', hasFunctions: true }],
    });
    expect(profile.sampleTypes.map(({ type, unit }) => `${type}/${unit}`)).toEqual([
      'samples/count',
      'cpu/nanoseconds',
      'wall/nanoseconds',
    ]);
  });
});
