import type { CallTree } from '../../profile/analysis/call-tree';

export interface MatchSummary {
  /** Functions that match. */
  functions: number;
  /** What the matching frames and all below them have of the total. */
  total: number;
}

/**
 * Adds up what the matched frames have: a matched frame below another matched one is in that one's total already, and
 * is not counted again.
 *
 * @param matched 1 for each of the tree's frames that matches.
 */
export function summarizeMatches(tree: CallTree, matched: Uint8Array): MatchSummary {
  const { size, parent, frame, total } = tree;
  const inside = new Uint8Array(size);
  const seen = new Set<number>();
  let sum = 0;
  // A parent comes before its children; the root is no function.
  for (let node = 1; node < size; node++) {
    const matches = matched[frame[node]] === 1;
    if (matches) seen.add(frame[node]);
    if (inside[parent[node]] === 1) inside[node] = 1;
    else if (matches) {
      inside[node] = 1;
      sum += total[node];
    }
  }
  return { functions: seen.size, total: sum };
}
