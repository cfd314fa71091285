import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { emptyProfile } from '../../../profile/model/profile';
import { noCost } from '../../../runtime/cost';
import type { Estimates } from '../../../runtime/hold/estimates';
import { type Hold, HoldPlanner } from '../../../runtime/hold/hold';
import { Flusher, rehearseUpload } from '../../../runtime/upload/flusher';
import { Slots } from '../../../runtime/upload/slots';
import type { SnapshotPart } from '../../../runtime/upload/snapshot';
import { SimulatedClocks } from '../hold/support/simulated-clocks';
import { identity } from '../support/function-identity';

const MiB = 1024 * 1024;

let log: string[];
beforeEach(() => {
  log = [];
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => log.push(String(text)) > 0);
});
afterEach(() => vi.restoreAllMocks());

interface Life {
  /** Of random content in each snapshot. */
  bytes?: number;
  /** Of the allowance. */
  rate?: number;
  memoryMb?: number;
  snapshotIntervalMs?: number;
  /** Processor time that making each profile takes. */
  makeMs?: number;
}

/** A flusher on simulated clocks, and the slots of what it uploads, flush by flush. */
function flusherWith(life: Life = {}) {
  const { bytes = 0, rate = Number.POSITIVE_INFINITY, memoryMb = 1769, snapshotIntervalMs = 1e9, makeMs = 0 } = life;
  const bucket = { works: true };
  const uploads: string[] = [];
  const cost = noCost();
  const clocks = new SimulatedClocks();
  const planner = new HoldPlanner(memoryMb, rate, cost, clocks);
  const share = Math.min(1, memoryMb / 1769);
  const invocations = { isFull: false, totalMicros: 0 };
  const part = (type: string, isOptional = false): SnapshotPart => ({
    work: isOptional ? 'heap' : 'convert',
    size: isOptional ? 400 * MiB : 0,
    isOptional,
    make() {
      clocks.work(makeMs, share);
      const profile = { ...emptyProfile([]), comments: [randomBytes(bytes).toString('base64')] };
      return [{ type, profile, startMs: 0, endMs: 0, convertMs: 0 }];
    },
  });
  const sampler = {
    sampledSeconds: 0,
    taken: 0,
    prepared: 0,
    parts: [part('wall')],
    take() {
      this.taken++;
      return [...this.parts];
    },
    prepare(_hold: Hold) {
      this.prepared++;
    },
    isFine: false,
    coarsen(_hold: Hold) {
      this.isFine = false;
    },
  };
  const uploader = {
    async put({ key }: { key: string }) {
      const [, type, file = ''] = key.split('/');
      uploads.push(type === 'wall' ? file.slice(0, 2) : `${type} ${file.slice(0, 2)}`);
      if (!bucket.works) throw new Error('refused');
    },
  };
  const parts = { sampler, uploader, slots: new Slots('p', 'i', 10), identity, invocations, planner, cost };
  const flusher = new Flusher(parts, { bucket: 'profiles', snapshotIntervalMs });
  /** After an invocation that was in nobody's way. @returns what was uploaded */
  const flush = async (leftMs = 60_000) => {
    uploads.length = 0;
    planner.mark();
    clocks.wait(1_000);
    await flusher.flush(clocks.epoch() + leftMs);
    return [...uploads].sort();
  };
  return { flusher, flush, bucket, cost, planner, invocations, sampler, part, uploads };
}

/** After which nothing that is estimated at first takes long. */
function knowing(estimates: Estimates, ms: number) {
  for (const work of ['rotate', 'convert', 'encode', 'compress', 'upload'] as const) estimates.measured(work, 0, ms);
}

describe('a flush', () => {
  it('does nothing where no time is left, and is still due then', async () => {
    const { flusher, flush, sampler, cost } = flusherWith();
    expect(await flush(100)).toEqual([]);
    expect(await flush(-1_000)).toEqual([]);
    expect(sampler.taken).toBe(0);
    expect(cost.leftOut).toBe(2);
    expect(flusher.isDue()).toBe(true);
    expect(await flush()).toEqual(['00']);
  });

  it('goes on where it has stopped, after later responses: nothing is taken twice', async () => {
    const { flusher, flush, sampler, part, planner, invocations } = flusherWith({ makeMs: 50, rate: 1_000 });
    invocations.totalMicros = 1e9;
    sampler.parts = [part('init'), part('wall'), part('wait')];
    knowing(planner.estimates, 5);
    const flushes: string[][] = [];
    // 80 ms are a tenth of what is left: room for one of them, as soon as it is known what they take.
    for (let i = 0; i < 8 && flusher.isDue(); i++) flushes.push(await flush(900));
    expect(sampler.taken).toBe(1);
    expect(flushes.flat()).toEqual(['00', 'init 00', 'wait 00']);
    expect(flushes[0]).toEqual([]);
    expect(flusher.isDue()).toBe(false);
    expect(sampler.prepared).toBe(1);
  });

  it('leaves out the heap where there is no time for it, and nothing else', async () => {
    const { flush, sampler, part, planner } = flusherWith({ rate: 1_000 });
    planner.allowance.earnedBy(1e9);
    sampler.parts = [part('heap', true), part('wall')];
    expect(await flush()).toEqual(['00']);
    expect(await flusherWith().flush()).toEqual(['00']);
  });

  it('waits until it has been earned', async () => {
    const { flusher, flush, invocations, cost } = flusherWith({ rate: 0.01 });
    expect(flusher.isDue()).toBe(false);
    invocations.totalMicros = 0.4e6;
    expect(flusher.isDue()).toBe(true);
    expect(await flush()).toEqual([]);
    // For want of allowance, not of time.
    expect(cost.leftOut).toBe(0);
    invocations.totalMicros = 60e6;
    expect(flusher.isDue()).toBe(true);
    expect(await flush()).toEqual(['00']);
  });

  it('is earned by initialization, too', () => {
    const { flusher } = flusherWith({ rate: 0.01 });
    flusher.initialized(500);
    expect(flusher.isDue()).toBe(true);
  });
});

describe('the last flush', () => {
  it('sends what is in work and what is new, but no heap, whatever it takes', async () => {
    const { flusher, flush, sampler, part, planner, uploads } = flusherWith({ makeMs: 50, rate: 1_000, memoryMb: 128 });
    planner.allowance.earnedBy(1e9);
    knowing(planner.estimates, 1);
    sampler.parts = [part('wall'), part('heap', true), part('wall')];
    expect(await flush(1_500)).toEqual([]);
    expect(sampler.taken).toBe(1);
    sampler.parts = [part('heap', true), part('wall')];
    await flusher.flushLast();
    expect(sampler.taken).toBe(2);
    expect([...uploads].sort()).toEqual(['00', '01', '02']);
  });
});

describe('where initialization was sampled finely', () => {
  it('fine sampling ends after the first response, though nothing has been earned', async () => {
    const { flusher, flush, sampler, uploads } = flusherWith({ rate: 0.01 });
    sampler.isFine = true;
    expect(flusher.isDue()).toBe(true);
    await flush();
    expect(sampler).toMatchObject({ taken: 1, isFine: false });
    // What was taken waits until it has been earned.
    expect(uploads).toEqual([]);
    expect(flusher.isDue()).toBe(false);
  });

  it('nothing is done shortly before the invocation times out', async () => {
    const { flush, sampler } = flusherWith();
    sampler.isFine = true;
    await flush(101);
    expect(sampler).toMatchObject({ taken: 0, isFine: true });
  });
});

describe('while the function is initialized', () => {
  it('profiles are made of what was sampled, whose uploads go with the first snapshot', async () => {
    const { flusher, flush, part, planner, uploads } = flusherWith({ makeMs: 4 });
    flusher.settle([part('init')], true);
    expect(uploads).toEqual([]);
    // As it was measured.
    expect(planner.estimates.cpuMs('convert')).toBeCloseTo(4);
    expect(await flush()).toEqual(['00', 'init 00']);
  });

  it('profiles are made after a response where there is enough of a processor', async () => {
    const { flusher, flush, part, planner } = flusherWith({ makeMs: 4 });
    const before = planner.estimates.cpuMs('convert');
    flusher.settle([part('init')], false);
    expect(planner.estimates.cpuMs('convert')).toBe(before);
    expect(await flush()).toEqual(['00', 'init 00']);
  });

  it('an upload is begun and given up, whatever comes of it', () => {
    const { planner } = flusherWith();
    const signals: AbortSignal[] = [];
    const put = async (_upload: unknown, signal: AbortSignal) => {
      signals.push(signal);
      throw new Error('refused');
    };
    rehearseUpload({ put }, planner);
    expect(signals.map(({ aborted }) => aborted)).toEqual([true]);
  });
});

describe('what could not be uploaded', () => {
  it('is uploaded with the next snapshot', async () => {
    const { flush, bucket, cost } = flusherWith({ snapshotIntervalMs: 1e-6 });
    bucket.works = false;
    expect(await flush()).toEqual(['00']);
    await new Promise((resolve) => setTimeout(resolve, 1));
    expect(await flush()).toEqual(['00', '01']);
    bucket.works = true;
    await new Promise((resolve) => setTimeout(resolve, 1));
    expect(await flush()).toEqual(['00', '01', '02']);
    expect(await flush()).toEqual(['03']);
    expect(cost).toMatchObject({ dropped: 0, retried: 3 });
    expect(log.filter((line) => line.includes('"cause":"refused"'))).toHaveLength(1);
  });

  it('is kept up to a megabyte: the newest', async () => {
    const { flush, bucket, cost } = flusherWith({ bytes: 0.4 * MiB, snapshotIntervalMs: 1e-6 });
    bucket.works = false;
    for (let i = 0; i < 5; i++) await flush();
    bucket.works = true;
    expect(await flush()).toEqual(['04', '05']);
    expect(cost.dropped).toBe(4);
  });

  it('is given up where a newer snapshot needs its place, which tells of it', async () => {
    const { flush, bucket, cost } = flusherWith({ snapshotIntervalMs: 1e-6 });
    bucket.works = false;
    for (let i = 0; i < 10; i++) await flush();
    bucket.works = true;
    expect(await flush()).toEqual(['00', '01', '02', '03', '04', '05', '06', '07', '08', '09']);
    expect(cost.dropped).toBe(1);
  });
});

describe('a snapshot is due', () => {
  it('at once, and then not before the interval has passed', async () => {
    const { flusher, flush } = flusherWith({ snapshotIntervalMs: 600_000 });
    expect(flusher.isDue()).toBe(true);
    await flush();
    expect(flusher.isDue()).toBe(false);
    // As it will have at the end of an invocation that takes so long.
    expect(flusher.isDue(600_001)).toBe(true);
  });

  it('where there is no room for more invocations', async () => {
    const { flusher, flush, invocations } = flusherWith();
    await flush();
    invocations.isFull = true;
    expect(flusher.isDue()).toBe(true);
  });

  it('not before an instance has earned what the last one took', async () => {
    const { flusher, flush, invocations, cost } = flusherWith({ rate: 0.01, makeMs: 40, snapshotIntervalMs: 1e-6 });
    invocations.totalMicros = 10e6;
    flusher.isDue();
    await flush();
    expect(cost.heldMs).toBe(40);
    invocations.totalMicros = 6e6;
    expect(flusher.isDue()).toBe(false);
    invocations.totalMicros = 9e6;
    expect(flusher.isDue()).toBe(true);
  });
});

it('the log says once where there is never time for anything', async () => {
  const { flush } = flusherWith();
  for (let i = 0; i < 40; i++) await flush(0);
  expect(log.filter((line) => line.includes('snapshots-left-out'))).toHaveLength(1);
});
