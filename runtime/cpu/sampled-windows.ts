import { Frame } from '../../lib/contract/frames';
import type { Window } from '../invocations/invocation-labels';
import type { CpuProfile, SampledProfile } from './cpu-sampler';
import { pseudoName, type Slice, slicesOf } from './slices';
import { disjoint } from './windows';

/** What V8 sampled in windows: what all profiles of stacks are made of. */
export interface SampledWindows extends SampledProfile {
  /** In order and without overlaps; the parts of them that V8 has seen. */
  readonly windows: readonly Window[];
  /** The time in them, cut by the samples. */
  readonly slices: readonly Slice<Window>[];
}

/**
 * @param windows with the labels of what falls into them; they may overlap (concurrent invocations), and then the labels
 * are those on which they agree: V8 does not tell whose code runs
 */
export function sampledWindows({ profile, intervalMs }: SampledProfile, windows: readonly Window[]): SampledWindows {
  const seen = windowsSeen(profile, windows);
  return { profile, intervalMs, windows: seen, slices: slicesOf(profile, seen, intervalMs * 1000) };
}

/** An invocation may have begun before V8 sampled. */
function windowsSeen(profile: CpuProfile, windows: readonly Window[]): Window[] {
  return disjoint(windows)
    .filter(({ end }) => end > profile.startTime)
    .map((window) => ({ ...window, start: Math.max(profile.startTime, window.start) }));
}

/** The slices in which the thread was idle. */
export function idleSlices<S extends Slice<Window>>(profile: CpuProfile, slices: readonly S[]): S[] {
  const idle = new Set(profile.nodes.filter((node) => pseudoName(node) === Frame.IDLE).map(({ id }) => id));
  return slices.filter(({ stack }) => idle.has(stack));
}
