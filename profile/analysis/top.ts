import { type Frame, FrameTable } from '../model/frame-table';
import type { Profile } from '../model/profile';
import { type StackTable, stackTable } from './stack-table';

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
  profile: Profile | StackTable,
  sampleTypeIndex: number,
  { limit = Number.POSITIVE_INFINITY }: { limit?: number } = {},
): TopFunctions {
  const { locations, stacks, starts, values } = 'stacks' in profile ? profile : stackTable(profile);
  const table = new FrameTable();
  const framesAt = locations.map((location) => table.at(location));
  const sums: FrameSums = {
    self: new Float64Array(table.frames.length),
    totals: new Float64Array(table.frames.length),
    countedBy: new Int32Array(table.frames.length),
  };
  const column = values[sampleTypeIndex] ?? [];
  let total = 0;
  for (let i = 0; i < column.length; i++) {
    const value = column[i] as number;
    if (value === 0) continue;
    total += Math.abs(value);
    addStack(sums, i + 1, value, framesAt, stacks, starts[i] as number, starts[i + 1] as number);
  }
  const { self, totals, countedBy } = sums;
  const isCounted = (frame: number) => countedBy[frame] !== 0;
  const rows = table.frames.flatMap((frame, i): TopRow[] =>
    isCounted(i) ? [{ ...frame, self: self[i] as number, total: totals[i] as number }] : [],
  );
  return { total, rows: rows.sort(byValue).slice(0, limit) };
}

function byValue(a: TopRow, b: TopRow): number {
  const [self, total] = [Math.abs(b.self) - Math.abs(a.self), Math.abs(b.total) - Math.abs(a.total)];
  return self || total || (a.name < b.name ? -1 : a.name > b.name ? 1 : 0);
}

/** By frame. */
interface FrameSums {
  self: Float64Array;
  totals: Float64Array;
  /** One more than the sample that counted it last; 0: none. */
  countedBy: Int32Array;
}

/**
 * Adds the value of a sample, whose stack lies in a part of `stacks`.
 *
 * A function of its own, as V8 optimizes what is called often sooner than what takes long.
 */
function addStack(
  { self, totals, countedBy }: FrameSums,
  sample: number,
  value: number,
  framesAt: readonly (readonly number[])[],
  stacks: Int32Array,
  start: number,
  end: number,
): void {
  for (let at = start; at < end; at++) {
    const frames = framesAt[stacks[at] as number] as readonly number[];
    for (let inlined = 0; inlined < frames.length; inlined++) {
      const frame = frames[inlined] as number;
      if (at === start && inlined === 0) self[frame] += value;
      if (countedBy[frame] === sample) continue;
      countedBy[frame] = sample;
      totals[frame] += value;
    }
  }
}
