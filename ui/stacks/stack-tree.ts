import { type CallTree, type CallTreeDirection, NONE } from '../../profile/call-tree';
import type { StackTable } from './stack-table';

/** A call tree, and at which of its nodes each sample ends. */
export interface StackTree extends CallTree {
  /** `NONE` for a sample that weighs nothing, and is left out. */
  endOf: Int32Array;
}

/**
 * The call tree of `table`, each sample with its weight: what `buildCallTree` makes of a profile, from numbers.
 *
 * @param weights of the samples; 0: left out.
 */
export function stackTree(
  table: StackTable,
  weights: Float64Array,
  direction: CallTreeDirection = 'callees',
): StackTree {
  const stacks = direction === 'callees' ? table : reversed(table);
  const nodes = new Nodes(nodesAtMost(stacks, weights) + 1);
  const endOf = new Int32Array(table.size).fill(NONE);
  const { path, start } = stacks;
  /** Node at each depth of the sample before. */
  const branch = new Int32Array(longestPath(stacks));
  let previous = 0;
  let previousEnd = 0;
  for (let s = 0; s < table.size; s++) {
    if (weights[s] === 0) continue;
    const from = start[s];
    const end = start[s + 1];
    let at = from;
    for (let p = previous; at < end && p < previousEnd && path[at] === path[p]; p++) at++;
    let node = at > from ? branch[at - from - 1] : 0;
    for (; at < end; at++) {
      node = nodes.child(node, path[at]);
      branch[at - from] = node;
    }
    endOf[s] = node;
    previous = from;
    previousEnd = end;
  }
  const { size } = nodes;
  const parent = nodes.parent.slice(0, size);
  const self = new Float64Array(size);
  for (let s = 0; s < table.size; s++) if (endOf[s] !== NONE) self[endOf[s]] += weights[s];
  const total = totalsOf(parent, self);
  const depth = new Int32Array(size);
  for (let node = 1; node < size; node++) depth[node] = depth[parent[node]] + 1;
  return {
    frames: table.frames,
    size,
    frame: nodes.frame.slice(0, size),
    parent,
    ...siblings(parent, total),
    depth,
    self,
    total,
    endOf,
  };
}

/** Self values of the nodes by another weight of the same samples. */
export function selfValues({ size, endOf }: StackTree, weights: Float64Array): Float64Array {
  const self = new Float64Array(size);
  for (let s = 0; s < endOf.length; s++) if (endOf[s] !== NONE) self[endOf[s]] += weights[s];
  return self;
}

/** What each node and all below it have. */
export function totalsOf(parent: Int32Array, self: Float64Array): Float64Array {
  const total = self.slice();
  for (let node = parent.length - 1; node > 0; node--) total[parent[node]] += total[node];
  return total;
}

/** The same stacks, leaf first. */
function reversed(table: StackTable): StackTable {
  const path = new Int32Array(table.path.length);
  for (let s = 0; s < table.size; s++) {
    let to = table.start[s];
    for (let from = table.start[s + 1] - 1; from >= table.start[s]; from--) path[to++] = table.path[from];
  }
  return { ...table, path };
}

/** As many as there are when samples share only what they have in common with the one before. */
function nodesAtMost({ path, start, size }: StackTable, weights: Float64Array): number {
  let count = 0;
  let previous = 0;
  let previousEnd = 0;
  for (let s = 0; s < size; s++) {
    if (weights[s] === 0) continue;
    let at = start[s];
    for (let p = previous; at < start[s + 1] && p < previousEnd && path[at] === path[p]; p++) at++;
    count += start[s + 1] - at;
    previous = start[s];
    previousEnd = start[s + 1];
  }
  return count;
}

function longestPath({ start, size }: StackTable): number {
  let longest = 0;
  for (let s = 0; s < size; s++) longest = Math.max(longest, start[s + 1] - start[s]);
  return longest;
}

/** Nodes by parent and frame, in an open-addressing hash table that never grows. */
class Nodes {
  size = 1;
  readonly parent: Int32Array;
  readonly frame: Int32Array;
  /** Node numbers; 0, which is no child, marks a free slot. */
  readonly #slots: Int32Array;

  constructor(capacity: number) {
    this.parent = new Int32Array(capacity);
    this.frame = new Int32Array(capacity);
    this.parent[0] = NONE;
    this.frame[0] = NONE;
    this.#slots = new Int32Array(2 ** Math.ceil(Math.log2(capacity * 2)));
  }

  child(parent: number, frame: number): number {
    const slots = this.#slots;
    const mask = slots.length - 1;
    let hash = Math.imul(parent, 0x9e3779b1) ^ Math.imul(frame, 0x85ebca6b);
    hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
    let slot = (hash ^ (hash >>> 13)) & mask;
    for (let node = slots[slot]; node !== 0; node = slots[slot]) {
      if (this.parent[node] === parent && this.frame[node] === frame) return node;
      slot = (slot + 1) & mask;
    }
    const node = this.size++;
    slots[slot] = node;
    this.parent[node] = parent;
    this.frame[node] = frame;
    return node;
  }
}

/** Links children to a list, the greatest total first, otherwise in the order of their numbers. */
function siblings(parent: Int32Array, total: Float64Array): Pick<CallTree, 'firstChild' | 'nextSibling'> {
  const firstChild = new Int32Array(parent.length).fill(NONE);
  const nextSibling = new Int32Array(parent.length).fill(NONE);
  for (let node = parent.length - 1; node > 0; node--) {
    nextSibling[node] = firstChild[parent[node]];
    firstChild[parent[node]] = node;
  }
  const children: number[] = [];
  for (let above = 0; above < parent.length; above++) {
    const first = firstChild[above];
    if (first === NONE || nextSibling[first] === NONE) continue;
    children.length = 0;
    for (let node = first; node !== NONE; node = nextSibling[node]) children.push(node);
    children.sort((a, b) => total[b] - total[a]);
    firstChild[above] = children[0];
    for (let i = 0; i < children.length; i++) nextSibling[children[i]] = children[i + 1] ?? NONE;
  }
  return { firstChild, nextSibling };
}
