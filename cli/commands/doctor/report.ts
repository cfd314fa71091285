import { formatCount } from '../../terminal/format';
import { paintFor, printable } from '../../terminal/printable';
import type { Terminal } from '../../terminal/terminal';
import { headed, wrapped } from '../../terminal/wrapped';
import type { Finding, StackFacts } from './facts';

/** A stack, and what was found. */
export interface Examined {
  facts: StackFacts;
  findings: Finding[];
}

/** What was found, for a person: a line for each finding, below it what to do. */
export function doctorText(identity: string, clock: Finding[], examined: Examined[], terminal: Terminal): string {
  const paint = paintFor(terminal.color);
  const blocks = [
    ...(clock.length > 0 ? [findingLines(clock, terminal)] : []),
    ...examined.map(({ facts: { name, region, stack }, findings }) => [
      ...headed(
        `Stack ${name}`,
        `${stack ? `account ${stack.account}` : identity}, region ${region}`,
        terminal.width,
        paint.bold,
      ),
      ...findingLines(findings, terminal),
    ]),
  ];
  const all = [...clock, ...examined.flatMap(({ findings }) => findings)];
  const errors = all.filter(({ level }) => level === 'error').length;
  const warnings = all.filter(({ level }) => level === 'warning').length;
  const verdict =
    errors + warnings === 0
      ? 'No problems found.'
      : `${formatCount(errors, 'error')}, ${formatCount(warnings, 'warning')}.`;
  return `${blocks.map((lines) => lines.join('\n')).join('\n\n')}\n\n${verdict}\n`;
}

export function errorsText(errors: number): string {
  return `${formatCount(errors, 'error was', 'errors were')} found.`;
}

/** Where messages stand at the narrowest beside their subjects, columns. */
const narrowest = 40;

function findingLines(findings: Finding[], terminal: Terminal): string[] {
  const paint = paintFor(terminal.color);
  const subjectWidth = Math.max(...findings.map(({ subject }) => subject.length));
  const indent = 'warning'.length + 2 + subjectWidth + 2;
  const room = Math.max(narrowest, terminal.width - indent);
  return findings.flatMap(({ level, subject, message, remedy }) => {
    const [first, ...rest] = wrapped(printable(message), room);
    const start = level === 'ok' ? paint.dim('ok'.padEnd(7)) : paint.bold(level.padEnd(7));
    return [
      `${start}  ${printable(subject).padEnd(subjectWidth)}  ${first}`,
      ...rest.map((line) => ' '.repeat(indent) + line),
      ...(remedy ?? '')
        .split('\n')
        .filter((line) => line !== '')
        .flatMap((line) => wrapped(`→ ${printable(line)}`, room))
        .map((line) => `${' '.repeat(indent)}${paint.dim(line)}`),
    ];
  });
}

/** The same for programs. Fields are only ever added within a version. */
export function doctorJson(clock: Finding[], examined: Examined[]): object {
  return {
    version: 1,
    findings: clock,
    stacks: examined.map(({ facts, findings }) => ({
      stack: facts.name,
      account: facts.stack?.account ?? null,
      region: facts.region,
      status: facts.status,
      stores: facts.stores.map(({ bucket, prefix, region }) => ({ bucket, prefix, region: region ?? null })),
      functions: facts.functions.map(({ name, lambdaName, configuration, snapshots }) => ({
        function: name,
        lambdaName,
        lastModified: configuration?.lastModified ?? null,
        snapshots: snapshots.count,
        instances: snapshots.instances,
        last: snapshots.last ?? null,
      })),
      findings,
    })),
  };
}
