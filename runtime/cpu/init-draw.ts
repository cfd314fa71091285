/**
 * Part of the instances whose initialization is sampled.
 *
 * Starting V8's CPU profiler takes 10 to 30 ms, and on most instances that is to be no part of a cold start: there it
 * starts after the first response. With one in four, three of four cold starts, so the median one, pay nothing of it,
 * and 94 % of functions have such a profile after ten cold starts (one in ten: 65 %).
 */
const INIT_PART = 0.25;

/** Kinds of initialization that take place before there is an invocation. */
const NOBODY_WAITS = ['provisioned-concurrency', 'lambda-managed-instances'];

/**
 * Whether this instance's initialization is sampled: always where that was asked for, and where nobody waits for it;
 * otherwise by a draw.
 *
 * @param draw from 0 to 1
 */
export function samplesInit(
  profiles: ReadonlySet<string>,
  env: Record<string, string | undefined>,
  draw: number,
): boolean {
  if (profiles.has('init')) return true;
  if (!profiles.has('wall')) return false;
  return NOBODY_WAITS.includes(env.AWS_LAMBDA_INITIALIZATION_TYPE ?? '') || draw < INIT_PART;
}
