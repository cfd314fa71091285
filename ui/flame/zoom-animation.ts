import type { FlameView } from './layout';

/** Long enough for the eye to follow where a frame went, short enough not to wait for. */
const DURATION_MILLIS = 180;

/** A move of the view from one part of the width to another. */
export interface ZoomAnimation {
  from: FlameView;
  to: FlameView;
  startMillis: number;
}

/** Where the view is at `nowMillis`, and whether it has arrived. */
export function viewAt(
  { from, to, startMillis }: ZoomAnimation,
  nowMillis: number,
): { view: FlameView; done: boolean } {
  const progress = Math.min(1, Math.max(0, (nowMillis - startMillis) / DURATION_MILLIS));
  if (progress === 1) return { view: to, done: true };
  const eased = 1 - (1 - progress) ** 3;
  const between = (a: number, b: number): number => a + (b - a) * eased;
  return { view: { left: between(from.left, to.left), right: between(from.right, to.right) }, done: false };
}
