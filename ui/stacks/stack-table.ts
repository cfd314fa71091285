import type { LinedStacks } from '../../profile/analysis/frame-stacks';
import type { Frame } from '../../profile/model/frame-table';

/**
 * The stacks of a recording. A filter makes another table of the same samples, which shares what it does not change; a
 * sample that is left out has no value there. If there is a base, its values of each sample type follow, and a sample
 * has values in one of the two halves only.
 */
export type StackTable = LinedStacks;

/** The samples of `base`, a profile of the same sample types to compare with, behind those of `own`. */
export function joinTables(own: StackTable, base: StackTable): StackTable {
  const frames = [...own.frames];
  const numberOf = new Map(frames.map((frame, i) => [frameKey(frame), i]));
  const renumbered = Int32Array.from(base.frames, (frame) => {
    const key = frameKey(frame);
    const known = numberOf.get(key);
    if (known !== undefined) return known;
    numberOf.set(key, frames.length);
    return frames.push(frame) - 1;
  });
  const size = own.size + base.size;
  const offset = own.path.length;
  const start = new Int32Array(size + 1);
  start.set(own.start);
  for (let s = 0; s <= base.size; s++) start[own.size + s] = offset + base.start[s];
  const widened = (values: Float64Array, at: number): Float64Array => {
    const wide = new Float64Array(size);
    wide.set(values, at);
    return wide;
  };
  return {
    frames,
    size,
    path: joined(
      own.path,
      base.path.map((frame) => renumbered[frame]),
    ),
    line: joined(own.line, base.line),
    start,
    values: [
      ...own.values.map((values) => widened(values, 0)),
      ...base.values.map((values) => widened(values, own.size)),
    ],
  };
}

/** The table in which only the samples for which `keep` is 1 have values. */
export function keepSamples(table: StackTable, keep: Uint8Array): StackTable {
  if (!keep.includes(0)) return table;
  return { ...table, values: table.values.map((values) => values.map((value, s) => (keep[s] === 1 ? value : 0))) };
}

function joined(a: Int32Array, b: Int32Array): Int32Array {
  const whole = new Int32Array(a.length + b.length);
  whole.set(a);
  whole.set(b, a.length);
  return whole;
}

function frameKey({ name, file, line }: Frame): string {
  return `${name}\0${file}\0${line}`;
}
