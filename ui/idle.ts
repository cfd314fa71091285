import { type OriginKind, originOf } from '../profile/analysis/origin';
import type { Frame } from '../profile/model/frame-table';
import type { StackTable } from './stacks/stack-table';

/** Kinds of the innermost frame while the thread waited, whether it is known for what or not. */
export const IDLE: readonly OriginKind[] = ['idle', 'wait'];

/** What the samples have whose innermost frame is of one of `kinds`. */
export function leafValue(table: StackTable, values: Float64Array, kinds: readonly OriginKind[]): number {
  return leafValueOf(table, values, ({ name, file }) => kinds.includes(originOf(name, file).kind));
}

/** What the samples have whose innermost frame is wanted. */
export function leafValueOf(table: StackTable, values: Float64Array, isFrame: (frame: Frame) => boolean): number {
  const isWanted = Uint8Array.from(table.frames, (frame) => (isFrame(frame) ? 1 : 0));
  let sum = 0;
  for (let s = 0; s < table.size; s++) if (isWanted[leafOf(table, s)] === 1) sum += values[s];
  return sum;
}

/** Takes out of `keep` the samples in which the thread waited. */
export function dropIdle(table: StackTable, keep: Uint8Array): void {
  const isIdle = framesOf(table, IDLE);
  for (let s = 0; s < table.size; s++) if (isIdle[leafOf(table, s)] === 1) keep[s] = 0;
}

function framesOf({ frames }: StackTable, kinds: readonly OriginKind[]): Uint8Array {
  return Uint8Array.from(frames, ({ name, file }) => (kinds.includes(originOf(name, file).kind) ? 1 : 0));
}

/** Number of a sample's innermost frame; -1: it has none. */
function leafOf({ path, start }: StackTable, sample: number): number {
  return start[sample + 1] > start[sample] ? path[start[sample + 1] - 1] : -1;
}
