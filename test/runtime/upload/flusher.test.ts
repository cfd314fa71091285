import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { emptyProfile } from '../../../profile/model';
import { noCost } from '../../../runtime/cost';
import { Invocations } from '../../../runtime/invocations/invocations';
import { Flusher } from '../../../runtime/upload/flusher';
import { Slots } from '../../../runtime/upload/snapshot';
import { identity } from '../identity';

/** What a flush leaves for the function. */
const MARGIN_MS = 100;
const MiB = 1024 * 1024;

beforeEach(() => {
  vi.spyOn(process.stdout, 'write').mockReturnValue(true);
});
afterEach(() => vi.restoreAllMocks());

/** A flusher whose snapshots have about `bytes` each, and the slots of what it uploads, flush by flush. */
function flusherWith(bytes = 0) {
  const bucket = { works: true };
  const flushes: string[][] = [];
  const heapBudgetsMs: number[] = [];
  const cost = noCost();
  const sampler = {
    take(heapBudgetMs: number) {
      flushes.push([]);
      heapBudgetsMs.push(heapBudgetMs);
      const profile = { ...emptyProfile([]), comments: [randomBytes(bytes).toString('base64')] };
      return [{ type: 'wall', profile, startMs: 0, endMs: 0, convertMs: 0 }];
    },
  };
  const uploader = {
    async put({ key }: { key: string }) {
      flushes.at(-1)?.push(key.slice('p/wall/'.length, 'p/wall/00'.length));
      if (!bucket.works) throw new Error('refused');
    },
  };
  const parts = { sampler, uploader, slots: new Slots('p', 'i', 10), identity, invocations: new Invocations(), cost };
  const settings = { bucket: 'profiles', snapshotIntervalMs: 600_000, costLimit: 1 };
  return { flusher: new Flusher(parts, settings), bucket, flushes, heapBudgetsMs, cost };
}

/** When an invocation times out that leaves a flush so much time. */
const leaving = (ms: number) => Date.now() + MARGIN_MS + ms;

describe('a flush', () => {
  it('does not begin where less time is left than it may need', async () => {
    const { flusher, flushes } = flusherWith();
    await flusher.flush(leaving(200));
    await flusher.flush(Date.now() - 1_000);
    expect(flushes).toEqual([]);
    await flusher.flush(leaving(60_000));
    expect(flushes).toEqual([['00']]);
  });

  it('is tried all the same where time is always short, so that one slow flush is not the last', async () => {
    const { flusher, flushes } = flusherWith();
    let tries = 0;
    for (; flushes.length === 0 && tries < 1_000; tries++) await flusher.flush(leaving(200));
    expect(flushes).toEqual([['00']]);
    expect(tries).toBeGreaterThan(2);
  });

  it('gives the heap half of its time, which is never more than two seconds', async () => {
    const { flusher, heapBudgetsMs } = flusherWith();
    await flusher.flush(leaving(600_000));
    await flusher.flush(leaving(1_900));
    const [plenty, little] = heapBudgetsMs;
    expect(plenty).toBe(1_000);
    expect(little).toBeGreaterThan(0);
    expect(little).toBeLessThanOrEqual(950);
  });
});

describe('what could not be uploaded', () => {
  it('is uploaded with the next snapshot', async () => {
    const { flusher, bucket, flushes, cost } = flusherWith();
    bucket.works = false;
    await flusher.flush(leaving(60_000));
    await flusher.flush(leaving(60_000));
    bucket.works = true;
    await flusher.flush(leaving(60_000));
    await flusher.flush(leaving(60_000));
    expect(flushes).toEqual([['00'], ['00', '01'], ['00', '01', '02'], ['03']]);
    expect(cost).toMatchObject({ dropped: 0, retried: 3 });
  });

  it('is kept up to a megabyte: the newest', async () => {
    const { flusher, bucket, flushes, cost } = flusherWith(0.4 * MiB);
    bucket.works = false;
    for (let i = 0; i < 5; i++) await flusher.flush(leaving(60_000));
    bucket.works = true;
    await flusher.flush(leaving(60_000));
    expect(flushes.at(-1)).toEqual(['03', '04', '05']);
    expect(cost.dropped).toBe(3);
  });

  it('is given up where a newer snapshot needs its place', async () => {
    const { flusher, bucket, flushes, cost } = flusherWith();
    bucket.works = false;
    for (let i = 0; i < 10; i++) await flusher.flush(leaving(60_000));
    bucket.works = true;
    await flusher.flush(leaving(60_000));
    expect(flushes.at(-1)?.sort()).toEqual(['00', '01', '02', '03', '04', '05', '06', '07', '08', '09']);
    expect(cost.dropped).toBe(1);
  });
});

describe('a snapshot is due', () => {
  it('at once, and then not before the interval has passed', async () => {
    const { flusher } = flusherWith();
    expect(flusher.isDue()).toBe(true);
    await flusher.flush(leaving(60_000));
    expect(flusher.isDue()).toBe(false);
  });

  it('where there was no time for it', async () => {
    const { flusher } = flusherWith();
    await flusher.flush(leaving(10));
    expect(flusher.isDue()).toBe(true);
  });
});
