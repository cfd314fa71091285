import { expect, it } from 'vitest';
import { DownloadLimit } from '../../../cli/snapshots/download-limit';

const after = (attempts: number[]) => {
  const limit = new DownloadLimit();
  for (const each of attempts) limit.downloaded(each);
  return limit.current;
};
const times = <T>(count: number, value: T): T[] => Array(count).fill(value);

it('begins with 16 downloads and adds one for every round that goes well, up to 48', () => {
  expect(after([])).toBe(16);
  expect(after(times(17, 1))).toBe(17);
  expect(after(times(10_000, 1))).toBe(48);
});

it('halves them once when a round is refused, and never stops', () => {
  expect(after([2])).toBe(8);
  expect(after(times(16, 2))).toBe(8);
  expect(after(times(17, 2))).toBe(4);
  expect(after(times(1_000, 3))).toBe(1);
});

it('comes back afterwards', () => {
  expect(after([...times(1_000, 3), ...times(10_000, 1)])).toBe(48);
});
