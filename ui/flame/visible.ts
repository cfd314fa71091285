import type { CallTree } from '../../profile/analysis/call-tree';
import type { FlameLayout, FlameView } from './layout';

/** Narrower rectangles are not drawn one by one, and cannot be pointed at. In CSS pixels. */
const MIN_RECT_WIDTH = 1;

/** What is to be painted: a part of the width, and rows. */
export interface FlameWindow {
  view: FlameView;
  /** Width in CSS pixels onto which `view` is painted. */
  width: number;
  firstRow: number;
  /** The row after the last. */
  endRow: number;
}

export interface FlameVisitor {
  /** A node's rectangle, cut at the window's edges; `x` and `width` in CSS pixels. */
  rect(node: number, x: number, width: number, row: number): void;
  /** Neighbours too narrow to be seen, as one rectangle. */
  merged(x: number, width: number, row: number): void;
}

/**
 * Visits what is seen of the tree, each node before its children. Its cost follows the rectangles seen, not the nodes:
 * siblings are sorted, so that after the first one that is too narrow the others need not be looked at.
 */
export function visitVisible(tree: CallTree, layout: FlameLayout, window: FlameWindow, visitor: FlameVisitor): void {
  const { view, width, firstRow, endRow } = window;
  const { left, right, children, childStart } = layout;
  const scale = width / (view.right - view.left);
  if (right[0] <= left[0] || !(scale > 0)) return;
  const pending: number[] = [0];
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    const row = tree.depth[node];
    if (row >= endRow) continue;
    if (row >= firstRow) {
      const x = Math.max(0, (left[node] - view.left) * scale);
      visitor.rect(node, x, Math.min(width, (right[node] - view.left) * scale) - x, row);
    }
    if (row + 1 >= endRow) continue;
    const end = childStart[node + 1];
    for (let i = firstChildAfter(layout, node, view.left); i < end; i++) {
      const child = children[i];
      if (left[child] >= view.right) break;
      if ((right[child] - left[child]) * scale >= MIN_RECT_WIDTH) {
        pending.push(child);
        continue;
      }
      const x = Math.max(0, (left[child] - view.left) * scale);
      const mergedWidth = Math.min(width, (right[children[end - 1]] - view.left) * scale) - x;
      if (mergedWidth >= MIN_RECT_WIDTH && row + 1 >= firstRow) visitor.merged(x, mergedWidth, row + 1);
      break;
    }
  }
}

/** The node that is drawn at `x` (CSS pixels) in `row`; -1: none. */
export function nodeAt(layout: FlameLayout, window: FlameWindow, x: number, row: number): number {
  const { view, width } = window;
  const place = view.left + (x / width) * (view.right - view.left);
  const narrowest = (MIN_RECT_WIDTH * (view.right - view.left)) / width;
  const { left, right, children, childStart } = layout;
  if (row < 0 || !(place >= left[0] && place < right[0])) return -1;
  let node = 0;
  for (let depth = 0; depth < row; depth++) {
    const index = firstChildAfter(layout, node, place);
    if (index >= childStart[node + 1]) return -1;
    const child = children[index];
    if (left[child] > place || right[child] - left[child] < narrowest) return -1;
    node = child;
  }
  return node;
}

/** Index into `children` of the first child of `node` that ends to the right of `place`. */
function firstChildAfter({ right, children, childStart }: FlameLayout, node: number, place: number): number {
  let low = childStart[node];
  let high = childStart[node + 1];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (right[children[middle]] > place) high = middle;
    else low = middle + 1;
  }
  return low;
}
