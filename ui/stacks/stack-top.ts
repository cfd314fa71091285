import type { TopRow } from '../../profile/analysis/top';
import type { StackTable } from './stack-table';

/** What each function has: `self` where it is the leaf, `total` where it is anywhere, recursion counted once. */
export interface FrameTotals {
  self: Float64Array;
  total: Float64Array;
  /** Of all samples; the sum of their sizes where some are negative, as in a difference. */
  whole: number;
}

export function frameTotals({ frames, path, start, size }: StackTable, weights: Float64Array): FrameTotals {
  const self = new Float64Array(frames.length);
  const total = new Float64Array(frames.length);
  /** For each frame the sample that counted it last. */
  const countedBy = new Int32Array(frames.length).fill(-1);
  let whole = 0;
  for (let s = 0; s < size; s++) {
    const weight = weights[s];
    if (weight === 0) continue;
    whole += Math.abs(weight);
    const end = start[s + 1];
    for (let at = start[s]; at < end; at++) {
      const frame = path[at];
      if (countedBy[frame] === s) continue;
      countedBy[frame] = s;
      total[frame] += weight;
    }
    if (end > start[s]) self[path[end - 1]] += weight;
  }
  return { self, total, whole };
}

/** A function's values, and what they differ from the base's by; 0 without a base. */
export interface ComparedRow extends TopRow {
  selfChange: number;
  totalChange: number;
}

/** A row for each function that has anything, in the profile or in its base. */
export function topRows(
  frames: StackTable['frames'],
  { self, total }: FrameTotals,
  base?: FrameTotals,
  scale = 1,
): ComparedRow[] {
  const rows: ComparedRow[] = [];
  for (let i = 0; i < frames.length; i++) {
    if (total[i] === 0 && (base?.total[i] ?? 0) === 0) continue;
    rows.push({
      ...frames[i],
      self: self[i],
      total: total[i],
      selfChange: base ? self[i] - base.self[i] * scale : 0,
      totalChange: base ? total[i] - base.total[i] * scale : 0,
    });
  }
  return rows;
}
