import { appendFile } from 'node:fs/promises';
import { diffFunctions } from '../../../profile/analysis/compare/diff';
import { type FunctionValues, functionValuesOf } from '../../../profile/analysis/compare/function-values';
import { compareRates } from '../../../profile/analysis/compare/regressions';
import { costSampleType } from '../../../profile/analysis/cost';
import type { ValueType } from '../../../profile/model/profile';
import type { SampleTypes } from '../../../profile/model/sample-type';
import { findSource, type SourceOptions, withStores } from '../../fetch/source';
import { priceNote } from '../../fetch/time-price';
import { mainSampleTypeIndex } from '../../show/functions-table';
import { readSelected, requireSampleType } from '../../show/profile-input';
import { selectionText } from '../../snapshots/selection';
import { slowestText } from '../../snapshots/slowest';
import { CommandError, exitCodes } from '../../terminal/command-error';
import { formatCount } from '../../terminal/format';
import type { Io } from '../../terminal/io';
import { type DiffReport, diffJson, diffMarkdown, diffText, type Gate } from './diff-report';
import { sidesOf } from './diff-sides';
import type { SnapshotSide } from './side-collector';
import { diffSnapshots, type SnapshotDiff } from './snapshot-diff';

export interface DiffOptions extends SourceOptions {
  /** Sides of a comparison of snapshots; see `sidesOf`. */
  base?: string;
  target?: string;
  sampleType?: string;
  count: number;
  /** Increase that fails, as a part. */
  failOn?: number;
  json?: boolean;
}

/** Functions that take less of all are not compared by the gate: their rates are uncertain, and nobody feels them. */
const leastShare = 0.02;

/** `profiled-fn diff`: what has changed between two files, or between two parts of a function's snapshots. */
export async function runDiff(files: string[], options: DiffOptions, io: Io): Promise<void> {
  const report = files.length === 0 ? await snapshotReport(options, io) : await fileReport(files, options, io);
  if (options.json) io.json(diffJson(report));
  else io.result(diffText(report, io.terminal));
  const summary = process.env.GITHUB_STEP_SUMMARY;
  if (summary) await writeSummary(summary, diffMarkdown(report));
  if (report.gate) requirePassed(report.gate);
}

async function fileReport(files: string[], options: DiffOptions, io: Io): Promise<DiffReport> {
  const [first, second] = files;
  if (files.length !== 2 || first === undefined || second === undefined) {
    throw usage(`${formatCount(files.length, 'file')} cannot be compared.`, 'Name two: profiled-fn diff OLD NEW.');
  }
  if (options.base !== undefined || options.target !== undefined || options.failOn !== undefined) {
    throw usage(
      '--base, --target and --fail-on compare snapshots, and files hold none.',
      'Leave the files out, and name a function: --stack S --function F --base 41 --fail-on +10%.',
    );
  }
  const [base, target] = [await readSelected(first, options, io), await readSelected(second, options, io)];
  const baseIndex = sampleTypeOf(options, first)(base.profile);
  const sampleType = base.profile.sampleTypes[baseIndex] ?? { type: '', unit: '' };
  const targetIndex = requireSampleType(target.profile, sampleType.type, second);
  const values = [functionValuesOf(base.profile, baseIndex), functionValuesOf(target.profile, targetIndex)] as const;
  requireSome(values, sampleType, options);
  const rows = diffFunctions(...values).rows.slice(0, options.count);
  return { title: 'Shares', base: first, target: second, sampleType, rows };
}

async function snapshotReport(options: DiffOptions, io: Io): Promise<DiffReport> {
  if (options.base === undefined) {
    throw usage('There is nothing to compare.', 'Name two files, or parts of the snapshots: --base 41 --target 42.');
  }
  const sides = sidesOf(options.base, options.target);
  const source = await findSource({ ...options, type: options.type ?? 'wall' }, io);
  const { stack, functions } = source.request;
  const [fn] = functions;
  if (fn === undefined || functions.length > 1) {
    throw new CommandError(
      `The stack has several profiled functions: ${functions.map(({ name }) => name).join(', ')}.`,
      'Choose one with --function.',
    );
  }
  const choose = sampleTypeOf(options, fn.name);
  const pricing =
    options.sampleType === costSampleType.type ? { region: stack.region, perGbSecond: options.price } : undefined;
  const diff = await withStores(source, io, (stores, onProgress) =>
    diffSnapshots(stores, fn, source.request, sides, choose, onProgress, pricing),
  );
  if (pricing && priceNote(pricing)) io.note(`Cost: ${priceNote(pricing)}`);
  for (const { side, slowest } of [diff.base, diff.target]) {
    if (slowest && options.slowest !== undefined)
      io.note(`${side.text}: ${slowestText({ part: options.slowest, ...slowest })}`);
  }
  const [sampleType, other] = [diff.base, diff.target].map((side) => comparedType(side, diff, options));
  if (other.type !== sampleType.type) {
    throw new CommandError(
      `The sides count different things: ${sampleType.type} and ${other.type}.`,
      'Choose the compared values with --sample-type.',
    );
  }
  requireSome([diff.base.values, diff.target.values], sampleType, options);
  return {
    title: `${stack.name}/${fn.name}`,
    base: diff.base.side.text,
    target: diff.target.side.text,
    snapshots: [diff.base.shares.snapshots, diff.target.shares.snapshots],
    sampleType,
    rows: diffFunctions(diff.base.values, diff.target.values).rows.slice(0, options.count),
    missing: { unreadable: diff.unreadable, skipped: diff.skipped },
    ...(options.failOn !== undefined && { gate: gateOf(diff, options.failOn) }),
  };
}

/**
 * Of nothing a gate would say that it has not become slower.
 *
 * @throws CommandError if neither side has anything to compare
 */
function requireSome(sides: readonly FunctionValues[], { type }: ValueType, options: DiffOptions): void {
  if (sides.some(({ whole }) => whole !== 0)) return;
  const flags = selectionText(options);
  throw new CommandError(
    `Neither side has any ${type || 'value'}${flags === '' ? '' : ` that ${flags} selects`}.`,
    'Select less narrowly, or choose the compared values with --sample-type.',
  );
}

/** Values per invocation where all snapshots tell them: shares hide that everything has become slower. */
function gateOf({ base, target }: SnapshotDiff, failOn: number): Gate {
  const options = { failOn, leastShare };
  const perInvocation =
    base.perInvocation && target.perInvocation && compareRates(base.perInvocation, target.perInvocation, options);
  const comparison = perInvocation ?? compareRates(base.shares, target.shares, options);
  return {
    ...comparison,
    failOn,
    per: perInvocation ? 'invocation' : 'share',
    functions: new Map([...base.values.functions, ...target.values.functions]),
  };
}

/** @throws CommandError if no snapshot is on the side */
function comparedType(
  { side, sampleType }: SnapshotSide,
  { read, versions }: SnapshotDiff,
  { version, since, until, instances }: DiffOptions,
): ValueType {
  if (sampleType) return sampleType;
  const flags = selectionText({ version, since, until, instances });
  throw new CommandError(
    `None of the ${formatCount(read, 'snapshot')} matches ${side.text}${flags === '' ? '' : ` and ${flags}`}.`,
    versions.length > 0
      ? `There are snapshots of version ${versions.join(', ')}.`
      : 'Invoke the function, and try again.',
  );
}

function sampleTypeOf({ sampleType }: DiffOptions, of: string): (of: SampleTypes) => number {
  return (profile) =>
    sampleType === undefined ? mainSampleTypeIndex(profile) : requireSampleType(profile, sampleType, of);
}

function requirePassed({ verdict, regressions }: Gate): void {
  if (verdict === 'regression') {
    throw new CommandError(
      `${formatCount(regressions.length, 'function')} became slower.`,
      'Look at it with `profiled-fn fetch --version …`.',
      { exitCode: exitCodes.regression },
    );
  }
  if (verdict === 'inconclusive') {
    throw new CommandError(
      'The comparison is inconclusive: too few snapshots for how much they differ.',
      'Let it run for longer, or allow more with --fail-on.',
      { exitCode: exitCodes.inconclusive },
    );
  }
}

async function writeSummary(path: string, markdown: string): Promise<void> {
  try {
    await appendFile(path, markdown);
  } catch (error) {
    throw new CommandError(
      `Cannot write to GITHUB_STEP_SUMMARY, ${path} (${(error as NodeJS.ErrnoException).code}).`,
      'Check the path, or unset the variable.',
      { cause: error },
    );
  }
}

function usage(message: string, remedy: string): CommandError {
  return new CommandError(message, remedy, { exitCode: exitCodes.usage });
}
