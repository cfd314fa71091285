import { type FrameTotals, frameTotals } from '../../profile/analysis/top';
import type { StackTable } from '../stacks/stack-table';

/** Which function calls which, for the functions that have most. */
export interface CallGraph {
  /** Frame numbers, the greatest total first. */
  nodes: number[];
  edges: CallEdge[];
  totals: FrameTotals;
  /** Functions of which `nodes` is a part. */
  functions: number;
}

/** Indices into the nodes. */
export interface CallEdge {
  from: number;
  to: number;
  /** Value of the samples in which the one calls the other. */
  weight: number;
  /** Whether functions that are not among the nodes are between, each time. */
  isIndirect: boolean;
}

/**
 * The calls between the `limit` functions that matter most: two thirds of them for what they have in total, the others
 * for what they have by themselves. Direct recursion is no edge.
 */
export function callGraph(table: StackTable, weights: Float64Array, limit: number): CallGraph {
  const totals = frameTotals(table, weights);
  const all = Array.from(totals.total.keys()).filter((frame) => totals.total[frame] !== 0);
  const byTotal = all.toSorted((a, b) => Math.abs(totals.total[b]) - Math.abs(totals.total[a]));
  const bySelf = all
    .filter((frame) => totals.self[frame] !== 0)
    .sort((a, b) => Math.abs(totals.self[b]) - Math.abs(totals.self[a]));
  const chosen = new Set(byTotal.slice(0, Math.ceil((limit * 2) / 3)));
  for (const frame of [...bySelf, ...byTotal]) if (chosen.size < limit) chosen.add(frame);
  const nodes = byTotal.filter((frame) => chosen.has(frame));
  return { nodes, edges: edgesBetween(nodes, table, weights), totals, functions: all.length };
}

function edgesBetween(nodes: number[], { frames, path, start, size }: StackTable, weights: Float64Array): CallEdge[] {
  const nodeOf = new Int32Array(frames.length).fill(-1);
  for (const [node, frame] of nodes.entries()) nodeOf[frame] = node;
  const edges = new Map<number, CallEdge & { countedBy: number }>();
  for (let s = 0; s < size; s++) {
    if (weights[s] === 0) continue;
    let from = -1;
    let before = -1;
    for (let at = start[s]; at < start[s + 1]; at++) {
      const to = nodeOf[path[at]];
      if (to >= 0 && from >= 0 && to !== from) {
        const key = from * nodes.length + to;
        const edge = edges.get(key) ?? { from, to, weight: 0, isIndirect: true, countedBy: -1 };
        edges.set(key, edge);
        if (before === from) edge.isIndirect = false;
        // What recurs in a stack counts once.
        if (edge.countedBy !== s) edge.weight += weights[s];
        edge.countedBy = s;
      }
      before = to;
      if (to >= 0) from = to;
    }
  }
  return [...edges.values()].map(({ from, to, weight, isIndirect }) => ({ from, to, weight, isIndirect }));
}
