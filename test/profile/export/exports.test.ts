import { describe, expect, it } from 'vitest';
import { frameStacks } from '../../../profile/analysis/frame-stacks';
import { topFunctions } from '../../../profile/analysis/top';
import { toCpuProfile } from '../../../profile/export/cpuprofile';
import { toFolded } from '../../../profile/export/folded';
import { toHeapProfile } from '../../../profile/export/heapprofile';
import { toJson } from '../../../profile/export/json';
import { toMarkdown } from '../../../profile/export/markdown';
import { NegativeValuesError } from '../../../profile/export/negative-values';
import { type SpeedscopeProfile, speedscopeFile, toSpeedscope } from '../../../profile/export/speedscope';
import { toSvg } from '../../../profile/export/svg';
import type { Profile } from '../../../profile/model/profile';
import { at, fn, profileOf, sample } from '../support/profiles';

const handler = fn('handler', '/var/task/src/orders.ts', 3);
const render = fn('render', '/var/task/src/render.ts', 9);
const anonymous = fn('', '/var/task/src/render.ts', 20);
const cold = [{ key: 'cold_start', str: 'true' }];
const profile: Profile = {
  ...profileOf(
    { ...sample(3_000, at(render), at(handler)), labels: cold },
    sample(5_000, at(anonymous), at(render), at(handler)),
    sample(2_000, at(handler)),
  ),
  timeNanos: 1_763_805_600_000_000_000n,
};

describe('folded', () => {
  it('A line for each stack, the outermost function first', () => {
    expect(toFolded(profile, 0)).toBe(
      'handler 2000\nhandler;render 3000\nhandler;render;(anonymous) render.ts:20 5000\n',
    );
  });

  it('Names cannot break lines or frames apart; functions of one name are added up', () => {
    const hostile = profileOf(
      sample(1, at(fn('a;b\n c 9'))),
      sample(2, at(fn('f', 'a.ts'))),
      sample(3, at(fn('f', 'b.ts'))),
    );
    expect(toFolded(hostile, 0)).toBe('a:b c 9 1\nf 5\n');
  });

  it('What rounds to zero is left out', () => {
    expect(toFolded(profileOf(sample(0, at(handler))), 0)).toBe('');
  });
});

describe('speedscope', () => {
  const counted: Profile = {
    ...profile,
    sampleTypes: [{ type: 'samples', unit: 'count' }, ...profile.sampleTypes],
    samples: profile.samples.map((each) => ({ ...each, values: [1, ...each.values] })),
  };

  it('Has a profile for each sample type, the chosen one first, and for each value of the label', () => {
    const { profiles } = toSpeedscope(counted, 1, 'Orders', 'cold_start');
    expect(profiles.map(({ name, unit, endValue }) => [name, unit, endValue])).toEqual([
      ['wall', 'nanoseconds', 10_000],
      ['wall, cold_start=true', 'nanoseconds', 3_000],
      ['samples', 'none', 3],
      ['samples, cold_start=true', 'none', 1],
    ]);
  });

  it('Stacks are indices of shared frames, from the outermost on', () => {
    const { shared, profiles } = toSpeedscope(profile, 0, 'Orders');
    const stacks = profiles[0]?.samples.map((stack) => stack.map((frame) => shared.frames[frame]?.name));
    expect(stacks).toEqual([['handler', 'render'], ['handler', 'render', '(anonymous) render.ts:20'], ['handler']]);
    expect(shared.frames[0]).toEqual({ name: 'render', file: '/var/task/src/render.ts', line: 9 });
    expect(profiles[0]?.weights).toEqual([3_000, 5_000, 2_000]);
  });
});

describe('speedscope, of what a page shows', () => {
  it('has a profile for each view, without what is zero there, and the frames of these only', () => {
    const stacks = frameStacks(profile);
    const values = stacks.values[0]?.map((value, s) => (s === 0 ? value : 0)) as Float64Array;
    const { shared, profiles } = speedscopeFile('Orders', stacks, [
      { name: 'Orders: wall', unit: 'nanoseconds', values },
    ]);
    expect(shared.frames.map(({ name }) => name)).toEqual(['render', 'handler']);
    expect(profiles).toMatchObject([{ name: 'Orders: wall', samples: [[1, 0]], weights: [3_000], endValue: 3_000 }]);
  });
});

describe('cpuprofile', () => {
  const file = toCpuProfile(profile, 0);

  it('Every node is the child of one other, but for the root', () => {
    expect(file.nodes.flatMap(({ children }) => children).sort()).toEqual(file.nodes.slice(1).map(({ id }) => id));
  });

  it('Each function has the self time that it has in the profile, as DevTools counts it', () => {
    const self = new Map<string, number>();
    for (const [i, id] of file.samples.entries()) {
      const node = file.nodes.find((each) => each.id === id);
      const key = `${node?.callFrame.url}:${node?.callFrame.lineNumber}`;
      self.set(key, (self.get(key) ?? 0) + (file.timeDeltas[i + 1] ?? 0));
    }
    const expected = topFunctions(profile, 0).rows.map((row) => [`${row.file}:${row.line - 1}`, row.self / 1000]);
    expect(Object.fromEntries(self)).toEqual({ ...Object.fromEntries(expected), ':-1': 0 });
    expect(file.endTime - file.startTime).toBe(10);
  });

  it('Anonymous functions have no name, because DevTools adds the place', () => {
    expect(file.nodes.map(({ callFrame }) => callFrame.functionName)).toEqual(['(root)', 'handler', 'render', '']);
  });

  it('Times are whole microseconds, and add up', () => {
    const odd = profileOf(sample(1_500, at(render)), sample(1_499, at(handler)), sample(2_700, at(fn('other'))));
    const { timeDeltas, startTime, endTime } = toCpuProfile(odd, 0);
    expect(timeDeltas.every(Number.isInteger)).toBe(true);
    expect(endTime - startTime).toBe(6);
  });

  it('Other units of time are converted', () => {
    const seconds = { ...profile, sampleTypes: [{ type: 'wall', unit: 'seconds' }] };
    const { startTime, endTime } = toCpuProfile(seconds, 0);
    expect((endTime - startTime) / 10_000e6).toBeCloseTo(1, 9);
  });
});

interface HeapNode {
  callFrame: { functionName: string };
  selfSize: number;
  children: HeapNode[];
}

function heapProfileOf(of: Profile): { head: HeapNode; samples: { size: number }[] } {
  return JSON.parse(toHeapProfile(of, 0));
}

describe('heapprofile', () => {
  it('Is a tree with the bytes of each node, and a list of those that have any', () => {
    const { head, samples } = heapProfileOf(profile);
    const flat = (node: HeapNode): [string, number][] => [
      [node.callFrame.functionName, node.selfSize],
      ...node.children.flatMap(flat),
    ];
    expect(flat(head)).toEqual([
      ['(root)', 0],
      ['handler', 2_000],
      ['render', 3_000],
      ['', 5_000],
    ]);
    expect(samples.map(({ size }) => size).sort()).toEqual([2_000, 3_000, 5_000]);
  });
});

it('A function may call more others than a call of JavaScript takes arguments', () => {
  const count = 150_000;
  const samples = Array.from({ length: count }, (_, i) => sample(1000, at(fn(`f${i}`)), at(handler)));
  const wide = { ...profileOf(), samples };
  expect(toCpuProfile(wide, 0).samples).toHaveLength(count + 1);
  expect(heapProfileOf(wide).samples).toHaveLength(count);
});

describe('json', () => {
  it('Has functions once, stacks as their indices, and labels with their units', () => {
    const labelled = {
      ...sample(1, at(render), at(handler)),
      labels: [{ key: 'duration', num: 16, unit: 'milliseconds' }],
    };
    expect(toJson({ ...profileOf(labelled), timeNanos: profile.timeNanos }, 0)).toEqual({
      version: 1,
      sampleTypes: [{ type: 'wall', unit: 'nanoseconds' }],
      defaultSampleType: 0,
      start: '2025-11-22T10:00:00.000Z',
      durationNanos: 0,
      comments: [],
      functions: [
        { name: 'render', file: '/var/task/src/render.ts', line: 9 },
        { name: 'handler', file: '/var/task/src/orders.ts', line: 3 },
      ],
      samples: [{ stack: [0, 1], lines: [1, 1], values: [1], labels: { duration: '16milliseconds' } }],
    });
  });

  it('Integers that a double cannot hold are strings', () => {
    const large = profileOf({ ...sample(0, at(handler)), values: [2n ** 60n] });
    expect(toJson(large, 0).samples[0]?.values).toEqual(['1152921504606846976']);
  });
});

describe('B13: a stack of 50,000 frames', () => {
  const depth = 50_000;
  const deep: Profile = { ...profileOf(sample(1_024, ...new Array(depth).fill(at(handler)))) };

  it('is as deep in a heap profile, and has its bytes', () => {
    let { head: node } = heapProfileOf(deep);
    let levels = 0;
    while (node.children.length > 0) {
      node = node.children[0] as HeapNode;
      levels++;
    }
    expect([levels, node.selfSize]).toEqual([depth, 1_024]);
  });

  it('is whole in every other format', () => {
    expect(toCpuProfile(deep, 0).nodes).toHaveLength(depth + 1);
    expect(toFolded(deep, 0).split(';')).toHaveLength(depth);
    expect(JSON.parse(JSON.stringify(toSpeedscope(deep, 0, 'a'))).profiles[0].samples[0]).toHaveLength(depth);
    expect(JSON.parse(JSON.stringify(toJson(deep, 0))).samples[0].stack).toHaveLength(depth);
    expect(toSvg(deep, 0, 'a').match(/<rect x/g)).toHaveLength(depth);
    expect(toMarkdown(deep, 0, 'a')).toContain('handler');
  });
});

describe('B12: sums are the same in whatever unit a producer counts', () => {
  const inUnit = (unit: string, value: number): Profile => ({
    ...profileOf(sample(value, at(render), at(handler))),
    sampleTypes: [{ type: 'a', unit }],
  });

  it.each([
    ['ns', 1_500_000_000],
    ['us', 1_500_000],
    ['μs', 1_500_000],
    ['MILLISECONDS', 1_500],
    ['sec', 1.5],
    ['s', 1.5],
    ['minutes', 0.025],
    ['hr', 1.5 / 3600],
  ])('of time: %s', (unit, value) => {
    const { startTime, endTime } = toCpuProfile(inUnit(unit, value), 0);
    expect((endTime - startTime) / 1.5e6).toBeCloseTo(1, 9);
    const [{ unit: shown, weights }] = toSpeedscope(inUnit(unit, value), 0, 'a').profiles as [SpeedscopeProfile];
    const nanos = { nanoseconds: 1, microseconds: 1e3, milliseconds: 1e6, seconds: 1e9 }[shown as 'seconds'];
    expect((weights[0] * nanos) / 1.5e9).toBeCloseTo(1, 9);
  });

  it.each([
    ['B', 3 * 2 ** 20],
    ['byte', 3 * 2 ** 20],
    ['KB', 3 * 2 ** 10],
    ['kilobytes', 3 * 2 ** 10],
    ['MB', 3],
    ['gbytes', 3 / 2 ** 10],
  ])('of memory: %s', (unit, value) => {
    expect(heapProfileOf(inUnit(unit, value)).samples).toMatchObject([{ size: 3 * 2 ** 20 }]);
    expect(toSpeedscope(inUnit(unit, value), 0, 'a').profiles[0]).toMatchObject({
      unit: 'bytes',
      weights: [3 * 2 ** 20],
    });
  });
});

describe('A difference of profiles', () => {
  const difference = profileOf(sample(-6_000, at(render), at(handler)), sample(4_000, at(anonymous), at(handler)));

  it('is refused by formats that hold nothing negative', () => {
    for (const write of [toCpuProfile, toHeapProfile, toFolded]) {
      expect(() => write(difference, 0)).toThrow(NegativeValuesError);
    }
    expect(() => toSpeedscope(difference, 0, 'a')).toThrow(NegativeValuesError);
  });

  it('is drawn by sizes, and says its sign', () => {
    const svg = toSvg(difference, 0, 'a');
    expect(svg).toContain('width="720"'); // 6,000 of 10,000
    expect(svg).toContain('render -6 µs (-60%)');
    expect(svg).toContain('handler -2 µs (-20%)');
    expect(svg).not.toMatch(/="-|NaN/);
  });

  it('is ranked by size in tables, with shares of the sum of sizes, as by Go', () => {
    const { total, rows } = topFunctions(difference, 0);
    expect(total).toBe(10_000);
    expect(rows.map(({ self, total: all }) => [self, all])).toEqual([
      [-6_000, -6_000],
      [4_000, 4_000],
      [0, -2_000],
    ]);
    const page = toMarkdown(difference, 0, 'a');
    expect(page).toMatch(/\| -6 µs \| -60% \| -6 µs \| -60% \| `render`/);
    expect(JSON.stringify(toJson(difference, 0))).toContain('[-6000]');
  });
});
