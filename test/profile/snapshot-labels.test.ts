import { expect, it } from 'vitest';
import { snapshotLabels, withoutRank, withoutSnapshot } from '../../profile/analysis/snapshot-labels';
import type { Label } from '../../profile/model/profile';

const rank: Label = { key: 'slowest', num: 3, unit: '' };
const outcome: Label = { key: 'outcome', str: 'ok' };

it('What was put before the labels of a snapshot is taken away again, and the rank with it', () => {
  const labels = [...snapshotLabels('9f86d081884c', 1_763_805_600_000.4), rank, outcome];
  expect(labels[1]).toEqual({ key: 'window', num: 1_763_805_600_000, unit: 'milliseconds' });
  expect(withoutSnapshot(labels)).toEqual([outcome]);
  expect(withoutRank(labels)).toEqual([...labels.slice(0, 2), outcome]);
});

it("Users' labels of the same names, which are strings, stay", () => {
  const own: Label[] = ['instance', 'slowest', 'window'].map((key) => ({ key, str: 'mine' }));
  expect(withoutSnapshot([...snapshotLabels('9f86d081884c', 1), ...own])).toEqual(own);
  expect(withoutRank(own)).toEqual(own);
});
