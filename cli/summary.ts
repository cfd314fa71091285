import { formatValue } from '../profile/value-format';
import type { FetchedProfile, FetchedStack } from './fetch';
import { formatBytes, formatCount, formatTimeRange } from './format';
import { functionsTable, functionsTableJson, functionsTableLines } from './functions-table';
import type { SourceMapReport } from './source-maps';
import { type Paint, paintFor, printable, type Terminal } from './terminal';

/** Rows of a table of functions: what fits beside other things on a screen. */
const tableRows = 12;

/** How many skipped objects are named. */
const namedSkipped = 5;

/** What a fetch brought, for a person: ends with a line feed. */
export function fetchSummary(fetched: FetchedStack[], terminal: Terminal): string {
  const paint = paintFor(terminal.color);
  return `${fetched.flatMap((each) => stackLines(each, paint, terminal.width)).join('\n')}\n`;
}

function stackLines(fetched: FetchedStack, paint: Paint, width: number): string[] {
  const { stack, functions, profiles, skipped, sourceMaps } = fetched;
  const lines = [
    `${paint.bold(`Stack ${stack.name}`)}  account ${stack.account}, region ${stack.region}, bucket ${stack.bucket}`,
  ];
  for (const fn of functions) {
    const own = profiles.filter((profile) => profile.function === fn.name);
    lines.push('', `${paint.bold(fn.name)}  ${paint.dim(fn.lambdaName)}`);
    if (own.length === 0) lines.push('  no snapshots: it has not run since it was deployed, or they have expired');
    for (const profile of own) lines.push(...profileLines(profile));
    const shown = own.find((profile) => profile.type === 'wall') ?? own[0];
    if (shown) lines.push('', ...functionsTableLines(functionsTable(shown.profile, tableRows), paint, width));
  }
  return [...lines, ...sourceMapLines(sourceMaps), ...skippedLines(skipped), ''];
}

function profileLines(profile: FetchedProfile): string[] {
  const invocations = invocationNanos(profile);
  const facts = [
    `${formatCount(profile.snapshots, 'snapshot')} of ${formatCount(profile.instances, 'instance')}`,
    formatTimeRange(profile.from, profile.to),
    ...(invocations === undefined ? [] : [`${formatValue(invocations, 'nanoseconds')} in invocations`]),
  ];
  return [
    `  ${profile.type.padEnd(4)}  ${facts.join(', ')}`,
    `        ${profile.file} (${formatBytes(profile.bytes.length)})`,
  ];
}

/** How many functions are shown as they were written, and how the others could be. */
function sourceMapLines({ symbolized, withoutMap, withoutBundle, unusable }: SourceMapReport): string[] {
  const functions = (names: string[]) => formatCount(names.length, 'function');
  const lines = [
    ...(symbolized.length > 0 ? [`${functions(symbolized)} symbolized`] : []),
    ...(withoutMap.length > 0
      ? [`none in the bundles of ${functions(withoutMap)}; bundling: { sourceMap: true } puts them there`]
      : []),
    ...(withoutBundle.length > 0
      ? [
          `the bundles of ${functions(withoutBundle)} are not in cdk.out; fetch where their deployed version was synthesized`,
        ]
      : []),
    ...unusable.map(({ file, reason, remedy }) => `${printable(file)} is left out: ${reason}; ${remedy}`),
  ];
  return lines.length > 0 ? ['', ...lines.map((line) => `source maps: ${line}`)] : [];
}

function skippedLines(skipped: FetchedStack['skipped']): string[] {
  if (skipped.length === 0) return [];
  const others = skipped.length - namedSkipped;
  return [
    '',
    `${formatCount(skipped.length, 'object')} skipped:`,
    ...skipped.slice(0, namedSkipped).map(({ key, reason }) => `  ${printable(key)}: ${reason}`),
    ...(others > 0 ? [`  … and ${formatCount(others, 'other')}`] : []),
  ];
}

/** How much time in invocations a wall profile holds: `wall` counts just that. */
function invocationNanos({ type, profile }: FetchedProfile): number | undefined {
  const index = profile.sampleTypes.findIndex((each) => each.type === 'wall');
  if (type !== 'wall' || index < 0) return undefined;
  return profile.samples.reduce((sum, sample) => sum + Number(sample.values[index]), 0);
}

/** What a fetch brought, for programs: the value of `--json`. Fields are only ever added within a version. */
export function fetchJson(fetched: FetchedStack[]): object {
  return {
    version: 1,
    stacks: fetched.map(({ stack, functions, profiles, skipped, sourceMaps }) => ({
      stack: stack.name,
      account: stack.account,
      region: stack.region,
      bucket: stack.bucket,
      functions: functions.map((fn) => ({
        function: fn.name,
        lambdaName: fn.lambdaName,
        profiles: profiles.filter((profile) => profile.function === fn.name).map(profileJson),
      })),
      skipped,
      sourceMaps,
    })),
  };
}

function profileJson(profile: FetchedProfile): object {
  return {
    type: profile.type,
    file: profile.file,
    bytes: profile.bytes.length,
    snapshots: profile.snapshots,
    instances: profile.instances,
    from: profile.from.toISOString(),
    to: profile.to.toISOString(),
    invocationNanos: invocationNanos(profile),
    top: functionsTableJson(functionsTable(profile.profile, tableRows)),
  };
}
