import type { FrameStacks } from '../../profile/analysis/frame-stacks';
import type { FrameTotals, TopRow } from '../../profile/analysis/top';

/** A function's values, and what they differ from the base's by; 0 without a base. */
export interface ComparedRow extends TopRow {
  selfChange: number;
  totalChange: number;
}

/** A row for each function that has anything, in the profile or in its base. */
export function topRows(frames: FrameStacks['frames'], own: FrameTotals, base?: FrameTotals, scale = 1): ComparedRow[] {
  const { self, total } = own;
  const rows: ComparedRow[] = [];
  for (let i = 0; i < frames.length; i++) {
    if (!own.has(i) && !base?.has(i)) continue;
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
