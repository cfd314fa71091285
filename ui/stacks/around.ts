import { keepSamples, type StackTable } from './stack-table';

/** The samples with `frame`, from its outermost call to the leaf: what it called. Recursion is within. */
export function stacksBelow(table: StackTable, frame: number): StackTable {
  return cutAt(table, frame, (_start, at, end) => [at, end]);
}

/** The samples with `frame`, from the root to its outermost call: who called it. */
export function stacksAbove(table: StackTable, frame: number): StackTable {
  return cutAt(table, frame, (start, at) => [start, at + 1]);
}

function cutAt(
  table: StackTable,
  frame: number,
  part: (start: number, at: number, end: number) => [from: number, to: number],
): StackTable {
  const path = new Int32Array(table.path.length);
  const line = new Int32Array(table.path.length);
  const start = new Int32Array(table.size + 1);
  const keep = new Uint8Array(table.size);
  let length = 0;
  for (let s = 0; s < table.size; s++) {
    const end = table.start[s + 1];
    let at = table.start[s];
    while (at < end && table.path[at] !== frame) at++;
    if (at < end) {
      const [from, to] = part(table.start[s], at, end);
      path.set(table.path.subarray(from, to), length);
      line.set(table.line.subarray(from, to), length);
      length += to - from;
      keep[s] = 1;
    }
    start[s + 1] = length;
  }
  return keepSamples({ ...table, path: path.slice(0, length), line: line.slice(0, length), start }, keep);
}
