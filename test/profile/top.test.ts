import { expect, it } from 'vitest';
import { topFunctions } from '../../profile/analysis/top';
import { at, fn, mapping, profileOf, sample } from './support/profiles';

const root = fn('handler', 'a.js', 1);
const leaf = fn('render', 'a.js', 9);

it('A leaf has the value itself, all above it have it in their totals; the greatest self comes first', () => {
  const profile = profileOf(sample(10, at(leaf), at(root)), sample(5, at(root)), sample(0, at(fn('unused'))));
  expect(topFunctions(profile, 0)).toEqual({
    total: 15,
    rows: [
      { name: 'render', file: 'a.js', line: 9, self: 10, total: 10 },
      { name: 'handler', file: 'a.js', line: 1, self: 5, total: 15 },
    ],
  });
});

it('Recursion counts once', () => {
  const { total, rows } = topFunctions(profileOf(sample(4, at(root), at(leaf), at(root), at(root))), 0);
  expect(total).toBe(4);
  expect(rows.map(({ name, self, total }) => [name, self, total])).toEqual([
    ['handler', 4, 4],
    ['render', 0, 4],
  ]);
});

it('Of inlined functions the innermost is the leaf', () => {
  const { rows } = topFunctions(profileOf(sample(4, at(leaf, root))), 0);
  expect(rows.map(({ name, self, total }) => [name, self, total])).toEqual([
    ['render', 4, 4],
    ['handler', 0, 4],
  ]);
});

it('Equal functions are one row, whatever objects they are, and whatever lines they were at', () => {
  const line = { fn: { ...root }, line: 77, column: 3 };
  const elsewhere = { address: 0, isFolded: false, lines: [line] };
  expect(topFunctions(profileOf(sample(1, at(root)), sample(2, elsewhere)), 0).rows).toEqual([
    { name: 'handler', file: 'a.js', line: 1, self: 3, total: 3 },
  ]);
});

it('Anonymous functions go by their place, locations without a function by their address', () => {
  const unknown = { address: -1, isFolded: false, lines: [], mapping: mapping({ filename: 'lib.so' }) };
  const anonymous = [at(fn('', 'a.js', 1)), at(fn('', 'a.js', 2))];
  const { rows } = topFunctions(profileOf(...[...anonymous, unknown].map((location, i) => sample(9 - i, location))), 0);
  expect(rows.map(({ name, file, line }) => [name, file, line])).toEqual([
    ['(anonymous) a.js:1', 'a.js', 1],
    ['(anonymous) a.js:2', 'a.js', 2],
    ['0xffffffffffffffff', 'lib.so', 0],
  ]);
});

it('Ties go by total, then by name; the limit keeps the first', () => {
  const profile = profileOf(
    ...['c', 'b', 'a'].map((name) => sample(1, at(fn(name)))),
    sample(2, at(fn('d')), at(fn('c'))),
  );
  const names = (limit?: number) => topFunctions(profile, 0, { limit }).rows.map((row) => row.name);
  expect(names()).toEqual(['d', 'c', 'a', 'b']);
  expect(names(2)).toEqual(['d', 'c']);
});

it('The sample type is picked by its index', () => {
  const [type] = profileOf().sampleTypes;
  const both = profileOf({ locations: [at(root)], values: [1, 2n ** 60n], labels: [] });
  const profile = { ...both, sampleTypes: [type, type] };
  expect(topFunctions(profile, 0).total).toBe(1);
  expect(topFunctions(profile, 1).total).toBe(2 ** 60);
});

it('A profile without samples has no rows', () => {
  expect(topFunctions(profileOf(), 0)).toEqual({ total: 0, rows: [] });
});
