import type { Frame } from '../model/frame-table';
import type { Profile } from '../model/profile';
import { type FrameStacks, frameStacks } from './frame-stacks';
import type { StackTable } from './stack-table';

export interface TopRow extends Frame {
  /** Value of the samples in which the function was the leaf. */
  self: number;
  /** Value of the samples in which the function was anywhere on the stack; recursion counts once. */
  total: number;
}

export interface TopFunctions {
  /** Value of all samples; as in Go's pprof the sum of their sizes where some are negative, as in a difference. */
  total: number;
  /** Functions, the greatest `self` first, then the greatest `total`, whatever their signs; then by name. */
  rows: TopRow[];
}

/**
 * The functions of a profile by the value at `sampleTypeIndex`, in that sample type's unit.
 *
 * @param options.limit greatest number of rows; all by default
 */
export function topFunctions(
  source: Profile | StackTable | FrameStacks,
  sampleTypeIndex: number,
  { limit = Number.POSITIVE_INFINITY }: { limit?: number } = {},
): TopFunctions {
  const stacks = frameStacks(source);
  const totals = frameTotals(stacks, stacks.values[sampleTypeIndex] ?? new Float64Array(stacks.size));
  const rows = stacks.frames.flatMap((frame, i): TopRow[] =>
    totals.has(i) ? [{ ...frame, self: totals.self[i], total: totals.total[i] }] : [],
  );
  return { total: totals.whole, rows: rows.sort(byValue).slice(0, limit) };
}

/** What each function has: `self` where it is the leaf, `total` where it is anywhere, recursion counted once. */
export interface FrameTotals {
  self: Float64Array;
  total: Float64Array;
  /** Of all samples; the sum of their sizes where some are negative, as in a difference. */
  whole: number;
  /** Whether a sample that weighs something has the frame, even if all of these together weigh nothing. */
  has(frame: number): boolean;
}

/** @param weights - of the samples; 0: left out */
export function frameTotals({ frames, path, start, size }: FrameStacks, weights: Float64Array): FrameTotals {
  const self = new Float64Array(frames.length);
  const total = new Float64Array(frames.length);
  /** One more than the sample that counted it last; 0: none. */
  const countedBy = new Int32Array(frames.length);
  let whole = 0;
  for (let s = 0; s < size; s++) {
    const weight = weights[s];
    if (weight === 0) continue;
    whole += Math.abs(weight);
    const end = start[s + 1];
    for (let at = start[s]; at < end; at++) {
      const frame = path[at];
      if (countedBy[frame] > s) continue;
      countedBy[frame] = s + 1;
      total[frame] += weight;
    }
    if (end > start[s]) self[path[end - 1]] += weight;
  }
  return { self, total, whole, has: (frame) => countedBy[frame] !== 0 };
}

function byValue(a: TopRow, b: TopRow): number {
  const [self, total] = [Math.abs(b.self) - Math.abs(a.self), Math.abs(b.total) - Math.abs(a.total)];
  return self || total || (a.name < b.name ? -1 : a.name > b.name ? 1 : 0);
}
