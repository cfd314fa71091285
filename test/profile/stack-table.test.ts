import { expect, it } from 'vitest';
import { stacksByLocation, stackTable, stackTableOf, totalValue } from '../../profile/analysis/stack-table';
import { topFunctions } from '../../profile/analysis/top';
import { ColumnsReader } from '../../profile/pprof/columns-reader';
import { encodeProfile } from '../../profile/pprof/encode';
import { at, fn, profileOf, sample } from './support/profiles';
import { Random } from './support/random';
import { randomProfile } from './support/random-profile';

const root = fn('handler', 'a.js', 1);
const leaf = fn('render', 'a.js', 9);

it('A table has the stacks as numbers of locations, and the values of each sample type', () => {
  const [inLeaf, inRoot] = [at(leaf), at(root)];
  const record = { locations: [], values: [0], labels: [{ key: 'wall', num: 7, unit: '' }] };
  const profile = profileOf(sample(3, inLeaf, inRoot), sample(2 ** 53, inRoot), record);
  const table = stackTable(profile);
  expect(table.locations).toEqual([inLeaf, inRoot]);
  expect([...table.stacks]).toEqual([0, 1, 1]);
  expect([...table.starts]).toEqual([0, 2, 3, 3]);
  expect(table.values.map((values) => [...values])).toEqual([[3, 2 ** 53, 0]]);
  expect(table.stackless).toEqual([record]);
  expect([...stacksByLocation(table)]).toEqual([1, 2]);
  const type = profile.sampleTypes[0]?.type ?? '';
  expect([totalValue(table, type), totalValue(table, 'no such')]).toEqual([2 ** 53 + 3, undefined]);
});

it('The table of an encoded profile says what that of its objects says', () => {
  for (let seed = 0; seed < 40; seed++) {
    const profile = randomProfile(new Random(seed));
    const read = stackTableOf(new ColumnsReader().read(encodeProfile(profile)));
    const made = stackTable(profile);
    expect(
      read.values.map((values) => [...values]),
      `seed ${seed}`,
    ).toEqual(made.values.map((values) => [...values]));
    expect(read.starts).toEqual(made.starts);
    expect(read.stackless).toHaveLength(made.stackless.length);
    for (const type of profile.sampleTypes.keys()) expect(topFunctions(read, type)).toEqual(topFunctions(made, type));
  }
});
