import type { InvocationPart } from '../invocations/invocations';

/** So many samples are to fall into an invocation of median length. */
const SAMPLES_PER_INVOCATION = 4;
/** V8 can do less; then its own work is what it sees. */
const LEAST_INTERVAL_MS = 1;
/** Fewer invocations tell too little of those to come. */
const FEWEST_INVOCATIONS = 10;
/** A change is a full start of V8's profiler: not for less. */
const LEAST_CHANGE = 1.5;
/**
 * Of an instance that does little but compute, each sample is one of its own processor time, 0.1 to 0.2 ms: it samples
 * less often. Its time still has as many samples as that of one that waits for half of it.
 */
const BUSY_FACTOR = 2;
/** Part of the time of invocations that is processor time: from which on an instance is busy, and up to which it stays. */
const BUSY_FROM = 0.8;
const BUSY_UNTIL = 0.6;

/**
 * The time between two samples that suits what was invoked, milliseconds.
 *
 * After each freeze V8 samples at once, while the runtime still waits for the event, and then once each interval: into
 * invocations that are shorter than that no sample falls, however many there are. So short ones are sampled more often
 * than configured, and long ones that compute all the time half as often.
 *
 * @param currentMs kept unless another one suits much better
 * @param configuredMs for long invocations
 */
export function fittingInterval(parts: readonly InvocationPart[], currentMs: number, configuredMs: number): number {
  const ended = parts.flatMap(({ invocation: { start, end, cpu = 0 } }) =>
    end === undefined ? [] : [{ duration: end - start, cpu }],
  );
  if (ended.length < FEWEST_INVOCATIONS) return currentMs;
  const durations = ended.map(({ duration }) => duration).sort((a, b) => a - b);
  const medianMs = durations[Math.floor(durations.length / 2)] / 1000;
  const busyPart = sum(ended.map(({ cpu }) => cpu)) / sum(durations);
  const isBusy = busyPart > (currentMs > configuredMs ? BUSY_UNTIL : BUSY_FROM);
  const longestMs = isBusy ? BUSY_FACTOR * configuredMs : configuredMs;
  const fittingMs = Math.min(longestMs, Math.max(LEAST_INTERVAL_MS, Math.floor(medianMs / SAMPLES_PER_INVOCATION)));
  const change = Math.max(fittingMs / currentMs, currentMs / fittingMs);
  return change >= LEAST_CHANGE ? fittingMs : currentMs;
}

function sum(values: readonly number[]): number {
  return values.reduce((all, value) => all + value, 0);
}
