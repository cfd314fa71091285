import type { StackTable } from '../stacks/stack-table';

/** What samples have in a file, or at a line of it. */
export interface PlaceValue {
  /** Of the samples whose innermost frame is there. */
  self: number;
  /** Of the samples with a frame there, recursion counted once. */
  total: number;
}

/** What each file has, by its path; frames without a file have none. */
export function fileValues(table: StackTable, weights: Float64Array): Map<string, PlaceValue> {
  const { frames } = table;
  const files = [...new Set(frames.map(({ file }) => file))];
  const numberOf = new Map(files.map((file, i) => [file, i]));
  const ofFrame = Int32Array.from(frames, ({ file }) => (file === '' ? -1 : (numberOf.get(file) ?? -1)));
  const values = valuesAt(table, weights, (at) => ofFrame[table.path[at]]);
  return new Map([...values].map(([number, value]) => [files[number], value]));
}

/**
 * What each line of `file` has; 0: lines unknown. V8 shows the line of what ran only: of its callers the line is that at
 * which their function begins.
 */
export function lineValues(table: StackTable, weights: Float64Array, file: string): Map<number, PlaceValue> {
  const isInFile = Uint8Array.from(table.frames, (frame) => (frame.file === file ? 1 : 0));
  return valuesAt(table, weights, (at) => (isInFile[table.path[at]] === 1 ? table.line[at] : -1));
}

/** @param placeOf the place of an entry of the table's `path`; negative: none that is asked for. */
function valuesAt(
  { path, start, size }: StackTable,
  weights: Float64Array,
  placeOf: (at: number) => number,
): Map<number, PlaceValue> {
  const values = new Map<number, PlaceValue & { countedBy: number }>();
  for (let s = 0; s < size; s++) {
    const weight = weights[s];
    if (weight === 0) continue;
    const end = Math.min(start[s + 1], path.length);
    for (let at = start[s]; at < end; at++) {
      const place = placeOf(at);
      if (place < 0) continue;
      let value = values.get(place);
      if (!value) {
        value = { self: 0, total: 0, countedBy: -1 };
        values.set(place, value);
      }
      if (value.countedBy !== s) value.total += weight;
      value.countedBy = s;
      if (at === end - 1) value.self += weight;
    }
  }
  return values;
}
