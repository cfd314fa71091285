import { type Frame, FrameTable } from './frame-table';
import type { Profile } from './model';
import { type StackTable, stackTable } from './stack-table';

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
 * The functions of a profile by the value at `sampleTypeIndex`, in that sample type's unit.
 *
 * @param options.limit greatest number of rows; all by default
 */
export function topFunctions(
  profile: Profile | StackTable,
  sampleTypeIndex: number,
  { limit = Number.POSITIVE_INFINITY }: { limit?: number } = {},
): TopFunctions {
  const { locations, stacks, starts, values } = 'stacks' in profile ? profile : stackTable(profile);
  const table = new FrameTable();
  const framesAt = locations.map((location) => table.at(location));
  const self = new Float64Array(table.frames.length);
  const totals = new Float64Array(table.frames.length);
  /** For each frame one more than the stack that counted it last. */
  const countedBy = new Int32Array(table.frames.length);
  let total = 0;
  for (const [i, value] of values[sampleTypeIndex]?.entries() ?? []) {
    if (value === 0) continue;
    total += value;
    const start = starts[i] as number;
    for (let at = start; at < (starts[i + 1] as number); at++) {
      const frames = framesAt[stacks[at] as number] as readonly number[];
      for (let inlined = 0; inlined < frames.length; inlined++) {
        const frame = frames[inlined] as number;
        if (at === start && inlined === 0) self[frame] += value;
        if (countedBy[frame] === i + 1) continue;
        countedBy[frame] = i + 1;
        totals[frame] += value;
      }
    }
  }
  const isCounted = (frame: number) => countedBy[frame] !== 0;
  const rows = table.frames.flatMap((frame, i): TopRow[] =>
    isCounted(i) ? [{ ...frame, self: self[i] as number, total: totals[i] as number }] : [],
  );
  return { total, rows: rows.sort(byValue).slice(0, limit) };
}

function byValue(a: TopRow, b: TopRow): number {
  return b.self - a.self || b.total - a.total || (a.name < b.name ? -1 : a.name > b.name ? 1 : 0);
}
