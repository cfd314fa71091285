import { type CallTree, NONE } from '../../profile/analysis/call-tree';
import type { Frame } from '../../profile/model/frame-table';
import { textHash } from '../palette';

export type Direction = 'up' | 'down' | 'left' | 'right';

/** The node next to `node`: its parent, its heaviest child, or a sibling; `node` itself if there is none. */
export function neighbour(tree: CallTree, node: number, direction: Direction): number {
  const next = {
    up: () => tree.parent[node],
    down: () => tree.firstChild[node],
    left: () => previousSibling(tree, node),
    right: () => tree.nextSibling[node],
  }[direction]();
  return next === NONE ? node : next;
}

function previousSibling({ parent, firstChild, nextSibling }: CallTree, node: number): number {
  if (node === 0) return NONE;
  let before = NONE;
  for (let at = firstChild[parent[node]]; at !== node; at = nextSibling[at]) before = at;
  return before;
}

/** `node` and its callers, the root first. */
export function pathTo(tree: CallTree, node: number): number[] {
  const path: number[] = [];
  for (let at = node; at > 0; at = tree.parent[at]) path.push(at);
  path.push(0);
  return path.reverse();
}

/**
 * A name for the place of `node` that holds in other trees too: the same stack of another sample type or of a newer
 * profile has the same name. Empty for the root.
 */
export function framePath(tree: CallTree, node: number): string {
  return pathTo(tree, node)
    .slice(1)
    .map((step) => frameHash(tree, step))
    .join('.');
}

/** The node at {@link framePath}'s `path`, or as far along it as this tree goes. */
export function resolveFramePath(tree: CallTree, path: string): number {
  let node = 0;
  if (path === '') return node;
  for (const step of path.split('.')) {
    let child = tree.firstChild[node];
    while (child !== NONE && frameHash(tree, child) !== step) child = tree.nextSibling[child];
    if (child === NONE) break;
    node = child;
  }
  return node;
}

function frameHash(tree: CallTree, node: number): string {
  return frameId(tree.frames[tree.frame[node]]);
}

/** A name for a function that holds in every profile. */
export function frameId({ name, file, line }: Frame): string {
  return textHash(`${name}\0${file}\0${line}`).toString(36);
}
