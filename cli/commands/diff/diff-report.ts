import type { DiffRow } from '../../../profile/analysis/compare/diff';
import type { ComparedFunction } from '../../../profile/analysis/compare/function-values';
import { type ComparedRate, type Comparison, fewestSnapshots } from '../../../profile/analysis/compare/regressions';
import { formatPercent, formatValue } from '../../../profile/model/value-format';
import { shownPath } from '../../show/functions-table';
import { missingBlocks } from '../../show/summary';
import type { Skipped, UnreadableBucket } from '../../snapshots/snapshot';
import { formatCount } from '../../terminal/format';
import { paintFor, printable } from '../../terminal/printable';
import { type Column, tableLines } from '../../terminal/table';
import type { Terminal } from '../../terminal/terminal';
import { folded, headed } from '../../terminal/wrapped';

/** Two sides compared, ready to be written down. */
export interface DiffReport {
  /** What is compared: `OrdersStack/Checkout`, or the names of files. */
  title: string;
  /** Names of the sides. */
  base: string;
  target: string;
  /** Snapshots of each side; absent: the sides are files. */
  snapshots?: [base: number, target: number];
  sampleType: { type: string; unit: string };
  /** What could not be read; absent: the sides are files. */
  missing?: { unreadable: UnreadableBucket[]; skipped: Skipped[] };
  /** Functions, the one whose share has changed most first. */
  rows: DiffRow[];
  gate?: Gate;
}

/** What a gate has found. */
export interface Gate extends Comparison {
  /** Increase that fails, as a part. */
  failOn: number;
  /** What values are relative to. */
  per: 'invocation' | 'share';
  functions: ReadonlyMap<string, ComparedFunction>;
}

/** How many functions a gate names at most in each list. */
const namedFunctions = 10;

/** For a person at a terminal; ends with a line feed. */
export function diffText(report: DiffReport, terminal: Terminal): string {
  const paint = paintFor(terminal.color);
  const { type } = report.sampleType;
  const columns: Column[] = [
    { title: `${type} before`, align: 'right' },
    { title: 'after', align: 'right' },
    { title: 'change', align: 'right' },
    { title: 'function', shorten: 'end' },
    { title: 'place', shorten: 'start' },
  ];
  const rows = changed(report).map((row) => [...sharesOf(row), row.name, shownPath(row.file)]);
  const [titles, ...lines] = tableLines(columns, rows, terminal.width - 2).map((line) => `  ${line}`);
  return `${[
    ...headed(printable(report.title), sidesText(report), terminal.width, paint.bold),
    ...(rows.length === 0 ? [`  ${unchanged(report)}`] : [paint.dim(titles), ...lines]),
    ...(report.gate
      ? ['', ...gateLines(report.gate, report, printable).flatMap((line) => folded(line, terminal.width))]
      : []),
    ...missingLines(report).map(printable),
  ].join('\n')}\n`;
}

/** For `$GITHUB_STEP_SUMMARY` and pull requests. Names are text from elsewhere: they stand in code spans. */
export function diffMarkdown(report: DiffReport): string {
  const { type } = report.sampleType;
  const row = (cells: string[]) => `| ${cells.join(' | ')} |`;
  return `${[
    `## ${code(report.title)}: ${printable(sidesText(report))}`,
    '',
    ...(report.gate ? [...gateLines(report.gate, report, code).map((line) => `${line}  `), ''] : []),
    ...(changed(report).length === 0
      ? [unchanged(report)]
      : [
          row([`${type} before`, 'after', 'change', 'function', 'place']),
          row(['---:', '---:', '---:', '---', '---']),
          ...changed(report).map((each) => row([...sharesOf(each), code(each.name), code(shownPath(each.file))])),
        ]),
    ...missingLines(report).map((line) => (line === '' ? '' : code(line))),
  ].join('\n')}\n`;
}

/** For programs: the value of `--json`. */
export function diffJson({ title, base, target, snapshots, sampleType, rows, missing, gate }: DiffReport): object {
  const rate = ({ id, ...numbers }: ComparedRate) => ({
    ...gate?.functions.get(id),
    ...Object.fromEntries(
      // JSON has no infinity: what is infinite is unknown to a program.
      Object.entries(numbers).map(([key, value]) => [key, Number.isFinite(value) ? value : null]),
    ),
  });
  return {
    version: 1,
    title,
    base,
    target,
    ...(snapshots && { snapshots: { base: snapshots[0], target: snapshots[1] } }),
    sampleType,
    functions: rows,
    ...missing,
    ...(gate && {
      gate: {
        verdict: gate.verdict,
        failOn: gate.failOn,
        per: gate.per,
        regressions: gate.regressions.map(rate),
        undecided: gate.undecided.map(rate),
        compared: gate.rates.map(rate),
      },
    }),
  };
}

/** For people: what has not changed says nothing. */
function changed({ rows }: DiffReport): DiffRow[] {
  return rows.filter(({ base, target }) => base !== target);
}

function unchanged({ sampleType }: DiffReport): string {
  return `Each function has the same share of ${sampleType.type || 'all'} as before.`;
}

function missingLines({ missing }: DiffReport): string[] {
  return missing ? missingBlocks(missing).flatMap((lines) => ['', ...lines]) : [];
}

function sidesText({ base, target, snapshots }: DiffReport): string {
  const side = (name: string, count: number | undefined) =>
    count === undefined ? name : `${name} (${formatCount(count, 'snapshot')})`;
  return printable(`${side(base, snapshots?.[0])} → ${side(target, snapshots?.[1])}`);
}

function sharesOf({ base, target }: DiffRow): string[] {
  const points = (target - base) * 100;
  return [formatPercent(base, 1), formatPercent(target, 1), `${points > 0 ? '+' : ''}${Number(points.toFixed(2))}`];
}

/** @param shown - how the name of a function is written */
function gateLines(
  { verdict, failOn, per, regressions, undecided, rates, functions }: Gate,
  { sampleType, snapshots }: DiffReport,
  shown: (name: string) => string,
): string[] {
  const value = (rate: number) =>
    per === 'share' ? formatPercent(rate, 1) : `${formatValue(rate, sampleType.unit)} an invocation`;
  const nameOf = ({ id }: ComparedRate) => shown(functions.get(id)?.name ?? id);
  const named = (list: ComparedRate[], line: (rate: ComparedRate) => string) => [
    ...list.slice(0, namedFunctions).map(line),
    ...(list.length > namedFunctions ? [`  … and ${formatCount(list.length - namedFunctions, 'other')}`] : []),
  ];
  const limit = `+${Number((failOn * 100).toFixed(2))}%`;
  const regression = (rate: ComparedRate) =>
    `  ${nameOf(rate)}: ${value(rate.base)} → ${value(rate.target)} (${percentage(rate.change)}, false discovery rate ${rate.falseDiscoveryRate.toPrecision(2)})`;
  return [
    `${verdictText(verdict, limit, Math.min(...(snapshots ?? [])) < fewestSnapshots)}; ${formatCount(rates.length, 'function')} compared`,
    ...named(regressions, regression),
    ...(undecided.length > 0 ? [`${limit} could have been missed, with more snapshots it would be found:`] : []),
    ...named(undecided, (rate) => `  ${nameOf(rate)}: ${detectableText(rate)}, measured ${percentage(rate.change)}`),
  ];
}

function detectableText({ detectable }: ComparedRate): string {
  return Number.isFinite(detectable)
    ? `found from ${percentage(detectable)} on`
    : 'of any size it could have been missed';
}

function verdictText(verdict: Gate['verdict'], limit: string, isTooFew: boolean): string {
  switch (verdict) {
    case 'regression':
      return `Regression: slower by ${limit} or more, beyond chance`;
    case 'passed':
      return `Passed: nothing is slower by ${limit}`;
    case 'inconclusive':
      if (isTooFew) return `Inconclusive: each side needs ${fewestSnapshots} snapshots at least`;
      return `Inconclusive: nothing is slower by ${limit} beyond chance, and not all of it could have been seen`;
  }
}

function percentage(part: number): string {
  if (!Number.isFinite(part)) return 'new';
  return `${part >= 0 ? '+' : ''}${Number((part * 100).toPrecision(3))}%`;
}

function code(text: string): string {
  const plain = printable(text).replace(/`/g, "'").replace(/\|/g, '¦');
  return plain === '' ? '' : `\`${plain}\``;
}
