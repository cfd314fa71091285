import type { Profile } from '../profile/model';
import { GARBAGE_COLLECTOR, IDLE, leafState } from './idle';

/** What a profile holds, in a few numbers. */
export interface ProfileSummary {
  /** Sum of the chosen value over all samples. */
  total: number;
  /** Number of samples taken, where the profile counts them; of different stacks otherwise. */
  samples: { count: number; of: 'samples' | 'stacks' };
  /** Milliseconds since the epoch; 0: unknown. */
  startMillis: number;
  durationNanos: number;
  /** Shares of `total`, 0 to 1. */
  idleShare: number;
  gcShare: number;
}

/** @param sampleTypeIndex which of each sample's values to add up. */
export function summarizeProfile(profile: Profile, sampleTypeIndex: number): ProfileSummary {
  const countIndex = profile.sampleTypes.findIndex(({ type, unit }) => type === 'samples' && unit === 'count');
  let total = 0;
  let idle = 0;
  let gc = 0;
  let count = 0;
  for (const sample of profile.samples) {
    const value = Number(sample.values[sampleTypeIndex]);
    const state = leafState(sample);
    total += value;
    if (state === IDLE) idle += value;
    if (state === GARBAGE_COLLECTOR) gc += value;
    if (countIndex >= 0) count += Number(sample.values[countIndex]);
  }
  return {
    total,
    samples: countIndex >= 0 ? { count, of: 'samples' } : { count: profile.samples.length, of: 'stacks' },
    startMillis: Number(profile.timeNanos) / 1e6,
    durationNanos: Number(profile.durationNanos),
    idleShare: total === 0 ? 0 : idle / total,
    gcShare: total === 0 ? 0 : gc / total,
  };
}
