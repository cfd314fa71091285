import type { Sample } from '../../model/profile';
import { isInvocationRecord } from '../invocation-records';

/**
 * Invocations that ended in the window of a snapshot: the runtime leaves a record of each. Undefined: the profile has
 * none, as one of memory.
 */
export function invocationsOf(samples: readonly Sample[]): number | undefined {
  return samples.filter(isInvocationRecord).length || undefined;
}
