import type { InvocationPart } from '../invocations/invocations';
import { idleSlices, type SampledWindows } from './sampled-windows';
import { NOT_SAMPLED, type Slice } from './slices';

/** So many samples are to fall into an invocation of median length. */
const SAMPLES_PER_INVOCATION = 4;
/** V8 can do less; then its own work is what it sees. */
const LEAST_INTERVAL_MS = 1;
/** Fewer invocations tell too little of those to come. */
const FEWEST_INVOCATIONS = 10;
/** A change is a full start of V8's profiler: not for less. */
const LEAST_CHANGE = 1.5;
/**
 * An instance that does nothing but compute pays each sample, 0.1 to 0.2 ms, with processor time that its handler wants:
 * it samples less often. What it computes still has as many samples as in one that waits for half of the time.
 */
const BUSY_FACTOR = 2;
/** Part of the time in which the thread is not idle: from which on an instance is busy, and up to which it stays. */
const BUSY_FROM = 0.8;
const BUSY_UNTIL = 0.6;

/**
 * The time between two samples that suits what was invoked, milliseconds.
 *
 * After each freeze V8 samples at once, while the runtime still waits for the event, and then once each interval: into
 * invocations that are shorter than that no sample falls, however many there are. So short ones are sampled more often
 * than configured, and long ones that compute all the time half as often.
 *
 * @param busy part of the time of invocations in which the thread was not idle
 * @param currentMs kept unless another one suits much better
 * @param configuredMs for long invocations
 */
export function fittingInterval(
  parts: readonly InvocationPart[],
  busy: number,
  currentMs: number,
  configuredMs: number,
): number {
  const durations = parts
    .flatMap(({ invocation: { start, end } }) => (end === undefined ? [] : end - start))
    .sort((a, b) => a - b);
  if (durations.length < FEWEST_INVOCATIONS) return currentMs;
  const medianMs = durations[Math.floor(durations.length / 2)] / 1000;
  const isBusy = busy > (currentMs > configuredMs ? BUSY_UNTIL : BUSY_FROM);
  const shortMs = Math.max(LEAST_INTERVAL_MS, Math.floor(medianMs / SAMPLES_PER_INVOCATION));
  const longMs = isBusy ? BUSY_FACTOR * configuredMs : configuredMs;
  const fittingMs = shortMs < configuredMs ? shortMs : longMs;
  const change = Math.max(fittingMs / currentMs, currentMs / fittingMs);
  return change >= LEAST_CHANGE ? fittingMs : currentMs;
}

/** Part of the time of invocations in which the thread was not idle, as sampled; 0 where nothing was. */
export function busyPart({ profile, slices }: SampledWindows): number {
  const sampled = slices.filter(({ stack }) => stack !== NOT_SAMPLED);
  const all = timeOf(sampled);
  return all === 0 ? 0 : 1 - timeOf(idleSlices(profile, sampled)) / all;
}

function timeOf(slices: readonly Slice<unknown>[]): number {
  return slices.reduce((sum, { start, end }) => sum + end - start, 0);
}
