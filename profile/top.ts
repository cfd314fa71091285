import { type Frame, FrameTable } from './frame-table';
import type { Profile } from './model';

export interface TopRow extends Frame {
  /** Value of the samples in which the function was the leaf. */
  self: number;
  /** Value of the samples in which the function was anywhere on the stack; recursion counts once. */
  total: number;
}

export interface TopFunctions {
  /** Value of all samples. */
  total: number;
  /** Functions, the greatest `self` first, then the greatest `total`, then by name. */
  rows: TopRow[];
}

/**
 * The functions of `profile` by the value at `sampleTypeIndex`, in that sample type's unit.
 *
 * @param options.limit greatest number of rows; all by default
 */
export function topFunctions(
  profile: Profile,
  sampleTypeIndex: number,
  { limit = Number.POSITIVE_INFINITY }: { limit?: number } = {},
): TopFunctions {
  const table = new FrameTable();
  const self: number[] = [];
  const totals: number[] = [];
  /** For each frame the sample that counted it last. */
  const countedBy: number[] = [];
  let total = 0;
  for (const [index, { locations, values }] of profile.samples.entries()) {
    const value = Number(values[sampleTypeIndex]);
    if (value === 0) continue;
    total += value;
    let isLeaf = true;
    for (const location of locations) {
      for (const frame of table.at(location)) {
        if (isLeaf) self[frame] = (self[frame] ?? 0) + value;
        isLeaf = false;
        if (countedBy[frame] === index) continue;
        countedBy[frame] = index;
        totals[frame] = (totals[frame] ?? 0) + value;
      }
    }
  }
  const rows = table.frames.map((frame, i): TopRow => ({ ...frame, self: self[i] ?? 0, total: totals[i] ?? 0 }));
  return { total, rows: rows.sort(byValue).slice(0, limit) };
}

function byValue(a: TopRow, b: TopRow): number {
  return b.self - a.self || b.total - a.total || (a.name < b.name ? -1 : a.name > b.name ? 1 : 0);
}
