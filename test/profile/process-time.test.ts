import { describe, expect, it } from 'vitest';
import {
  outsideMainThreadText,
  timeOutsideMainThread,
  timeOutsideMainThreadOf,
} from '../../profile/analysis/process-time';
import { toMarkdown } from '../../profile/export/markdown';
import type { Sample } from '../../profile/model/profile';
import { at, fn } from './support/profiles';
import { workerProfile } from './support/worker-profile';

const ms = 1e6;

/** What the function of B20 leaves: it waits for 1,402 ms for workers that compute. */
const times = {
  sampled: { wall: 1402 * ms, cpu: 24 * ms },
  notSampled: 0,
  records: [{ wallNanos: 1402 * ms, cpuNanos: 654 * ms }],
};

describe('timeOutsideMainThread', () => {
  it('is what the process has used beyond its main thread (B20)', () => {
    expect(timeOutsideMainThread(times)).toBe(630 * ms);
    expect(outsideMainThreadText(630 * ms)).toBe(
      '630 ms of processor time were outside of the main thread: worker threads and native threads are not sampled (worker threads: see ProfileType.WORKER)',
    );
  });

  it('says nothing of what V8 does beside the main thread', () => {
    const records = (cpu: number) => [{ wallNanos: 1402 * ms, cpuNanos: cpu * ms }];
    const sampled = { wall: 1402 * ms, cpu: 1000 * ms };
    expect(timeOutsideMainThread({ ...times, sampled, records: records(1200) })).toBe(0);
    expect(timeOutsideMainThread({ ...times, sampled, records: records(2500) })).toBe(1500 * ms);
    expect(timeOutsideMainThread({ ...times, sampled: { wall: 1402 * ms, cpu: 5 * ms }, records: records(40) })).toBe(
      0,
    );
  });

  it('takes time without samples for computing of the main thread', () => {
    expect(timeOutsideMainThread({ ...times, notSampled: 300 * ms })).toBe(330 * ms);
    // Most cold starts have a record and no samples.
    const records = [...times.records, { wallNanos: 800 * ms, cpuNanos: 800 * ms }];
    expect(timeOutsideMainThread({ ...times, records })).toBe(630 * ms);
    expect(timeOutsideMainThread({ ...times, sampled: { wall: 0, cpu: 0 } })).toBe(0);
  });

  it('takes invocations without a record for like those with one', () => {
    const sampled = { wall: 2804 * ms, cpu: 48 * ms };
    expect(timeOutsideMainThread({ ...times, sampled })).toBe(1260 * ms);
  });

  it('says nothing where the processor time of the process is not known', () => {
    expect(timeOutsideMainThread({ ...times, records: [{ wallNanos: 1402 * ms, cpuNanos: 0 }] })).toBe(0);
    expect(timeOutsideMainThread({ ...times, records: [] })).toBe(0);
  });
});

describe('a wall profile', () => {
  it('tells it, and so does the page for people and language models (B20)', () => {
    const profile = workerProfile();
    expect(timeOutsideMainThreadOf(profile)).toBe(630 * ms);
    expect(toMarkdown(profile, 1, 'x')).toContain('\n- 630 ms of processor time were outside of the main thread:');
    const [first, second] = profile.samples as [Sample, Sample];
    expect(timeOutsideMainThreadOf({ ...profile, samples: [first, second] })).toBe(0);
  });

  it('does not count time that has no sample in it', () => {
    const profile = workerProfile();
    const notSampled = at(fn('(not sampled)', '', 0));
    (profile.samples[1] as Sample).locations = [notSampled, at(fn('handler', '/var/task/index.js', 4))];
    expect(timeOutsideMainThreadOf(profile)).toBe(0);
  });
});
