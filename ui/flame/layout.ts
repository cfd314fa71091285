import { type CallTree, NONE } from '../../profile/analysis/call-tree';

/**
 * Where each node of a call tree lies, left to right; its depth is its row. Made once for a tree: zooming only changes
 * which part of it is looked at.
 */
export interface FlameLayout {
  /** Edges of each node as shares of the whole width, 0 to 1. */
  left: Float64Array;
  right: Float64Array;
  /** The children of node `n`, heaviest first, are `children[childStart[n]]` to `children[childStart[n + 1] - 1]`. */
  children: Int32Array;
  childStart: Int32Array;
  /** Depth of the deepest node. */
  maxDepth: number;
}

/** The part of the width that is looked at, as shares of the whole. */
export interface FlameView {
  left: number;
  right: number;
}

/** Lays out `tree`: siblings side by side, heaviest first, each as wide as its weight. */
export function layoutFlame(tree: CallTree): FlameLayout {
  const { size, weight, depth, firstChild, nextSibling } = tree;
  const left = new Float64Array(size);
  const right = new Float64Array(size);
  const children = new Int32Array(size - 1);
  const childStart = new Int32Array(size + 1);
  const whole = weight[0];
  let maxDepth = 0;
  let placed = 0;
  right[0] = whole > 0 ? 1 : 0;
  // A parent comes before its children.
  for (let node = 0; node < size; node++) {
    maxDepth = Math.max(maxDepth, depth[node]);
    childStart[node] = placed;
    let edge = left[node];
    for (let child = firstChild[node]; child !== NONE; child = nextSibling[child]) {
      children[placed++] = child;
      left[child] = edge;
      if (whole > 0) edge += weight[child] / whole;
      right[child] = edge;
    }
  }
  childStart[size] = placed;
  return { left, right, children, childStart, maxDepth };
}
