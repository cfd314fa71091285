import { logOnce, reason } from '../log';

let hasFailed = false;

/**
 * What `fn` returns. Where it throws, which would be an error of the profiler's in the middle of the user's code, nothing,
 * and nothing is observed from then on; one line in the log says so.
 *
 * @param first and `second`: what `fn` is called with. A closure would cost more than most of what is attempted.
 */
export function attempt<T>(fn: () => T): T | undefined;
export function attempt<T, A, B>(fn: (first: A, second: B) => T, first: A, second: B): T | undefined;
export function attempt<T>(
  fn: (first?: unknown, second?: unknown) => T,
  first?: unknown,
  second?: unknown,
): T | undefined {
  if (hasFailed) return undefined;
  try {
    return fn(first, second);
  } catch (error) {
    hasFailed = true;
    logOnce('waits-not-observed', {
      message: 'Waits are no longer profiled; the function is not affected.',
      cause: reason(error),
      remedy: 'Please report it, or leave out the profiles wait, async and thread.',
    });
    return undefined;
  }
}

/** `fn`, called by `attempt`, with its first argument. */
export function attempted<A = void>(fn: (first: A) => void): (first: A) => void {
  return (first) => attempt(fn, first, undefined);
}
