import { multikeyQuicksort } from '../merge/multikey-quicksort';
import type { Frame } from '../model/frame-table';
import { hashEnd } from '../model/hash';
import type { Profile } from '../model/profile';
import { type FrameStacks, frameStacks } from './frame-stacks';

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

/** A call tree, and at which of its nodes each sample ends. */
export interface StackTree extends CallTree {
  /** `NONE` for a sample that weighs nothing, and is left out. */
  endOf: Int32Array;
}

/** All stacks as a tree, whatever they weigh: made once, and weighed anew for each choice of samples. */
export interface TreeShape {
  frames: CallTree['frames'];
  size: number;
  frame: Int32Array;
  parent: Int32Array;
  /** The node at which each sample ends. */
  endOf: Int32Array;
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
  const samples = profile.samples.filter(({ values }) => Number(values[sampleTypeIndex]) !== 0);
  const stacks = frameStacks({ ...profile, samples });
  const { endOf: _, ...tree } = stackTree(
    treeShape(stacks, direction),
    stacks.values[sampleTypeIndex] ?? new Float64Array(stacks.size),
  );
  return tree;
}

export function treeShape(stacks: FrameStacks, direction: CallTreeDirection = 'callees'): TreeShape {
  // From the root on, samples that follow one another have most in common: that is how profiles are written. From the leaf
  // on they have nothing in common, and a table in memory's random order costs more than sorting them first.
  const paths = direction === 'callees' ? { ...stacks, sampleOf: undefined } : leafFirst(stacks);
  const { path, start, sampleOf } = paths;
  const nodes = new Nodes(nodesAtMost(paths) + 1);
  const child = sampleOf === undefined ? nodes.child.bind(nodes) : nodes.add.bind(nodes);
  const endOf = new Int32Array(stacks.size);
  /** Node at each depth of the sample before. */
  const branch = new Int32Array(longestPath(stacks));
  let previous = 0;
  let previousEnd = 0;
  for (let s = 0; s < stacks.size; s++) {
    const from = start[s];
    const end = start[s + 1];
    let at = from;
    for (let p = previous; at < end && p < previousEnd && path[at] === path[p]; p++) at++;
    let node = at > from ? branch[at - from - 1] : 0;
    for (; at < end; at++) {
      node = child(node, path[at]);
      branch[at - from] = node;
    }
    endOf[sampleOf?.[s] ?? s] = node;
    previous = from;
    previousEnd = end;
  }
  const { size } = nodes;
  return { frames: stacks.frames, size, frame: nodes.frame.slice(0, size), parent: nodes.parent.slice(0, size), endOf };
}

/**
 * The call tree of the samples that weigh something.
 *
 * @param weights - of the samples; 0: left out
 */
export function stackTree(shape: TreeShape, weights: Float64Array): StackTree {
  const numberOf = numberNodes(shape, weights);
  const endOf = shape.endOf.map((node, s) => (weights[s] === 0 ? NONE : numberOf[node]));
  let size = 0;
  const frame = new Int32Array(shape.size);
  const parent = new Int32Array(shape.size);
  for (let node = 0; node < shape.size; node++) {
    if (numberOf[node] === NONE) continue;
    frame[size] = shape.frame[node];
    parent[size++] = node === 0 ? NONE : numberOf[shape.parent[node]];
  }
  const tree = { frames: shape.frames, size, frame: frame.slice(0, size), parent: parent.slice(0, size), endOf };
  const self = selfValues(tree, weights);
  const total = totalsOf(tree.parent, self);
  const weight = weights.some((each) => each < 0)
    ? totalsOf(tree.parent, selfValues(tree, weights.map(Math.abs)))
    : total;
  const depth = new Int32Array(size);
  for (let node = 1; node < size; node++) depth[node] = depth[tree.parent[node]] + 1;
  return { ...tree, ...siblings(tree.parent, weight), depth, self, total, weight };
}

/** Numbers the root and the nodes that samples with a weight pass, in their order; `NONE` for the others. */
function numberNodes({ size, parent, endOf }: TreeShape, weights: Float64Array): Int32Array {
  const isPassed = new Uint8Array(size);
  isPassed[0] = 1;
  for (let s = 0; s < endOf.length; s++) if (weights[s] !== 0) isPassed[endOf[s]] = 1;
  for (let node = size - 1; node > 0; node--) if (isPassed[node] === 1) isPassed[parent[node]] = 1;
  const numberOf = new Int32Array(size);
  let count = 0;
  for (let node = 0; node < size; node++) numberOf[node] = isPassed[node] === 1 ? count++ : NONE;
  return numberOf;
}

/** Self values of the nodes by another weight of the same samples. */
export function selfValues({ size, endOf }: Pick<StackTree, 'size' | 'endOf'>, weights: Float64Array): Float64Array {
  const self = new Float64Array(size);
  for (let s = 0; s < endOf.length; s++) {
    const node = endOf[s];
    if (node !== NONE) self[node] += weights[s];
  }
  return self;
}

/** What each node and all below it have. */
export function totalsOf(parent: Int32Array, self: Float64Array): Float64Array {
  const total = self.slice();
  for (let node = parent.length - 1; node > 0; node--) total[parent[node]] += total[node];
  return total;
}

/** Stacks one behind the other. */
type Paths = Pick<FrameStacks, 'path' | 'start' | 'size'>;

/** The same stacks, leaf first and sorted, and whose they are: what two of them have in common stands side by side. */
function leafFirst({ path, start, size }: FrameStacks): Paths & { sampleOf: Int32Array } {
  const reversed = new Int32Array(path.length);
  for (let s = 0, to = 0; s < size; s++) {
    for (let from = start[s + 1] - 1; from >= start[s]; from--) reversed[to++] = path[from];
  }
  const sampleOf = multikeyQuicksort({ letters: reversed, starts: start });
  const sorted = new Int32Array(path.length);
  const sortedStart = new Int32Array(size + 1);
  for (let i = 0, to = 0; i < size; i++) {
    const s = sampleOf[i];
    for (let from = start[s]; from < start[s + 1]; from++) sorted[to++] = reversed[from];
    sortedStart[i + 1] = to;
  }
  return { path: sorted, start: sortedStart, size, sampleOf };
}

/** As many as there are when samples share only what they have in common with the one before. */
function nodesAtMost({ path, start, size }: Paths): number {
  let count = 0;
  let previous = 0;
  let previousEnd = 0;
  for (let s = 0; s < size; s++) {
    const end = start[s + 1];
    let at = start[s];
    for (let p = previous; at < end && p < previousEnd && path[at] === path[p]; p++) at++;
    count += end - at;
    previous = start[s];
    previousEnd = end;
  }
  return count;
}

function longestPath({ start, size }: Paths): number {
  let longest = 0;
  for (let s = 0; s < size; s++) longest = Math.max(longest, start[s + 1] - start[s]);
  return longest;
}

/** Nodes, and where they are by parent and frame: an open-addressing hash table that never grows. */
class Nodes {
  size = 1;
  readonly parent: Int32Array;
  readonly frame: Int32Array;
  /** Node numbers; 0, which is no child, marks a free slot. */
  #slots: Int32Array | undefined;
  readonly #capacity: number;

  constructor(capacity: number) {
    this.parent = new Int32Array(capacity);
    this.frame = new Int32Array(capacity);
    this.parent[0] = NONE;
    this.frame[0] = NONE;
    this.#capacity = capacity;
  }

  /** The child with this frame, which is added if there is none; not together with {@link add}. */
  child(parent: number, frame: number): number {
    this.#slots ??= new Int32Array(2 ** Math.ceil(Math.log2(this.#capacity * 2)));
    const slots = this.#slots;
    const mask = slots.length - 1;
    let slot = hashEnd(Math.imul(parent, 0x9e3779b1) ^ frame) & mask;
    for (let node = slots[slot]; node !== 0; node = slots[slot]) {
      if (this.parent[node] === parent && this.frame[node] === frame) return node;
      slot = (slot + 1) & mask;
    }
    slots[slot] = this.size;
    return this.add(parent, frame);
  }

  /** A new child. */
  add(parent: number, frame: number): number {
    const node = this.size++;
    this.parent[node] = parent;
    this.frame[node] = frame;
    return node;
  }
}

/** Links children to a list, the greatest weight first, otherwise in the order of their numbers. */
function siblings(parent: Int32Array, weight: Float64Array): Pick<CallTree, 'firstChild' | 'nextSibling'> {
  const firstChild = new Int32Array(parent.length).fill(NONE);
  const nextSibling = new Int32Array(parent.length).fill(NONE);
  for (let node = parent.length - 1; node > 0; node--) {
    const above = parent[node];
    nextSibling[node] = firstChild[above];
    firstChild[above] = node;
  }
  const children: number[] = [];
  for (let above = 0; above < parent.length; above++) {
    const first = firstChild[above];
    if (first === NONE || nextSibling[first] === NONE) continue;
    children.length = 0;
    let isSorted = true;
    for (let node = first; node !== NONE; node = nextSibling[node]) {
      isSorted &&= children.length === 0 || weight[children[children.length - 1]] >= weight[node];
      children.push(node);
    }
    if (isSorted) continue;
    children.sort((a, b) => weight[b] - weight[a]);
    firstChild[above] = children[0];
    for (let i = 0; i < children.length; i++) nextSibling[children[i]] = children[i + 1] ?? NONE;
  }
  return { firstChild, nextSibling };
}
