import { formatPercent, formatValue } from '../../profile/value-format';
import { ORIGIN_LABELS } from '../frame-origin';
import { type Graph, labelOf } from '../graph';
import { displayText } from '../text';
import type { Viewer } from '../viewer';

/** A node of the tree in words. */
export interface FrameDetails {
  name: string;
  /** File and line; empty where there is none. */
  place: string;
  /** Package, or whose code it is; empty for the root. */
  origin: string;
  /** With unit and share of the whole. */
  self: string;
  total: string;
}

export function describeFrame(viewer: Viewer, graph: Graph, node: number): FrameDetails {
  const { tree } = graph;
  const unit = viewer.profile.peek()?.sampleTypes[viewer.valueIndex.peek()]?.unit ?? '';
  const whole = tree.total[0];
  const amount = (value: number): string => `${formatValue(value, unit)} (${formatPercent(value, whole)})`;
  const amounts = { name: labelOf(graph, node), self: amount(tree.self[node]), total: amount(tree.total[node]) };
  if (node === 0) return { ...amounts, place: '', origin: '' };
  const { file, line } = tree.frames[tree.frame[node]];
  const { kind, package: packageName } = graph.origins[tree.frame[node]];
  return {
    ...amounts,
    place: file === '' ? '' : displayText(line > 0 ? `${file}:${line}` : file),
    origin: displayText(packageName) || ORIGIN_LABELS[kind],
  };
}
