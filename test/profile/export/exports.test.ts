import { describe, expect, test } from 'vitest';
import { toCpuProfile } from '../../../profile/export/cpuprofile';
import { toFolded } from '../../../profile/export/folded';
import { type HeapNode, toHeapProfile } from '../../../profile/export/heapprofile';
import { toJson } from '../../../profile/export/json';
import { toSpeedscope } from '../../../profile/export/speedscope';
import type { Profile } from '../../../profile/model';
import { topFunctions } from '../../../profile/top';
import { at, fn, profileOf, sample } from '../profiles';

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
  test('A line for each stack, the outermost function first', () => {
    expect(toFolded(profile, 0)).toBe(
      'handler 2000\nhandler;render 3000\nhandler;render;(anonymous) render.ts:20 5000\n',
    );
  });

  test('Names cannot break lines or frames apart; functions of one name are added up', () => {
    const hostile = profileOf(
      sample(1, at(fn('a;b\n c 9'))),
      sample(2, at(fn('f', 'a.ts'))),
      sample(3, at(fn('f', 'b.ts'))),
    );
    expect(toFolded(hostile, 0)).toBe('a:b c 9 1\nf 5\n');
  });

  test('What rounds to zero is left out', () => {
    expect(toFolded(profileOf(sample(0, at(handler))), 0)).toBe('');
  });
});

describe('speedscope', () => {
  const counted: Profile = {
    ...profile,
    sampleTypes: [{ type: 'samples', unit: 'count' }, ...profile.sampleTypes],
    samples: profile.samples.map((each) => ({ ...each, values: [1, ...each.values] })),
  };

  test('Has a profile for each sample type, the chosen one first, and for each value of the label', () => {
    const { profiles } = toSpeedscope(counted, 1, 'Orders', 'cold_start');
    expect(profiles.map(({ name, unit, endValue }) => [name, unit, endValue])).toEqual([
      ['wall', 'nanoseconds', 10_000],
      ['wall, cold_start=true', 'nanoseconds', 3_000],
      ['samples', 'none', 3],
      ['samples, cold_start=true', 'none', 1],
    ]);
  });

  test('Stacks are indices of shared frames, from the outermost on', () => {
    const { shared, profiles } = toSpeedscope(profile, 0, 'Orders');
    const stacks = profiles[0]?.samples.map((stack) => stack.map((frame) => shared.frames[frame]?.name));
    expect(stacks).toEqual([['handler', 'render'], ['handler', 'render', '(anonymous) render.ts:20'], ['handler']]);
    expect(shared.frames[0]).toEqual({ name: 'render', file: '/var/task/src/render.ts', line: 9 });
    expect(profiles[0]?.weights).toEqual([3_000, 5_000, 2_000]);
  });
});

describe('cpuprofile', () => {
  const file = toCpuProfile(profile, 0);

  test('Every node is the child of one other, but for the root', () => {
    expect(file.nodes.flatMap(({ children }) => children).sort()).toEqual(file.nodes.slice(1).map(({ id }) => id));
  });

  test('Each function has the self time that it has in the profile, as DevTools counts it', () => {
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

  test('Anonymous functions have no name, because DevTools adds the place', () => {
    expect(file.nodes.map(({ callFrame }) => callFrame.functionName)).toEqual(['(root)', 'handler', 'render', '']);
  });

  test('Times are whole microseconds, and add up', () => {
    const odd = profileOf(sample(1_500, at(render)), sample(1_499, at(handler)), sample(2_700, at(fn('other'))));
    const { timeDeltas, startTime, endTime } = toCpuProfile(odd, 0);
    expect(timeDeltas.every(Number.isInteger)).toBe(true);
    expect(endTime - startTime).toBe(6);
  });

  test('Other units of time are converted', () => {
    const seconds = { ...profile, sampleTypes: [{ type: 'wall', unit: 'seconds' }] };
    const { startTime, endTime } = toCpuProfile(seconds, 0);
    expect((endTime - startTime) / 10_000e6).toBeCloseTo(1, 9);
  });
});

describe('heapprofile', () => {
  test('Is a tree with the bytes of each node, and a list of those that have any', () => {
    const { head, samples } = toHeapProfile(profile, 0);
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

test('A function may call more others than a call of JavaScript takes arguments', () => {
  const count = 150_000;
  const samples = Array.from({ length: count }, (_, i) => sample(1000, at(fn(`f${i}`)), at(handler)));
  const wide = { ...profileOf(), samples };
  expect(toCpuProfile(wide, 0).samples).toHaveLength(count + 1);
  expect(toHeapProfile(wide, 0).samples).toHaveLength(count);
});

describe('json', () => {
  test('Has functions once, stacks as their indices, and labels with their units', () => {
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

  test('Integers that a double cannot hold are strings', () => {
    const large = profileOf({ ...sample(0, at(handler)), values: [2n ** 60n] });
    expect(toJson(large, 0).samples[0]?.values).toEqual(['1152921504606846976']);
  });
});
