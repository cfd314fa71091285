import type { Profile, Sample } from '../profile/model';

/** Leaf frames that are states of V8 rather than functions. */
export const IDLE = '(idle)';
export const GARBAGE_COLLECTOR = '(garbage collector)';

/** The state of V8 in which a sample was taken, by its innermost frame; empty when that is a function. */
export function leafState(sample: Sample): string {
  const fn = sample.locations[0]?.lines[0]?.fn;
  return fn?.filename === '' ? fn.name : '';
}

/** `profile` without the time in which the thread waited. */
export function withoutIdle(profile: Profile): Profile {
  return { ...profile, samples: profile.samples.filter((sample) => leafState(sample) !== IDLE) };
}
