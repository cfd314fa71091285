import { describe, expect, it } from 'vitest';
import { buildCallTree, type CallTree, NONE } from '../../profile/analysis/call-tree';
import { mergeProfiles } from '../../profile/merge/merge';
import { displayName } from '../../profile/model/frame-name';
import { unsigned } from '../../profile/model/int64';
import type { Profile } from '../../profile/model/profile';
import { at, fn, profileOf, sample } from './support/profiles';
import { Random } from './support/random';
import { randomProfile } from './support/random-profile';

const handler = fn('handler');
const render = fn('render');
const parse = fn('parse');

/** The tree as indented text: name, total and self, in the order of children. */
function outline(tree: CallTree): string[] {
  const lines: string[] = [];
  const visit = (node: number) => {
    const name = tree.frames[tree.frame[node]]?.name ?? 'root';
    lines.push(`${'  '.repeat(tree.depth[node])}${name} ${tree.total[node]} ${tree.self[node]}`);
    for (let child = tree.firstChild[node]; child !== NONE; child = tree.nextSibling[child]) {
      expect(tree.parent[child]).toBe(node);
      expect(child).toBeGreaterThan(node);
      visit(child);
    }
  };
  visit(0);
  expect(lines).toHaveLength(tree.size);
  return lines;
}

const profile = profileOf(
  sample(3, at(parse), at(handler)),
  sample(5, at(render), at(handler)),
  sample(1, at(handler)),
  sample(4, at(parse), at(render), at(handler)),
  sample(2, at(parse)),
  sample(0, at(fn('unused'))),
);

it('Callees: common callers are shared, the greatest total comes first', () => {
  expect(outline(buildCallTree(profile, 0))).toEqual([
    'root 15 0',
    '  handler 13 1',
    '    render 9 5',
    '      parse 4 4',
    '    parse 3 3',
    '  parse 2 2',
  ]);
});

it('Callers: from the leaves up; self is what no caller is known for', () => {
  expect(outline(buildCallTree(profile, 0, 'callers'))).toEqual([
    'root 15 0',
    '  parse 9 2',
    '    render 4 0',
    '      handler 4 4',
    '    handler 3 3',
    '  render 5 0',
    '    handler 5 5',
    '  handler 1 1',
  ]);
});

it('Inlined functions have nodes of their own, outermost first', () => {
  const inlined = profileOf(sample(1, at(parse, render), at(handler)));
  expect(outline(buildCallTree(inlined, 0))).toEqual([
    'root 1 0',
    '  handler 1 0',
    '    render 1 0',
    '      parse 1 1',
  ]);
  expect(outline(buildCallTree(inlined, 0, 'callers'))).toEqual([
    'root 1 0',
    '  parse 1 0',
    '    render 1 0',
    '      handler 1 1',
  ]);
});

it('A function is one frame, whatever its lines; labels make no difference; recursion goes deeper', () => {
  const otherLine = { ...at(handler), lines: [{ fn: { ...handler }, line: 99, column: 0 }] };
  const labelled = { ...sample(2, otherLine), labels: [{ key: 'phase', str: 'init' }] };
  const tree = buildCallTree(profileOf(sample(1, at(handler)), labelled, sample(4, at(handler), otherLine)), 0);
  expect(outline(tree)).toEqual(['root 7 0', '  handler 7 3', '    handler 4 4']);
  expect(tree.frames).toEqual([{ name: 'handler', file: '', line: 0 }]);
});

it('A sample without a stack is the root’s own', () => {
  expect(outline(buildCallTree(profileOf(sample(3), sample(1, at(handler))), 0))).toEqual([
    'root 4 3',
    '  handler 1 1',
  ]);
});

it('A profile without samples is a root', () => {
  expect(buildCallTree(profileOf(), 0)).toEqual({
    frames: [],
    size: 1,
    frame: Int32Array.of(NONE),
    parent: Int32Array.of(NONE),
    firstChild: Int32Array.of(NONE),
    nextSibling: Int32Array.of(NONE),
    depth: Int32Array.of(0),
    self: Float64Array.of(0),
    total: Float64Array.of(0),
    weight: Float64Array.of(0),
  });
});

it('A stack of 30,000 frames, and as many children of one node, are no trouble', () => {
  const count = 30_000;
  const deep = profileOf(sample(1, ...new Array(count).fill(at(handler))));
  expect(buildCallTree(deep, 0).depth[count]).toBe(count);
  const wide = buildCallTree(profileOf(...Array.from({ length: count }, (_, i) => sample(i + 1, at(fn(`f${i}`))))), 0);
  expect(wide.size).toBe(count + 1);
  expect(wide.total[wide.firstChild[0]]).toBe(count);
});

describe('Of random profiles', () => {
  it.each(['callees', 'callers'] as const)('the tree of %s is what a naive implementation says', (direction) => {
    for (let seed = 0; seed < 50; seed++) {
      const random = new Random(seed);
      const unsorted = randomProfile(random);
      // Small values: sums of doubles beyond 2^53 depend on their order.
      for (const { values } of unsorted.samples) values.fill(random.below(5));
      for (const profile of [unsorted, mergeProfiles([unsorted])]) {
        expect(valuesByPath(buildCallTree(profile, 0, direction)), `seed ${seed}`).toEqual(
          naiveValues(profile, direction),
        );
      }
    }
  });
});

type ValuesByPath = Record<string, { self: number; total: number }>;

function add(values: ValuesByPath, path: string, self: number, total: number): void {
  const known = values[path] ?? { self: 0, total: 0 };
  values[path] = { self: known.self + self, total: known.total + total };
}

function valuesByPath(tree: CallTree): ValuesByPath {
  const values: ValuesByPath = {};
  const paths: string[] = [];
  for (let node = 0; node < tree.size; node++) {
    const { name, file, line } = tree.frames[tree.frame[node]] ?? { name: 'root', file: '', line: 0 };
    paths[node] = `${paths[tree.parent[node]] ?? ''}/${name}|${file}|${line}`;
    add(values, paths[node], tree.self[node], tree.total[node]);
  }
  return values;
}

function naiveValues(profile: Profile, direction: 'callees' | 'callers'): ValuesByPath {
  const values: ValuesByPath = {};
  let path = '/root||0';
  add(values, path, 0, 0);
  for (const {
    locations,
    values: [value],
  } of profile.samples) {
    if (value === 0) continue;
    path = '/root||0';
    add(values, path, 0, Number(value));
    const frames = locations.flatMap(({ lines, address, mapping }) =>
      lines.length > 0
        ? lines.map(({ fn }) => `/${displayName(fn)}|${fn.filename}|${fn.startLine}`)
        : [`/0x${unsigned(address).toString(16)}|${mapping?.filename ?? ''}|0`],
    );
    for (const frame of direction === 'callees' ? frames.reverse() : frames) {
      path += frame;
      add(values, path, 0, Number(value));
    }
    add(values, path, Number(value), 0);
  }
  return values;
}
