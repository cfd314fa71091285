import type { Profile, Sample } from '../profile/model';

/** Leaf frames that are states of V8 rather than functions. */
export const IDLE = '(idle)';
export const GARBAGE_COLLECTOR = '(garbage collector)';

/** Name of the innermost function of a sample; empty when its stack is. */
export function leafName(sample: Sample): string {
  return sample.locations[0]?.lines[0]?.fn.name ?? '';
}

/** `profile` without the time in which the thread waited. */
export function withoutIdle(profile: Profile): Profile {
  return { ...profile, samples: profile.samples.filter((sample) => leafName(sample) !== IDLE) };
}
