import { type Frame, FrameTable } from '../../profile/frame-table';
import type { Profile } from '../../profile/model';

/**
 * The stacks of a profile as numbers, so that every filter and every view is a pass over arrays. A filter makes another
 * table, which shares what it does not change.
 */
export interface StackTable {
  frames: readonly Frame[];
  /** Number of samples. */
  size: number;
  /** The frames of sample `s`, root first, are `path[start[s]]` to `path[start[s + 1] - 1]`. */
  path: Int32Array;
  start: Int32Array;
  /**
   * The samples' values for each of the sample types; then, where there is a base, the values for each of them there.
   * A sample has values in one of the two halves only.
   */
  values: readonly Float64Array[];
}

/** @param base a profile of the same sample types, to compare with: its samples come behind those of `profile`. */
export function stackTableOf(profile: Profile, base?: Profile): StackTable {
  const table = new FrameTable();
  const samples = base ? [...profile.samples, ...base.samples] : profile.samples;
  const types = profile.sampleTypes.length;
  const size = samples.length;
  const start = new Int32Array(size + 1);
  const values = Array.from({ length: base ? types * 2 : types }, () => new Float64Array(size));
  let path = new Int32Array(size * 32 + 64);
  let length = 0;
  for (let s = 0; s < size; s++) {
    const { locations, values: of } = samples[s];
    for (let i = locations.length - 1; i >= 0; i--) {
      const inlined = table.at(locations[i]);
      if (length + inlined.length > path.length) path = enlarged(path, (length + inlined.length) * 2);
      for (let k = inlined.length - 1; k >= 0; k--) path[length++] = inlined[k];
    }
    start[s + 1] = length;
    const column = s < profile.samples.length ? 0 : types;
    for (let t = 0; t < types; t++) values[column + t][s] = Number(of[t]);
  }
  return { frames: table.frames, size, path: path.slice(0, length), start, values };
}

/** The samples for which `keep` is 1. */
export function selectSamples(table: StackTable, keep: Uint8Array): StackTable {
  let size = 0;
  let length = 0;
  for (let s = 0; s < table.size; s++) {
    if (keep[s] === 0) continue;
    size++;
    length += table.start[s + 1] - table.start[s];
  }
  if (size === table.size) return table;
  const path = new Int32Array(length);
  const start = new Int32Array(size + 1);
  const values = table.values.map(() => new Float64Array(size));
  let to = 0;
  for (let s = 0; s < table.size; s++) {
    if (keep[s] === 0) continue;
    const from = table.start[s];
    path.set(table.path.subarray(from, table.start[s + 1]), start[to]);
    start[to + 1] = start[to] + table.start[s + 1] - from;
    for (let t = 0; t < values.length; t++) values[t][to] = table.values[t][s];
    to++;
  }
  return { frames: table.frames, size, path, start, values };
}

function enlarged(array: Int32Array, length: number): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(length);
  larger.set(array);
  return larger;
}
