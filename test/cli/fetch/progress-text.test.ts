import { expect, it } from 'vitest';
import { progressText } from '../../../cli/fetch/progress-text';

const MiB = 1024 * 1024;

it.each([
  [{ done: 0, total: 1000, bytes: 0 }, 0, 'Fetching S: 0 of 1,000 snapshots'],
  [{ done: 3, total: 1000, bytes: MiB }, 100, 'Fetching S: 3 of 1,000 snapshots, 1 MiB'],
  [
    { done: 250, total: 1000, bytes: 10 * MiB },
    5000,
    'Fetching S: 250 of 1,000 snapshots, 10 MiB at 2 MiB/s, 15 s left',
  ],
  [{ done: 1000, total: 100_000, bytes: 0 }, 20_000, 'Fetching S: 1,000 of 100,000 snapshots, 33 min left'],
  [{ done: 10, total: 900, bytes: 0 }, 1000, 'Fetching S: 10 of 900 snapshots, 89 s left'],
  [{ done: 999, total: 1000, bytes: 0 }, 60_000, 'Fetching S: 999 of 1,000 snapshots, 1 s left'],
  [{ done: 1, total: 1, bytes: MiB }, 2000, 'Fetching S: 1 of 1 snapshot, 1 MiB at 512 KiB/s'],
  [{ done: 0, total: 5, bytes: 0 }, 9000, 'Fetching S: 0 of 5 snapshots'],
])('%o after %d ms is %s', (progress, elapsedMs, text) => {
  expect(progressText('Fetching S', progress, elapsedMs)).toBe(text);
});
