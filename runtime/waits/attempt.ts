import { logOnce, reason } from '../log';

let hasFailed = false;

/**
 * What `fn` returns. Where it throws, which would be an error of the profiler's in the middle of the user's code, nothing,
 * and nothing is observed from then on; one line in the log says so.
 */
export function attempt<T>(fn: () => T): T | undefined {
  if (hasFailed) return undefined;
  try {
    return fn();
  } catch (error) {
    hasFailed = true;
    logOnce('waits-not-observed', {
      message: 'What the function waits for is no longer observed; the function is not affected.',
      cause: reason(error),
      remedy: 'Please report it, or leave out the profiles wait, async and thread.',
    });
    return undefined;
  }
}

/** `fn`, called by `attempt`. */
export function attempted<A extends unknown[]>(fn: (...args: A) => void): (...args: A) => void {
  return (...args) => attempt(() => fn(...args));
}
