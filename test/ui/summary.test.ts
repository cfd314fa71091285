import { describe, expect, it } from 'vitest';
import { dropIdle } from '../../ui/idle';
import { summarizeProfile } from '../../ui/summary';
import { workerProfile } from '../profile/support/worker-profile';
import { foldedProfile, WALL_TYPES } from './support/folded-profile';
import { recordingOf } from './support/recordings';

const profile = {
  ...foldedProfile(WALL_TYPES, [
    ['handler;parse', 3, 30, 30],
    ['handler;(idle)@/var/task/not-really.js', 1, 10, 10],
    ['(idle)', 5, 0, 50],
    ['(garbage collector)', 1, 10, 10],
  ]),
  timeNanos: 1_760_000_000_123_000_000n,
  durationNanos: 60e9,
};
const wall = recordingOf(profile);

describe('the summary', () => {
  it('adds up the chosen value and the samples', () => {
    const summary = summarizeProfile(wall, 2);
    expect(summary.total).toBe(100);
    expect(summary.samples).toEqual({ count: 10, of: 'samples' });
    expect(summarizeProfile(wall, 1).total).toBe(50);
  });

  it('has the shares of idle time and garbage collection', () => {
    expect(summarizeProfile(wall, 2)).toMatchObject({ gcShare: 0.1, idleShare: 0.5 });
    expect(summarizeProfile(wall, 1)).toMatchObject({ gcShare: 0.2, idleShare: 0 });
  });

  it('has the time window', () => {
    expect(summarizeProfile(wall, 2)).toMatchObject({ startMillis: 1_760_000_000_123, durationNanos: 60e9 });
  });

  it('counts stacks where the profile does not count samples', () => {
    const heap = foldedProfile(
      [{ type: 'inuse_space', unit: 'bytes' }],
      [
        ['a', 512],
        ['b', 1024],
      ],
    );
    expect(summarizeProfile(recordingOf(heap), 0).samples).toEqual({ count: 2, of: 'stacks' });
  });

  it('of an empty profile has no shares', () => {
    const empty = recordingOf(foldedProfile(WALL_TYPES, []));
    expect(summarizeProfile(empty, 2)).toMatchObject({ total: 0, idleShare: 0, gcShare: 0 });
  });
});

it('what is known to have been waited for is idle, too', () => {
  const waits = recordingOf(
    foldedProfile(WALL_TYPES, [
      ['handler;(waiting: POST s3)', 1, 0, 30],
      ['(idle)', 1, 0, 20],
      ['handler', 1, 50, 50],
    ]),
  );
  expect(summarizeProfile(waits, 2).idleShare).toBe(0.5);
  const keep = new Uint8Array(3).fill(1);
  dropIdle(waits.table, keep);
  expect([...keep]).toEqual([0, 0, 1]);
});

it('without idle time, what ran stays', () => {
  const keep = new Uint8Array(4).fill(1);
  dropIdle(wall.table, keep);
  expect([...keep]).toEqual([1, 1, 0, 1]);
});

it('tells the processor time outside of the main thread, whichever value is shown (B20)', () => {
  const workers = recordingOf(workerProfile());
  expect([1, 2].map((type) => summarizeProfile(workers, type).outsideMainThread)).toEqual([630e6, 630e6]);
  expect(summarizeProfile(wall, 2).outsideMainThread).toBe(0);
});
