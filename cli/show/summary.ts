import { type CostReport, costText } from '../../profile/analysis/cost-report';
import { outsideMainThreadText } from '../../profile/analysis/process-time';
import { formatPercent, formatValue } from '../../profile/model/value-format';
import type { FetchedStack, WrittenProfile } from '../fetch/fetch-stack';
import { type FunctionStrain, strainTexts } from '../snapshots/instance-strain';
import { type SlowestReport, slowestText } from '../snapshots/slowest';
import type { SourceMapReport } from '../source-maps/symbolizer';
import { bucketsText, type ProfiledStack } from '../stacks/stack-outputs';
import { formatBytes, formatCount, formatTimeRange } from '../terminal/format';
import { type Paint, paintFor, printable } from '../terminal/printable';
import type { Terminal } from '../terminal/terminal';
import { headed, indented, wrapped } from '../terminal/wrapped';
import { functionsTableJson, functionsTableLines } from './functions-table';
import type { ProfileFigures } from './profile-figures';

/** A merged profile, its file, and what is said of it. */
export interface ShownProfile extends WrittenProfile {
  figures: ProfileFigures;
}

/** How many skipped objects are named. */
const namedSkipped = 5;

/** What a fetch brought, for a person: ends with a line feed. */
export function fetchSummary(fetched: FetchedStack<ShownProfile>[], terminal: Terminal): string {
  const paint = paintFor(terminal.color);
  return `${fetched.flatMap((each) => stackLines(each, paint, terminal.width)).join('\n')}\n`;
}

function stackLines(fetched: FetchedStack<ShownProfile>, paint: Paint, width: number): string[] {
  const { stack, functions, profiles, skipped, unselected, unreadable, sourceMaps, slowest, strain, priceNote } =
    fetched;
  const lines = stackTitle(stack, paint, width);
  for (const fn of functions) {
    const own = profiles.filter((profile) => profile.function === fn.name);
    lines.push('', `${paint.bold(fn.name)}  ${paint.dim(fn.lambdaName)}`);
    if (own.length === 0) lines.push(...indented(whyNothing(fetched), width, 2));
    for (const profile of own) lines.push(...profileLines(profile, width));
    const reports = slowest.filter((each) => each.function === fn.name);
    lines.push(...reports.flatMap((each) => indented(slowestText(each), width, 2)));
    const strained = strain.filter((each) => each.function === fn.name).flatMap(strainTexts);
    lines.push(...strained.flatMap(({ message, remedy }) => indented(`${message} ${remedy}`, width, 2)));
    const shown = own.find((profile) => profile.type === 'wall') ?? own[0];
    if (shown) lines.push('', ...functionsTableLines(shown.figures.functions, paint, width));
  }
  return [
    ...lines,
    ...sourceMapLines(sourceMaps, width),
    ...(priceNote === undefined ? [] : ['', ...wrapped(`cost: ${priceNote}`, width)]),
    ...unselectedLines(unselected),
    ...missingBlocks({ unreadable, skipped }).flatMap((lines) => ['', ...lines]),
    '',
  ];
}

/** The stack, and where it is: every command begins with that. */
export function stackTitle(stack: ProfiledStack, paint: Paint, width: number): string[] {
  const where = `account ${stack.account}, region ${stack.region}, ${bucketsText(stack)}`;
  return headed(`Stack ${stack.name}`, where, width, paint.bold);
}

function whyNothing({ cached, unselected }: FetchedStack): string {
  if (cached) return 'nothing of it was fetched before, or not this type of profile';
  if (unselected > 0) return 'no snapshot of it is selected';
  return 'no snapshots: it has not run since it was deployed, on no profiled instance (one in four below 1 GB), or they have expired';
}

function profileLines(profile: ShownProfile, width: number): string[] {
  const { time, cost, outsideMainThread } = profile.figures;
  const facts = [
    `${formatCount(profile.snapshots, 'snapshot')} of ${formatCount(profile.instances.length, 'instance')}`,
    formatTimeRange(profile.from, profile.to),
    ...(time === undefined ? [] : [`${formatValue(time.wall, 'nanoseconds')} in invocations`]),
    ...(time?.idle === undefined ? [] : [`${formatPercent(time.idle, time.wall)} idle`]),
  ];
  const [first, ...rest] = wrapped(facts.join(', '), width - 8);
  return [
    `  ${profile.type.padEnd(4)}  ${first}`,
    ...rest.map((line) => `        ${line}`),
    ...(cost ? indented(`cost of that time: ${costText(cost)}`, width, 8) : []),
    ...(outsideMainThread > 0 ? indented(outsideMainThreadText(outsideMainThread), width, 8) : []),
    `        ${profile.file} (${formatBytes(profile.bytes.length)})`,
  ];
}

/** How many functions are shown as they were written, and how the others could be. */
function sourceMapLines({ symbolized, withoutMap, withoutBundle, unusable }: SourceMapReport, width: number): string[] {
  const functions = (names: string[]) => formatCount(names.length, 'function');
  const lines = [
    ...(symbolized.length > 0 ? [`${functions(symbolized)} symbolized`] : []),
    ...(withoutMap.length > 0
      ? [`none in the bundles of ${functions(withoutMap)}; bundling: { sourceMap: true } adds them`]
      : []),
    ...(withoutBundle.length > 0
      ? [
          `none were deployed with ${functions(withoutBundle)}, and the bundles are not in cdk.out; fetch where they were synthesized, or deploy with sourceMaps`,
        ]
      : []),
    ...unusable.map(({ file, reason, remedy }) => `${printable(file)} is skipped: ${reason}; ${remedy}`),
  ];
  return lines.length > 0 ? ['', ...lines.flatMap((line) => wrapped(`source maps: ${line}`, width))] : [];
}

function unselectedLines(unselected: number): string[] {
  return unselected === 0 ? [] : ['', `${formatCount(unselected, 'other snapshot')} not selected`];
}

/** What could not be read, in blocks of lines: buckets, and objects, the first of them by name. */
export function missingBlocks({ unreadable, skipped }: Pick<FetchedStack, 'unreadable' | 'skipped'>): string[][] {
  const buckets = unreadable.map(({ bucket, reason, remedy }) => [
    `bucket ${bucket} is skipped: ${reason}`,
    ...remedy.split('\n').map((line) => `  ${line}`),
  ]);
  if (skipped.length === 0) return buckets;
  const others = skipped.length - namedSkipped;
  const remedies = new Set(skipped.flatMap(({ remedy }) => remedy ?? []));
  const objects = [
    `${formatCount(skipped.length, 'object')} skipped:`,
    ...skipped.slice(0, namedSkipped).map(({ key, reason }) => `  ${printable(key)}: ${reason}`),
    ...(others > 0 ? [`  … and ${formatCount(others, 'other')}`] : []),
    ...[...remedies].flatMap((remedy) => remedy.split('\n').map((line) => `  ${line}`)),
  ];
  return [...buckets, objects];
}

/** What a fetch brought, for programs: the value of `--json`. Fields are only ever added within a version. */
export function fetchJson(fetched: FetchedStack<ShownProfile>[]): object {
  return {
    version: 1,
    stacks: fetched.map(({ stack, functions, profiles, skipped, unselected, unreadable, sourceMaps, ...more }) => ({
      stack: stack.name,
      account: stack.account,
      region: stack.region,
      stores: stack.stores,
      unreadable,
      unselected,
      functions: functions.map((fn) => ({
        function: fn.name,
        lambdaName: fn.lambdaName,
        profiles: profiles.filter((profile) => profile.function === fn.name).map(profileJson),
        ...strainJson(more.strain.find((each) => each.function === fn.name)),
      })),
      skipped,
      sourceMaps,
      slowest: more.slowest.map(slowestJson),
      priceNote: more.priceNote,
    })),
  };
}

function profileJson(profile: ShownProfile): object {
  const { time, cost, functions, outsideMainThread } = profile.figures;
  return {
    type: profile.type,
    file: profile.file,
    bytes: profile.bytes.length,
    snapshots: profile.snapshots,
    instances: profile.instances.length,
    instanceIds: profile.instances,
    from: profile.from.toISOString(),
    to: profile.to.toISOString(),
    invocationNanos: time?.wall,
    idleNanos: time?.idle,
    outsideMainThreadNanos: outsideMainThread > 0 ? outsideMainThread : undefined,
    cost: cost && costJson(cost),
    top: functionsTableJson(functions),
  };
}

function slowestJson({ function: fn, part, threshold, cut }: SlowestReport): object {
  const { selected, invocations, wallNanos } = threshold;
  return { function: fn, part, invocations, selected, missing: cut, thresholdNanos: wallNanos };
}

/** Absent: profiling held no instance long, and had enough time on all. */
function strainJson(strain: FunctionStrain | undefined): object {
  if (!strain) return {};
  const { instances, held, leftOut } = strain;
  return { profilingStrain: { instances, held, leftOut } };
}

/** Dollars. */
function costJson({ nanodollars, perInvocation, perMonth }: CostReport): object {
  return {
    dollars: nanodollars / 1e9,
    perMillionInvocations: perInvocation === undefined ? undefined : (perInvocation * 1e6) / 1e9,
    perMonth: perMonth && {
      dollars: perMonth.nanodollars / 1e9,
      from: new Date(perMonth.rate.from).toISOString(),
      to: new Date(perMonth.rate.to).toISOString(),
      invocations: perMonth.rate.invocations,
    },
  };
}
