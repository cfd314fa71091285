import type { CallTree } from '../profile/call-tree';
import { ORIGIN_LABELS, type Origin, type OriginKind } from './frame-origin';

/** How the total divides among those whose code ran, in the order of the legend; kinds that have nothing are left out. */
export function originShares(tree: CallTree, origins: Origin[]): { kind: OriginKind; share: number }[] {
  const self = new Map<OriginKind, number>();
  // The root is no function.
  for (let node = 1; node < tree.size; node++) {
    const { kind } = origins[tree.frame[node]];
    self.set(kind, (self.get(kind) ?? 0) + tree.self[node]);
  }
  return (Object.keys(ORIGIN_LABELS) as OriginKind[])
    .map((kind) => ({ kind, share: (self.get(kind) ?? 0) / tree.total[0] }))
    .filter(({ share }) => share > 0);
}
