import { ORIGIN_LABELS } from '../../profile/analysis/origin';
import { formatPercent, formatValue } from '../../profile/model/value-format';
import { type Graph, labelOf, valuesOf } from '../graph';
import { displayText } from '../text';
import type { Viewer } from '../viewer';

/** A node of the tree in words. */
export interface FrameDetails {
  name: string;
  /** File and line; empty if there is none. */
  place: string;
  /** Package, or whose code it is; empty for the root. */
  origin: string;
  /** With unit and share of the whole. */
  self: string;
  total: string;
  /** The total for each invocation; empty if it is not known, or the other values are that already. */
  perInvocation: string;
  /** What the base has, and the difference; without a base empty. */
  base: string;
  change: string;
}

/** A difference with its sign, and as a share of the whole. */
function formatChange(difference: number, whole: number, format: (value: number) => string): string {
  const sign = difference > 0 ? '+' : '';
  return `${sign}${format(difference)} (${sign}${formatPercent(difference, whole)})`;
}

function perInvocation(viewer: Viewer, total: number): string {
  const { count } = viewer.invocations.value;
  if (count === 0 || viewer.state.value.perInvocation) return '';
  const unit = viewer.profile.value?.sampleTypes[viewer.valueIndex.value]?.unit ?? '';
  return formatValue(total / count, unit);
}

export function describeFrame(viewer: Viewer, graph: Graph, node: number): FrameDetails {
  const { tree } = graph;
  const format = viewer.amount.value;
  const { comparison } = graph;
  const whole = valuesOf(graph, 0).total;
  const { self, total } = valuesOf(graph, node);
  const amount = (value: number): string => `${format(value)} (${formatPercent(value, whole)})`;
  const amounts = {
    name: labelOf(graph, node),
    self: amount(self),
    total: amount(total),
    perInvocation: perInvocation(viewer, total),
    base: '',
    change: '',
  };
  if (comparison) {
    const base = comparison.baseTotal[node];
    amounts.base = `${format(base)} (${formatPercent(base, comparison.baseTotal[0])})`;
    amounts.change = formatChange(total - base * comparison.scale, whole, format);
  }
  if (node === 0) return { ...amounts, place: '', origin: '' };
  const { file, line } = tree.frames[tree.frame[node]];
  const { kind, package: packageName } = graph.origins[tree.frame[node]];
  return {
    ...amounts,
    place: file === '' ? '' : displayText(line > 0 ? `${file}:${line}` : file),
    origin: displayText(packageName) || ORIGIN_LABELS[kind],
  };
}
