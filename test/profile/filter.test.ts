import { expect, it } from 'vitest';
import { filterByLabels, filterSamples } from '../../profile/analysis/filter';
import type { Label } from '../../profile/model/profile';
import { at, fn, profileOf, sample } from './support/profiles';

const labelled = (value: number, ...labels: Label[]) => ({ ...sample(value, at(fn('f'))), labels });
const profile = profileOf(
  labelled(1, { key: 'version', str: '41' }, { key: 'cold_start', str: 'true' }),
  labelled(2, { key: 'version', str: '42' }, { key: 'cold_start', str: 'true' }),
  labelled(3, { key: 'version', str: '42' }, { key: 'duration', num: 16, unit: 'milliseconds' }),
  labelled(4),
);
const values = (...conditions: [key: string, value: string][]) =>
  filterByLabels(
    profile,
    conditions.map(([key, value]) => ({ key, value })),
  ).samples.map((each) => each.values[0]);

it('Samples are kept that fulfil all conditions; of several values of a key one is enough', () => {
  expect(values()).toEqual([1, 2, 3, 4]);
  expect(values(['version', '42'])).toEqual([2, 3]);
  expect(values(['version', '42'], ['cold_start', 'true'])).toEqual([2]);
  expect(values(['version', '41'], ['version', '42'])).toEqual([1, 2, 3]);
  expect(values(['version', '4'])).toEqual([]);
});

it('Numbers are compared as they are written, with their unit or without', () => {
  expect(values(['duration', '16'])).toEqual([3]);
  expect(values(['duration', '16milliseconds'])).toEqual([3]);
  expect(values(['duration', '16seconds'])).toEqual([]);
});

it('The profile itself stays as it is', () => {
  const filtered = filterSamples(profile, ({ labels }) => labels.length === 0);
  expect(filtered.samples).toHaveLength(1);
  expect(filtered.sampleTypes).toBe(profile.sampleTypes);
  expect(profile.samples).toHaveLength(4);
});
