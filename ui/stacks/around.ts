import type { StackTable } from './stack-table';

/** The samples with `frame`, from its outermost call to the leaf: what it called. Recursion is within. */
export function stacksBelow(table: StackTable, frame: number): StackTable {
  return cutAt(table, frame, (_start, at, end) => [at, end]);
}

/** The samples with `frame`, from the root to its outermost call: who called it. */
export function stacksAbove(table: StackTable, frame: number): StackTable {
  return cutAt(table, frame, (start, at) => [start, at + 1]);
}

function cutAt(
  { frames, path, start, size, values }: StackTable,
  frame: number,
  part: (start: number, at: number, end: number) => [from: number, to: number],
): StackTable {
  const cut = new Int32Array(path.length);
  const starts = new Int32Array(size + 1);
  const kept = new Int32Array(size);
  let count = 0;
  let length = 0;
  for (let s = 0; s < size; s++) {
    const end = start[s + 1];
    let at = start[s];
    while (at < end && path[at] !== frame) at++;
    if (at === end) continue;
    const [from, to] = part(start[s], at, end);
    cut.set(path.subarray(from, to), length);
    length += to - from;
    kept[count++] = s;
    starts[count] = length;
  }
  const samples = kept.subarray(0, count);
  return {
    frames,
    size: count,
    path: cut.slice(0, length),
    start: starts.slice(0, count + 1),
    values: values.map((of) => Float64Array.from(samples, (s) => of[s])),
  };
}
