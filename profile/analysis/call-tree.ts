import { type Frame, FrameTable } from '../model/frame-table';
import type { Location, Profile } from '../model/profile';
import { NodeTable } from './node-table';
import { commonLength, locationAt } from './stack';

/** No such node, or no frame: in `parent`, `firstChild`, `nextSibling`, and as the root's frame. */
export const NONE = -1;

/**
 * `callees`: from the outermost function down to what it calls, a flame graph. `callers`: from the innermost function
 * up to who called it.
 */
export type CallTreeDirection = 'callees' | 'callers';

/**
 * All stacks of a profile, with common beginnings shared: one array for each property, node numbers as indices.
 *
 * Node 0 is the root, which stands for the whole profile. A parent has a lower number than its children, so one pass
 * from either end visits them in order, without recursion.
 */
export interface CallTree {
  frames: readonly Frame[];
  /** Number of nodes. */
  size: number;
  /** Index into `frames`; `NONE` for the root. */
  frame: Int32Array;
  parent: Int32Array;
  /** The child with the greatest weight. */
  firstChild: Int32Array;
  /** The sibling with the next lower weight. */
  nextSibling: Int32Array;
  /** 0 for the root. */
  depth: Int32Array;
  /** Value of the samples whose path ends at the node. */
  self: Float64Array;
  /** `self`, and that of all nodes below. */
  total: Float64Array;
  /** How large a node is in a picture: its total, or the sum of the sizes of its samples where some are negative. */
  weight: Float64Array;
}

/**
 * The call tree of `profile` by the value at `sampleTypeIndex`, in that sample type's unit. Samples that are zero there
 * are left out; labels make no difference. A node is a function, whatever its lines; an inlined function has its own.
 */
export function buildCallTree(
  profile: Profile,
  sampleTypeIndex: number,
  direction: CallTreeDirection = 'callees',
): CallTree {
  const table = new FrameTable();
  const nodes = nodesOf(profile, sampleTypeIndex, direction, table);
  if (!profile.samples.some(({ values }) => Number(values[sampleTypeIndex]) < 0)) return treeOf(nodes, table.frames);
  return treeOf(nodes, table.frames, nodesOf(profile, sampleTypeIndex, direction, table, Math.abs).self);
}

/** The nodes of all stacks, and what they have themselves. The same stacks give the same numbers. */
function nodesOf(
  profile: Profile,
  sampleTypeIndex: number,
  direction: CallTreeDirection,
  table: FrameTable,
  measure: (value: number) => number = Number,
): NodeTable {
  const nodes = new NodeTable();
  const fromRoot = direction === 'callees';
  /** Node of each location of the stack, in the order of the path. */
  const path: number[] = [];
  let previous: readonly Location[] = [];
  for (const { locations, values } of profile.samples) {
    const value = Number(values[sampleTypeIndex]);
    if (value === 0) continue;
    // In a sorted profile most of a path is that of the sample before, and costs a comparison only.
    let depth = commonLength(locations, previous, fromRoot);
    let node = depth > 0 ? (path[depth - 1] as number) : 0;
    for (; depth < locations.length; depth++) {
      node = descend(nodes, node, table.at(locationAt(locations, depth, fromRoot)), fromRoot);
      path[depth] = node;
    }
    nodes.addSelf(node, measure(value));
    previous = locations;
  }
  return nodes;
}

/** From `node` along the frames of one location, which are innermost first. */
function descend(nodes: NodeTable, node: number, frames: readonly number[], fromRoot: boolean): number {
  let below = node;
  for (let i = 0; i < frames.length; i++) {
    below = nodes.child(below, frames[fromRoot ? frames.length - 1 - i : i] as number);
  }
  return below;
}

/** @param sizes - of what nodes have themselves; default: nothing is negative */
function treeOf(nodes: NodeTable, frames: readonly Frame[], sizes?: Float64Array): CallTree {
  const { size } = nodes;
  const parent = nodes.parent.slice(0, size);
  const total = totalsOf(parent, nodes.self);
  const weight = sizes ? totalsOf(parent, sizes) : total;
  const depth = new Int32Array(size);
  for (let node = 1; node < size; node++) depth[node] = (depth[parent[node] as number] as number) + 1;
  return {
    frames,
    size,
    frame: nodes.frame.slice(0, size),
    parent,
    ...siblings(parent, weight),
    depth,
    self: nodes.self.slice(0, size),
    total,
    weight,
  };
}

/** What each node and all below it have. */
function totalsOf(parent: Int32Array, self: Float64Array): Float64Array {
  const total = self.slice(0, parent.length);
  for (let node = parent.length - 1; node > 0; node--) total[parent[node] as number] += total[node] as number;
  return total;
}

/** Links children to a list, the greatest weight first, otherwise in the order of their numbers. */
function siblings(parent: Int32Array, weight: Float64Array): Pick<CallTree, 'firstChild' | 'nextSibling'> {
  const firstChild = new Int32Array(parent.length).fill(NONE);
  const nextSibling = new Int32Array(parent.length).fill(NONE);
  for (let node = parent.length - 1; node > 0; node--) {
    const above = parent[node] as number;
    nextSibling[node] = firstChild[above] as number;
    firstChild[above] = node;
  }
  const children: number[] = [];
  for (let above = 0; above < parent.length; above++) {
    const first = firstChild[above] as number;
    if (first === NONE || nextSibling[first] === NONE) continue;
    children.length = 0;
    for (let node = first; node !== NONE; node = nextSibling[node] as number) children.push(node);
    children.sort((a, b) => (weight[b] as number) - (weight[a] as number));
    firstChild[above] = children[0] as number;
    for (let i = 0; i < children.length; i++) nextSibling[children[i] as number] = children[i + 1] ?? NONE;
  }
  return { firstChild, nextSibling };
}
