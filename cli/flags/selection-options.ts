import { type Command, InvalidArgumentError, Option } from 'commander';
import type { LabelCondition } from '../../profile/analysis/filter';

/** Flags that select snapshots, and samples in them; see `Selection`. */
export function addSelection(command: Command): Command {
  return command
    .addOption(
      new Option('--since <time>', 'only snapshots from then on: 90m, 6h, 7d ago, or 2026-11-22T10:00').argParser(
        parseTime,
      ),
    )
    .addOption(new Option('--until <time>', 'only snapshots up to then').argParser(parseTime))
    .addOption(new Option('--version <version>', 'only this version of the function: 41, $LATEST'))
    .addOption(
      new Option('--instances <id,…>', 'only these execution environments').argParser((text) => parseInstances(text)),
    )
    .addOption(
      new Option('--label <key=value>', 'only samples with this label; repeatable').argParser(
        (text, earlier: LabelCondition[] = []) => [...earlier, parseLabel(text)],
      ),
    )
    .option('--cold-start', 'only the first invocation of each instance')
    .option('--errors', 'only invocations that failed or timed out')
    .addOption(
      new Option('--slowest <part>', 'only the slowest invocations of those, such as 1%').argParser((text) =>
        parsePart(text),
      ),
    )
    .addOption(pattern('--focus <regex>', 'only stacks in which a function name or file matches'))
    .addOption(pattern('--ignore <regex>', 'no stacks in which a function name or file matches'))
    .addOption(pattern('--hide <regex>', 'remove matching functions from their stacks'))
    .addOption(pattern('--show-from <regex>', 'drop the callers of the outermost matching function'));
}

/** The flag that selects one request, where the result is the profile of one side. */
export function requestOption(): Option {
  return new Option('--request <id>', 'only the invocation with this request id, as the log has it').argParser(
    parseRequest,
  );
}

function parseRequest(text: string): string {
  if (/^[\w-]{1,64}$/.test(text)) return text;
  throw new InvalidArgumentError('It is not a request id, such as 8f507cfc-xmpl-4697-b07a-ac58fc914c95.');
}

function pattern(flags: string, description: string): Option {
  return new Option(flags, description).argParser((text): RegExp => {
    try {
      return new RegExp(text, 'u');
    } catch (error) {
      throw new InvalidArgumentError(`It is not a regular expression: ${(error as Error).message}.`);
    }
  });
}

/** `1%` as 0.01. */
function parsePart(text: string): number {
  const part = Number(/^(\d+(?:\.\d+)?)%$/.exec(text)?.[1]) / 100;
  if (part > 0 && part <= 1) return part;
  throw new InvalidArgumentError('It is not a percentage such as 1% or 0.1%.');
}

function parseLabel(text: string): LabelCondition {
  const at = text.indexOf('=');
  if (at <= 0) throw new InvalidArgumentError('It is not of the form key=value.');
  return { key: text.slice(0, at), value: text.slice(at + 1) };
}

function parseInstances(text: string): string[] {
  const ids = text.split(',');
  if (ids.every((id) => /^[0-9a-f]{12}$/.test(id))) return ids;
  throw new InvalidArgumentError('Instances have names of 12 hex digits, as `fetch --json` lists them.');
}

const unitMs = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** Undefined: not of this form, or a day that its month does not have, which JavaScript takes for one of the next. */
function isoTime(text: string): string | undefined {
  const iso = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d+)?)?)(Z|[+-]\d\d:\d\d)?)?$/.exec(text);
  if (!iso || new Date(iso[1]).getUTCDate() !== Number(iso[1].slice(-2))) return undefined;
  return `${iso[1]}T${iso[2] ?? '00:00'}${iso[3] ?? 'Z'}`;
}

/** A time ago (`90m`, `6h`, `7d`), or an instant in ISO 8601, UTC where it names no zone. */
export function parseTime(text: string, _previous?: unknown, now = Date.now()): Date {
  const ago = /^(\d+)([smhd])$/.exec(text);
  const instant = ago
    ? new Date(now - Number(ago[1]) * unitMs[ago[2] as keyof typeof unitMs])
    : new Date(isoTime(text) ?? Number.NaN);
  if (!Number.isNaN(instant.getTime())) return instant;
  throw new InvalidArgumentError(
    'It is neither a time ago, such as 90m, 6h or 7d, nor one such as 2026-11-22T10:00 (UTC).',
  );
}
