import type { FlameView } from './layout';

/** A narrower part of the width would be beyond what numbers tell apart. */
const NARROWEST = 1e-9;

/** `view` by `factor` narrower, or wider, so that the place at `share` of the width stays where it is. */
export function zoomedView({ left, right }: FlameView, share: number, factor: number): FlameView {
  const width = Math.min(1, Math.max(NARROWEST, (right - left) / factor));
  return within(left + share * (right - left) - share * width, width);
}

/** `view` moved to the right by a share of its own width. */
export function pannedView({ left, right }: FlameView, share: number): FlameView {
  return within(left + share * (right - left), right - left);
}

function within(left: number, width: number): FlameView {
  const from = Math.min(1 - width, Math.max(0, left));
  return { left: from, right: from + width };
}
