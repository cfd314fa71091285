import { waitedFor } from '../lib/contract/frames';
import { costSampleType } from '../profile/analysis/cost';
import { ORIGIN_LABELS, type OriginKind } from '../profile/analysis/origin';
import { frameTotals } from '../profile/analysis/top';
import { shortenPath } from '../profile/model/frame-name';
import type { ValueType } from '../profile/model/profile';
import { formatPercent, formatValue } from '../profile/model/value-format';
import type { Graph } from './graph';
import type { LabelGroup } from './stacks/labels';
import { type ComparedRow, topRows } from './stacks/stack-top';
import type { ProfileSummary } from './summary';
import { displayText } from './text';
import type { Shown } from './viewer';

/** A function that matters. */
export interface Costly {
  name: string;
  place: string;
  /** What it has by itself, or how that changed, as parts of a sentence. */
  amounts: string[];
  file: string;
  line: number;
  rawName: string;
}

export interface Overview {
  sentences: string[];
  costly: Costly[];
  /** With a base: the functions that have changed most by themselves. */
  changed: Costly[];
}

/** What an overview is of. */
export interface OverviewSource {
  shown: Shown;
  graph: Graph;
  summary: ProfileSummary;
  labels: readonly LabelGroup[];
  sampleTypes: readonly ValueType[];
  /** A value of the chosen sample type for people. */
  amount: (value: number) => string;
}

const LISTED = 5;
/** Of what is waited for, so much is named. */
const NAMED_WAITS = 3;
/** What some labels' values say. */
const TOLD_LABELS = [
  { key: 'cold_start', value: 'true', words: 'in cold starts, the first invocations of their instances' },
  { key: 'outcome', value: 'error', words: 'in invocations that failed' },
  { key: 'outcome', value: 'timeout', words: 'in invocations that Lambda ended because their time was over' },
];

/** What matters in a profile, in sentences: of what is shown, not of what is filtered out. */
export function overviewOf({ shown, graph, summary, labels, sampleTypes, amount }: OverviewSource): Overview {
  const { table, weights, columns, scale } = shown;
  const totals = frameTotals(table, weights.values);
  const base = weights.base && frameTotals(table, weights.base);
  const { whole } = totals;
  const share = (part: number): string => formatPercent(part, whole);
  const what = displayText(sampleTypes[columns.own].type);

  const sentences = [
    whole === summary.total
      ? `The profile has ${amount(whole)} of ${what}, in ${summary.samples.count.toLocaleString('en')} ${summary.samples.of}.`
      : `Shown are ${amount(whole)} of ${what}, ${formatPercent(whole, summary.total)} of the profile; filters leave out the rest.`,
  ];
  if (base) sentences.push(sayBase(whole, base.whole, scale, amount));
  if (whole === 0) return { sentences, costly: [], changed: [] };

  const costIndex = sampleTypes.findIndex(({ type }) => type === costSampleType.type);
  const costs = costIndex >= 0 && costIndex !== columns.own ? frameTotals(table, table.values[costIndex]) : undefined;
  const dollars = (nanodollars: number): string => formatValue(nanodollars, costSampleType.unit);
  if (costs && costs.whole > 0) sentences.push(`Lambda charges ${dollars(costs.whole)} for that time.`);

  const of = (kind: OriginKind): number =>
    totals.self.reduce((sum, self, frame) => (graph.origins[frame].kind === kind ? sum + self : sum), 0);
  const idle = of('idle') + of('wait');
  if (idle > 0) {
    sentences.push(
      `${share(idle)} of it were idle: the function waited, for the network or for a timer, and was billed for it.`,
    );
  }
  const waits = table.frames
    .map(({ name, file }, frame) => ({ for: file === '' ? waitedFor(name) : '', self: totals.self[frame] }))
    .filter((wait) => wait.for !== '' && wait.self > 0)
    .sort((a, b) => b.self - a.self)
    .slice(0, NAMED_WAITS);
  if (waits.length > 0) {
    sentences.push(
      `It waited most for ${waits.map((wait) => `${displayText(wait.for)} (${share(wait.self)})`).join(', ')}.`,
    );
  }
  if (of('gc') > 0) sentences.push(`Garbage collection took ${share(of('gc'))} (${amount(of('gc'))}).`);
  const told = (['own', 'dependency', 'node'] as const).filter((kind) => of(kind) > 0);
  if (told.length > 0) {
    const parts = told.map((kind) => `${lower(ORIGIN_LABELS[kind])} ${share(of(kind))}`);
    sentences.push(`Time by origin: ${parts.join(', ')}.`);
  }
  const heaviest = heaviestPackage(graph, totals.self);
  if (heaviest) {
    sentences.push(`The dependency that ran longest is ${displayText(heaviest.name)}: ${share(heaviest.self)}.`);
  }
  for (const { key, value: toldValue, words } of TOLD_LABELS) {
    const label = labels.find((candidate) => candidate.key === key);
    const chip = label?.chips.find((candidate) => candidate.value === toldValue);
    if (label && chip && chip.weight > 0) {
      sentences.push(`${formatPercent(chip.weight, label.whole)} were ${words}.`);
    }
  }

  const rows = topRows(table.frames, totals, base, scale);
  const functions = rows.filter(({ name, file }) => !(file === '' && name.startsWith('(')));
  const costOf = new Map(costs && topRows(table.frames, costs).map((row) => [placeKey(row), row.self]));
  const costly = functions
    .filter(({ self }) => self !== 0)
    .sort((a, b) => Math.abs(b.self) - Math.abs(a.self))
    .slice(0, LISTED)
    .map((row) => {
      const cost = costOf.get(placeKey(row));
      return inWords(row, [amount(row.self), share(row.self), ...(cost ? [dollars(cost)] : [])]);
    });
  const changed = base
    ? functions
        .filter(({ selfChange }) => selfChange !== 0)
        .sort((a, b) => Math.abs(b.selfChange) - Math.abs(a.selfChange))
        .slice(0, LISTED)
        .map((row) => inWords(row, [`${row.selfChange > 0 ? '+' : ''}${amount(row.selfChange)}`]))
    : [];
  return { sentences, costly, changed };
}

function sayBase(whole: number, base: number, scale: number, amount: (value: number) => string): string {
  if (base === 0) return 'The base has nothing of it.';
  const change = whole - base;
  const compared = scale === 1 ? '' : ' Below, shares of the two are compared.';
  if (change === 0) return 'The base has as much.';
  return `The base has ${amount(base)}: this is ${formatPercent(Math.abs(change), base)} ${change > 0 ? 'more' : 'less'}.${compared}`;
}

function inWords({ name, file, line }: ComparedRow, amounts: string[]): Costly {
  const place = file === '' ? '' : displayText(line > 0 ? `${shortenPath(file)}:${line}` : shortenPath(file));
  return { name: displayText(name), place, amounts, file, line, rawName: name };
}

function placeKey({ name, file, line }: ComparedRow): string {
  return `${name}\0${file}\0${line}`;
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
