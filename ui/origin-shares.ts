import type { CallTree } from '../profile/analysis/call-tree';
import { ORIGIN_LABELS, type Origin, type OriginKind } from '../profile/analysis/origin';

/** How the total divides among those whose code ran, in the order of the legend; kinds that have nothing are left out. */
export function originShares(tree: CallTree, origins: Origin[]): { kind: OriginKind; share: number }[] {
  const selfOfFrame = new Float64Array(origins.length);
  // The root is no function.
  for (let node = 1; node < tree.size; node++) selfOfFrame[tree.frame[node]] += tree.self[node];
  const kinds = Object.keys(ORIGIN_LABELS) as OriginKind[];
  const selfOfKind = (kind: OriginKind): number =>
    selfOfFrame.reduce((sum, self, frame) => (origins[frame].kind === kind ? sum + self : sum), 0);
  return kinds
    .map((kind) => ({ kind, share: tree.weight[0] === 0 ? 0 : selfOfKind(kind) / tree.weight[0] }))
    .filter(({ share }) => share > 0);
}
