import { expect, it } from 'vitest';
import { filterFrames } from '../../profile/analysis/filter-frames';
import { at, fn, mapping, profileOf, sample } from './support/profiles';

const [a, b, c] = ['a', 'b', 'c'].map((name) => fn(name, `src/${name}.ts`, 1));
const library = fn('query', '/var/task/node_modules/pg/client.js', 1);
const native = { address: 1, isFolded: false, lines: [], mapping: mapping({ filename: 'libc.so' }) };
// Leaf first: a calls b calls c.
const profile = profileOf(
  sample(1, at(c), at(b), at(a)),
  sample(2, at(library), at(b), at(a)),
  sample(4, at(a)),
  sample(8, native, at(a)),
);
const stacks = (patterns: Parameters<typeof filterFrames>[1]) =>
  filterFrames(profile, patterns).samples.map(({ locations, values }) => [
    values[0],
    ...locations.map(({ lines }) => lines.map((line) => line.fn.name).join('<')),
  ]);

it('Without patterns nothing changes', () => {
  expect(filterFrames(profile, {})).toBe(profile);
});

it('focus keeps the stacks in which a name or a file matches', () => {
  expect(stacks({ focus: /^b$/ })).toEqual([
    [1, 'c', 'b', 'a'],
    [2, 'query', 'b', 'a'],
  ]);
  expect(stacks({ focus: /node_modules\/pg\// })).toEqual([[2, 'query', 'b', 'a']]);
  expect(stacks({ focus: /nothing/ })).toEqual([]);
});

it('ignore drops the stacks in which a frame matches, focused or not', () => {
  expect(stacks({ ignore: /^b$/ })).toEqual([
    [4, 'a'],
    [8, '', 'a'],
  ]);
  expect(stacks({ focus: /^b$/, ignore: /^query$/ })).toEqual([[1, 'c', 'b', 'a']]);
});

it('hide takes frames out, and stacks of which nothing is left', () => {
  expect(stacks({ hide: /^(a|b)$/ })).toEqual([
    [1, 'c'],
    [2, 'query'],
    [8, ''],
  ]);
  expect(stacks({ focus: /^c$/, hide: /^c$/ })).toEqual([[1, 'b', 'a']]);
});

it('showFrom takes the callers of the outermost match away', () => {
  expect(stacks({ showFrom: /^(b|c)$/ })).toEqual([
    [1, 'c', 'b'],
    [2, 'query', 'b'],
  ]);
  const recursive = profileOf(sample(1, at(b), at(c), at(b), at(a)));
  expect(filterFrames(recursive, { showFrom: /^b$/ }).samples[0]?.locations).toHaveLength(3);
});

it('Inlined functions are frames of their own', () => {
  const inlined = profileOf(sample(1, at(c, b, a), at(a)));
  const names = (patterns: Parameters<typeof filterFrames>[1]) =>
    filterFrames(inlined, patterns).samples.map(({ locations }) =>
      locations.map(({ lines }) => lines.map((line) => line.fn.name)),
    );
  expect(names({ hide: /^b$/ })).toEqual([[['c', 'a'], ['a']]]);
  expect(names({ showFrom: /^b$/ })).toEqual([[['c', 'b']]]);
  expect(names({ hide: /^[abc]$/ })).toEqual([]);
});

it('A location without a function goes by its mapping, one with a function does not', () => {
  expect(stacks({ focus: /libc/ })).toEqual([[8, '', 'a']]);
  expect(stacks({ hide: /libc/ }).at(-1)).toEqual([8, 'a']);
  const own = { ...at(a), mapping: mapping({ filename: 'OrdersFunction' }) };
  expect(filterFrames(profileOf(sample(1, own)), { focus: /Orders/ }).samples).toEqual([]);
});

it('Anonymous functions go by the name that is shown', () => {
  const anonymous = profileOf(sample(1, at(fn('', 'src/x.ts', 12))));
  expect(filterFrames(anonymous, { focus: /anonymous\) x\.ts:12/ }).samples).toHaveLength(1);
});
