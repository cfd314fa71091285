import type { CallTreeDirection } from '../profile/analysis/call-tree';
import { type StackTree, selfValues, stackTree, type TreeShape, totalsOf } from '../profile/analysis/call-tree';
import { type Origin, originOf } from '../profile/analysis/origin';
import { type FlameLayout, layoutFlame } from './flame/layout';
import type { StackTable } from './stacks/stack-table';
import { displayText } from './text';

/** A call tree and all that is derived from it once. */
export interface Graph {
  /** Its values are those of the profile; with a base, the sum of both, so that nothing that is in one is lost. */
  tree: StackTree;
  layout: FlameLayout;
  /** For each of the tree's frames. */
  origins: Origin[];
  labels: string[];
  direction: CallTreeDirection;
  /** With a base only. */
  comparison: NodeComparison | undefined;
}

/** What the nodes have in the profile, and in its base. */
export interface NodeComparison {
  self: Float64Array;
  total: Float64Array;
  baseSelf: Float64Array;
  baseTotal: Float64Array;
  /** By what the base's values are multiplied to be compared. */
  scale: number;
}

/** The values of a table's samples that are looked at. */
export interface Weights {
  values: Float64Array;
  /** With a base only, as they are, without the scale. */
  base: Float64Array | undefined;
  scale: number;
}

/** What the root is called, which is no function. */
const ROOT_LABEL = 'all';

/** Name of a node's function. */
export function labelOf({ tree, labels }: Graph, node: number): string {
  return node === 0 ? ROOT_LABEL : labels[tree.frame[node]];
}

/** Which of a table's columns are looked at. */
export interface WeightColumns {
  own: number;
  /** Beyond the last when there is no base. */
  base: number;
}

export function weightsOf({ values }: StackTable, { own, base }: WeightColumns, scale: number): Weights {
  return { values: values[own], base: values[base], scale };
}

/** The graph of the stacks that have a weight. */
export function buildGraph(shape: TreeShape, weights: Weights, direction: CallTreeDirection): Graph {
  const tree = stackTree(shape, combined(weights));
  return {
    tree,
    layout: layoutFlame(tree),
    origins: tree.frames.map(({ name, file }) => originOf(name, file)),
    labels: tree.frames.map(({ name }) => displayText(name)),
    direction,
    comparison: weights.base && compareNodes(tree, weights.values, weights.base, weights.scale),
  };
}

/** What a node has in the profile itself. */
export function valuesOf({ tree, comparison }: Graph, node: number): { self: number; total: number } {
  const { self, total } = comparison ?? tree;
  return { self: self[node], total: total[node] };
}

/**
 * How much more (up to 1) or less (down to -1) a node has than in the base, in proportion to what it has in both; 0
 * without a base.
 */
export function changeOf({ comparison }: Graph, node: number): number {
  if (!comparison) return 0;
  const own = comparison.total[node];
  const base = comparison.baseTotal[node] * comparison.scale;
  return own + base === 0 ? 0 : (own - base) / (own + base);
}

/** What the samples weigh in a picture: with a base, what both have. */
export function combined({ values, base, scale }: Weights): Float64Array {
  return base ? values.map((value, s) => value + base[s] * scale) : values;
}

function compareNodes(tree: StackTree, values: Float64Array, base: Float64Array, scale: number): NodeComparison {
  const self = selfValues(tree, values);
  const baseSelf = selfValues(tree, base);
  return { self, baseSelf, total: totalsOf(tree.parent, self), baseTotal: totalsOf(tree.parent, baseSelf), scale };
}
