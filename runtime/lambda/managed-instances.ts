import type { Followers } from './lifecycle';

/** How often it is looked whether a snapshot is due, at most. */
const TICK_MS = 1_000;

// Before the user's code can replace it.
const { setTimeout } = globalThis;

/**
 * Whether this is a Lambda Managed Instance: worker threads, each with concurrent invocations and its own copy of this
 * module, which are never frozen. Told as the runtime client tells it.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/lambda-managed-instances-nodejs-runtime.html
 */
export function isManagedInstance(env: Record<string, string | undefined>): boolean {
  return env.AWS_LAMBDA_MAX_CONCURRENCY !== undefined;
}

/**
 * Lets snapshots leave by the clock: there is no freeze to be held off, extensions hear of no invocations, and no moment
 * at which nothing runs. Each thread does so for itself.
 */
export function followClock({ flusher, sampler, planner }: Followers, snapshotIntervalMs: number): void {
  const tick = async () => {
    if (!sampler.isSampling) sampler.startLate(planner.beginUnlimited());
    else if (flusher.isDue()) await flusher.flush(Number.POSITIVE_INFINITY);
    schedule();
  };
  const schedule = () => setTimeout(tick, Math.min(TICK_MS, snapshotIntervalMs)).unref();
  schedule();
}
