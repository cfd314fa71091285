import type { Sample } from '../profile/model';
import type { StackTable } from './stacks/stack-table';

/** Leaf frames that are states of V8 rather than functions. */
export const IDLE = '(idle)';
export const GARBAGE_COLLECTOR = '(garbage collector)';

/** The state of V8 in which a sample was taken, by its innermost frame; empty when that is a function. */
export function leafState(sample: Sample): string {
  const fn = sample.locations[0]?.lines[0]?.fn;
  return fn?.filename === '' ? fn.name : '';
}

/** Takes out of `keep` the samples in which the thread waited. */
export function dropIdle({ frames, path, start, size }: StackTable, keep: Uint8Array): void {
  const idle = frames.findIndex(({ name, file }) => name === IDLE && file === '');
  if (idle < 0) return;
  for (let s = 0; s < size; s++) if (start[s + 1] > start[s] && path[start[s + 1] - 1] === idle) keep[s] = 0;
}
