import type { InvocationPart } from '../invocations/invocations';

/** So many samples are to fall into an invocation of median length. */
const SAMPLES_PER_INVOCATION = 4;
/** V8 can do less; then its own work is what it sees. */
const LEAST_INTERVAL_MS = 1;
/** Fewer invocations tell too little of those to come. */
const FEWEST_INVOCATIONS = 10;

/**
 * The time between two samples that suits what was invoked, milliseconds.
 *
 * After each freeze V8 samples at once, while the runtime still waits for the event, and then once each interval: into
 * invocations that are shorter than that no sample falls, however many there are.
 *
 * @param currentMs kept unless another one suits at least twice as well: a change is a full start of V8's profiler
 * @param longestMs as configured
 */
export function fittingInterval(parts: readonly InvocationPart[], currentMs: number, longestMs: number): number {
  const durations = parts
    .flatMap(({ invocation: { start, end } }) => (end === undefined ? [] : end - start))
    .sort((a, b) => a - b);
  if (durations.length < FEWEST_INVOCATIONS) return currentMs;
  const medianMs = durations[Math.floor(durations.length / 2)] / 1000;
  const fittingMs = Math.min(longestMs, Math.max(LEAST_INTERVAL_MS, Math.floor(medianMs / SAMPLES_PER_INVOCATION)));
  return fittingMs <= currentMs / 2 || fittingMs >= currentMs * 2 ? fittingMs : currentMs;
}
