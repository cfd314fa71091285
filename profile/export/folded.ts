import { buildCallTree, type CallTree, NONE } from '../analysis/call-tree';
import type { Profile } from '../model/profile';
import { requireNoNegative } from './negative-values';

/**
 * Stacks in folded form, a line each: `handler;render;format 120`, the outermost function first, in alphabetical order.
 * Values that round to zero are left out, because the format has whole numbers only.
 *
 * @throws NegativeValuesError
 * @see https://github.com/brendangregg/FlameGraph#2-fold-stacks
 */
export function toFolded(profile: Profile, sampleTypeIndex: number): string {
  const tree = buildCallTree(profile, sampleTypeIndex);
  requireNoNegative('file of folded stacks', tree.self);
  const paths: string[] = [];
  /** Functions of the same name are one here. */
  const values = new Map<string, number>();
  for (let node = 1; node < tree.size; node++) {
    const above = paths[tree.parent[node]] ?? '';
    paths[node] = `${above}${above && ';'}${nameOf(tree, node)}`;
    const self = tree.self[node];
    if (self !== 0) values.set(paths[node], (values.get(paths[node]) ?? 0) + self);
  }
  return [...values]
    .filter(([, value]) => Math.round(value) !== 0)
    .map(([path, value]) => `${path} ${Math.round(value)}\n`)
    .sort()
    .join('');
}

/** A name can hold neither what separates frames nor what separates stacks. */
function nameOf({ frame, frames }: CallTree, node: number): string {
  const index = frame[node];
  return (index === NONE ? '' : (frames[index]?.name ?? '')).replace(/;/g, ':').replace(/\s+/g, ' ');
}
