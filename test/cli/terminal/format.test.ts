import { expect, it } from 'vitest';
import { formatBytes, formatCount, formatTimeRange } from '../../../cli/terminal/format';

it('formats sizes in binary units', () => {
  expect(formatBytes(512)).toBe('512 B');
  expect(formatBytes(45_000)).toBe('43.9 KiB');
});

it('counts in words', () => {
  expect(formatCount(1, 'snapshot')).toBe('1 snapshot');
  expect(formatCount(1200, 'snapshot')).toBe('1,200 snapshots');
});

it('names the day once where a time range stays in it', () => {
  const from = new Date('2026-11-22T10:00:00.500Z');
  expect(formatTimeRange(from, new Date('2026-11-22T10:20:01Z'))).toBe('2026-11-22 10:00:00 to 10:20:01 UTC');
  expect(formatTimeRange(from, new Date('2026-11-23T00:00:00Z'))).toBe(
    '2026-11-22 10:00:00 to 2026-11-23 00:00:00 UTC',
  );
});
