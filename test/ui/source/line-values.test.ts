import { expect, it } from 'vitest';
import { fileValues, lineValues } from '../../../ui/source/line-values';
import { foldedProfile } from '../support/folded-profile';
import { recordingOf } from '../support/recordings';

const A = '/var/task/src/a.ts';
const B = '/var/task/src/b.ts';
const profile = foldedProfile(
  [{ type: 'wall', unit: 'nanoseconds' }],
  [
    [`handler@${A};parse@${B}`, 4],
    [`handler@${A};parse@${B};handler@${A}`, 2],
    [`handler@${A}`, 1],
    ['(idle)', 8],
  ],
);
// The handler ran at two of its lines; a location is a line of a function.
const [recursive, alone] = [profile.samples[1], profile.samples[2]];
const at = (line: number) => ({ ...alone.locations[0], lines: [{ ...alone.locations[0].lines[0], line }] });
recursive.locations = [at(12), ...recursive.locations.slice(1)];
alone.locations = [at(14)];
const { table } = recordingOf(profile);

it('a file has what runs in it, recursion counted once', () => {
  expect([...fileValues(table, table.values[0])].map(([file, { self, total }]) => [file, self, total])).toEqual([
    [A, 3, 7],
    [B, 4, 6],
  ]);
});

it('a line has what ran there, and in total what it called', () => {
  const values = [...lineValues(table, table.values[0], A)].map(([line, { self, total }]) => [line, self, total]);
  expect(values).toEqual([
    [1, 0, 6],
    [12, 2, 2],
    [14, 1, 1],
  ]);
  expect([...lineValues(table, table.values[0], 'absent').keys()]).toEqual([]);
});

it('samples that are left out have no part in it', () => {
  const weights = table.values[0].map((value, s) => (s === 0 ? value : 0));
  expect([...lineValues(table, weights, B).values()].map(({ self }) => self)).toEqual([4]);
  expect([...lineValues(table, weights, A).values()].map(({ total }) => total)).toEqual([4]);
});
