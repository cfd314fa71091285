import type { Location } from '../model/profile';

/** The location at `depth`, counted from the root of `stack` (its last location) or from the leaf (its first). */
export function locationAt(stack: readonly Location[], depth: number, fromRoot: boolean): Location {
  return stack[fromRoot ? stack.length - 1 - depth : depth] as Location;
}

/** How many locations `a` and `b` begin with in common, counted likewise. */
export function commonLength(a: readonly Location[], b: readonly Location[], fromRoot: boolean): number {
  const limit = Math.min(a.length, b.length);
  let length = 0;
  while (length < limit && locationAt(a, length, fromRoot) === locationAt(b, length, fromRoot)) length++;
  return length;
}
