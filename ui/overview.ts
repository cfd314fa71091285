import { shortenPath } from '../profile/frame-name';
import { formatPercent, formatValue } from '../profile/value-format';
import { ORIGIN_LABELS, type OriginKind } from './frame-origin';
import type { Graph } from './graph';
import { originShares } from './origin-shares';
import type { LabelGroup } from './stacks/labels';
import { frameTotals, topRows } from './stacks/stack-top';
import type { ProfileSummary } from './summary';
import { displayText } from './text';
import type { Shown } from './viewer';

/** A function that costs much. */
export interface Costly {
  name: string;
  place: string;
  cost: string;
  share: string;
  file: string;
  line: number;
  rawName: string;
}

export interface Overview {
  sentences: string[];
  costly: Costly[];
}

const COSTLY = 5;
/** What some labels' values say. */
const TOLD_LABELS = [
  { key: 'cold_start', value: 'true', words: 'in cold starts, the first invocations of their instances' },
  { key: 'outcome', value: 'error', words: 'in invocations that failed' },
  { key: 'outcome', value: 'timeout', words: 'in invocations that Lambda ended because their time was over' },
];

/** What matters in a profile, in sentences: of what is shown, not of what is filtered out. */
export function overviewOf(
  shown: Shown,
  graph: Graph,
  summary: ProfileSummary,
  labels: readonly LabelGroup[],
  value: { type: string; unit: string },
): Overview {
  const totals = frameTotals(shown.table, shown.weights.values);
  const { whole } = totals;
  const amount = (part: number): string => formatValue(part, value.unit);
  const share = (part: number): string => formatPercent(part, whole);
  const what = displayText(value.type);

  const sentences = [
    whole === summary.total
      ? `The profile has ${amount(whole)} of ${what}, in ${summary.samples.count.toLocaleString('en')} ${summary.samples.of}.`
      : `Shown are ${amount(whole)} of ${what}, ${formatPercent(whole, summary.total)} of the profile; filters leave out the rest.`,
  ];
  if (whole === 0) return { sentences, costly: [] };
  const shares = new Map<OriginKind, number>(
    originShares(graph.tree, graph.origins).map(({ kind, share: part }) => [kind, part * whole]),
  );
  const idle = shares.get('idle') ?? 0;
  const collected = shares.get('gc') ?? 0;
  if (idle > 0) {
    sentences.push(
      `${share(idle)} of it were idle: the function waited, for the network or for a timer, and was billed for it.`,
    );
  }
  if (collected > 0) sentences.push(`Garbage collection took ${share(collected)} (${amount(collected)}).`);
  const told = (['own', 'dependency', 'node'] as const).filter((kind) => (shares.get(kind) ?? 0) > 0);
  if (told.length > 0) {
    const parts = told.map((kind) => `${lower(ORIGIN_LABELS[kind])} ${share(shares.get(kind) ?? 0)}`);
    sentences.push(`By whose code ran: ${parts.join(', ')}.`);
  }
  const heaviest = heaviestPackage(graph, totals.self);
  if (heaviest) {
    sentences.push(`Of the dependencies, ${displayText(heaviest.name)} ran longest: ${share(heaviest.self)}.`);
  }
  for (const { key, value: toldValue, words } of TOLD_LABELS) {
    const label = labels.find((candidate) => candidate.key === key);
    const chip = label?.chips.find((candidate) => candidate.value === toldValue);
    if (label && chip && chip.weight > 0) {
      sentences.push(`${formatPercent(chip.weight, label.whole)} were ${words}.`);
    }
  }
  const costly = topRows(shown.table.frames, totals)
    .filter(({ name, file, self }) => self > 0 && !(file === '' && name.startsWith('(')))
    .sort((a, b) => b.self - a.self)
    .slice(0, COSTLY)
    .map(({ name, file, line, self }) => ({
      name: displayText(name),
      place: file === '' ? '' : displayText(line > 0 ? `${shortenPath(file)}:${line}` : shortenPath(file)),
      cost: amount(self),
      share: share(self),
      file,
      line,
      rawName: name,
    }));
  return { sentences, costly };
}

function heaviestPackage({ origins }: Graph, self: Float64Array): { name: string; self: number } | undefined {
  const packages = new Map<string, number>();
  for (const [frame, { kind, package: name }] of origins.entries()) {
    if (kind === 'dependency') packages.set(name, (packages.get(name) ?? 0) + self[frame]);
  }
  const [heaviest] = [...packages].sort((a, b) => b[1] - a[1]);
  return heaviest && heaviest[1] > 0 ? { name: heaviest[0], self: heaviest[1] } : undefined;
}

function lower(label: string): string {
  return label === 'Node.js' ? label : label.toLowerCase();
}
