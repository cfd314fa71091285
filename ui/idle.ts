import type { StackTable } from './stacks/stack-table';

/** Leaf frames that are states of V8 rather than functions. */
export const IDLE = '(idle)';
export const GARBAGE_COLLECTOR = '(garbage collector)';

/** Number of the frame that stands for a state of V8; -1: there is none. */
export function stateFrame({ frames }: StackTable, state: string): number {
  return frames.findIndex(({ name, file }) => name === state && file === '');
}

/** What the samples have whose innermost frame is `frame`. */
export function leafValue({ path, start, size }: StackTable, values: Float64Array, frame: number): number {
  let sum = 0;
  if (frame < 0) return sum;
  for (let s = 0; s < size; s++) if (start[s + 1] > start[s] && path[start[s + 1] - 1] === frame) sum += values[s];
  return sum;
}

/** Takes out of `keep` the samples in which the thread waited. */
export function dropIdle(table: StackTable, keep: Uint8Array): void {
  const { path, start, size } = table;
  const idle = stateFrame(table, IDLE);
  if (idle < 0) return;
  for (let s = 0; s < size; s++) if (start[s + 1] > start[s] && path[start[s + 1] - 1] === idle) keep[s] = 0;
}
