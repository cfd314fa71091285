import { processorShare } from '../hold/processor-share';

/** A sample takes so much of a processor: V8's sampling thread, and the signal that stops the main thread. */
const SAMPLE_MS = 0.08;
/** Sampling takes no more than this part of what the function gets of a processor. */
const LARGEST_PART = 0.02;
const LARGEST_INTERVAL_MS = 100;

/**
 * The time between two samples that a function can afford: V8 samples while it waits, too, and what that takes is
 * missing when it computes.
 *
 * @param memoryMb of the function; not a number where it is not known
 */
export function affordableInterval(configuredMs: number, memoryMb: number): number {
  const affordableMs = Math.ceil(SAMPLE_MS / (LARGEST_PART * processorShare(memoryMb)));
  return Math.max(configuredMs, Math.min(LARGEST_INTERVAL_MS, affordableMs));
}
