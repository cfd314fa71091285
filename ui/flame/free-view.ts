import type { FlameView } from './layout';

/** What a step of a key, or of a usual mouse wheel, zooms by. */
export const ZOOM_STEP = 1.5;

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

/** What a key makes of the view: plus and minus zoom around `share` of the width. */
export function viewAfterKey(view: FlameView, key: string, share: number): FlameView | undefined {
  if (key === '+' || key === '=') return zoomedView(view, share, ZOOM_STEP);
  if (key === '-' || key === '_') return zoomedView(view, share, 1 / ZOOM_STEP);
  return undefined;
}
