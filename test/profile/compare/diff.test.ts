import { expect, it } from 'vitest';
import { diffFunctions } from '../../../profile/analysis/compare/diff';
import { functionValuesOf } from '../../../profile/analysis/compare/function-values';
import type { Profile } from '../../../profile/model/profile';
import { at, fn, profileOf, sample } from '../support/profiles';

const file = '/var/task/a.ts';

const diff = (base: Profile, target: Profile) => diffFunctions(functionValuesOf(base, 0), functionValuesOf(target, 0));

it('Shares are compared, so that a longer profile is no slower one; the largest change comes first', () => {
  const base = profileOf(sample(50, at(fn('same', file))), sample(50, at(fn('less', file))));
  const target = profileOf(
    sample(500, at(fn('same', file))),
    sample(100, at(fn('less', file))),
    sample(400, at(fn('more', file))),
  );
  expect(diff(base, target)).toEqual({
    baseWhole: 100,
    targetWhole: 1000,
    rows: [
      { name: 'less', file, base: 0.5, target: 0.1 },
      { name: 'more', file, base: 0, target: 0.4 },
      { name: 'same', file, base: 0.5, target: 0.5 },
    ],
  });
});

it('A function that has moved in its file is the same, with a name or without', () => {
  const version = (line: number) =>
    profileOf(
      sample(1, at(fn('render', file, line))),
      sample(2, at(fn('', file, line + 5))),
      sample(3, at(fn('', file, line + 9))),
    );
  expect(diff(version(1), version(40)).rows).toEqual([
    { name: '(anonymous) a.ts', file, base: 5 / 6, target: 5 / 6 },
    { name: 'render', file, base: 1 / 6, target: 1 / 6 },
  ]);
});

it('An empty side has shares of zero', () => {
  expect(diff(profileOf(), profileOf(sample(1, at(fn('f'))))).rows).toEqual([
    { name: 'f', file: '', base: 0, target: 1 },
  ]);
});
