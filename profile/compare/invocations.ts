import type { Profile, Sample } from '../model';

/**
 * Invocations that ended in the window of a snapshot: the runtime leaves a record of each, a sample without a stack.
 * Undefined: the profile has none, as a merged one, or one of memory.
 */
export function invocationsOf({ samples }: Profile): number | undefined {
  return samples.filter(isRecord).length || undefined;
}

function isRecord({ locations, labels }: Sample): boolean {
  return locations.length === 0 && labels.some(({ key }) => key === 'wall');
}
