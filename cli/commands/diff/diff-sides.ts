import type { LabelCondition } from '../../../profile/analysis/filter';
import { parseTime } from '../../flags/selection-options';
import { isSelected, type SnapshotFacts } from '../../snapshots/selection';
import { CommandError, exitCodes } from '../../terminal/command-error';

/** One of the two sides of a comparison: which snapshots it takes, and which samples of them. */
export interface Side {
  /** For people: `version 41`. */
  text: string;
  takes(facts: SnapshotFacts): boolean;
  label: LabelCondition[];
}

/**
 * The two sides of a comparison of snapshots. Each is `key=value` pairs, joined with commas: `version`, `since`, `until`
 * or a label; a version may stand alone, `41` or `v41`.
 *
 * @param target - default: all versions newer than that of `base`
 * @throws CommandError if a side makes no sense
 */
export function sidesOf(base: string, target: string | undefined): [base: Side, target: Side] {
  const before = parseSide('--base', base);
  if (target !== undefined) return [before.side, parseSide('--target', target).side];
  const { version } = before;
  if (version === undefined || !/^\d+$/.test(version)) {
    throw usage(`--base ${base} does not say what to compare with.`, 'Say it with --target, for example --target 42.');
  }
  const isNewer = (each: string) => each === '$LATEST' || (/^\d+$/.test(each) && Number(each) > Number(version));
  return [
    before.side,
    { text: `versions after ${version}`, takes: (facts) => isNewer(facts.version), label: before.side.label },
  ];
}

function parseSide(flag: string, text: string): { side: Side; version?: string } {
  const selection: { since?: Date; until?: Date; version?: string } = {};
  const label: LabelCondition[] = [];
  for (const part of text.split(',')) {
    const [key, value] = pairOf(part);
    if (value === '') throw usage(`${flag} ${text} is not of the form key=value,….`, 'For example: --base version=41.');
    if (key === 'version') selection.version = value;
    else if (key === 'since' || key === 'until') selection[key] = timeOf(flag, value);
    else label.push({ key, value });
  }
  const side = {
    text: text
      .split(',')
      .map((part) => pairOf(part).join(' '))
      .join(', '),
    takes: (facts: SnapshotFacts) => isSelected(selection, facts),
    label,
  };
  return { side, version: selection.version };
}

function pairOf(part: string): [key: string, value: string] {
  const at = part.indexOf('=');
  if (at < 0) return ['version', part.replace(/^v(?=\d+$)/, '')];
  return [part.slice(0, at), part.slice(at + 1)];
}

function timeOf(flag: string, text: string): Date {
  try {
    return parseTime(text);
  } catch (error) {
    throw usage(`${flag}: ${text} is not a time.`, (error as Error).message);
  }
}

function usage(message: string, remedy: string): CommandError {
  return new CommandError(message, remedy, { exitCode: exitCodes.usage });
}
