import type { ReservedLabel } from '../../lib/contract/labels';
import type { RecordedInvocation, Recording } from '../recording';
import type { LabelSet } from '../stacks/labels';

/** Which invocations are looked at. */
export type InvocationChoice =
  | { kind: 'all' }
  /** Those that began in a stretch of time, both ends in milliseconds since the epoch. */
  | { kind: 'range'; from: number; to: number }
  /** So many of a hundred, those that took longest. */
  | { kind: 'slowest'; percent: number }
  | { kind: 'one'; instance: string; start: number };

/** Records are as exact as that, in milliseconds. */
const MICROSECOND = 1e-3;

const ALL_INVOCATIONS: InvocationChoice = { kind: 'all' };

/** A choice as the page's address has it; empty: all. */
export function formatInvocationChoice(choice: InvocationChoice): string {
  switch (choice.kind) {
    case 'all':
      return '';
    case 'range':
      return `from ${choice.from} to ${choice.to}`;
    case 'slowest':
      return `slowest ${choice.percent}`;
    case 'one':
      return `at ${choice.start} in ${choice.instance}`;
  }
}

/** Reads {@link formatInvocationChoice}'s text; what it does not know is no choice. */
export function parseInvocationChoice(text: string): InvocationChoice {
  const [, from, to] = /^from ([\d.]+) to ([\d.]+)$/.exec(text) ?? [];
  if (from !== undefined) return { kind: 'range', from: Number(from), to: Number(to) };
  const [, percent] = /^slowest ([\d.]+)$/.exec(text) ?? [];
  if (percent !== undefined) return { kind: 'slowest', percent: Number(percent) };
  const [, start, instance] = /^at ([\d.]+) in (.*)$/s.exec(text) ?? [];
  if (start !== undefined) return { kind: 'one', start: Number(start), instance };
  return ALL_INVOCATIONS;
}

/** The chosen ones of `invocations`; at least one of the slowest, as long as there is any. */
export function chosenInvocations(
  invocations: readonly RecordedInvocation[],
  choice: InvocationChoice,
): readonly RecordedInvocation[] {
  switch (choice.kind) {
    case 'all':
      return invocations;
    case 'range':
      return invocations.filter(({ start }) => start >= choice.from && start <= choice.to);
    case 'one':
      return invocations.filter(
        ({ start, instance }) => Math.abs(start - choice.start) < MICROSECOND && instance === choice.instance,
      );
    case 'slowest': {
      const slowestFirst = invocations.toSorted((a, b) => b.wallNanos - a.wallNanos || a.start - b.start);
      return slowestFirst.slice(0, Math.ceil((invocations.length * choice.percent) / 100));
    }
  }
}

/** What the samples tell of chosen invocations. */
export interface InvocationMatch {
  /** 1 for each label set that a sample, or the record, of a chosen invocation has. */
  sets: Uint8Array;
  /** Invocations that were not chosen, and whose samples have the same labels as those of chosen ones. */
  others: number;
}

/** Labels that samples share with the record of their invocation. The user's may change while it runs. */
const SHARED_LABELS: readonly ReservedLabel[] = [
  'instance',
  'window',
  'version',
  'cold_start',
  'outcome',
  'duration',
  'slowest',
];

/**
 * The label sets by which the samples of the chosen invocations are known: by the snapshot, the rank among its slowest,
 * and otherwise by bucket of duration, outcome, and whether the start was cold. A large merge has samples without
 * snapshots and ranks; there fewer invocations can be distinguished.
 *
 * What was sampled of an invocation before it ended is in snapshots before that of its record, as `running`; see
 * {@link runningSets}.
 */
export function matchInvocations(
  { labels: { sets }, invocations }: Pick<Recording, 'labels' | 'invocations'>,
  chosen: readonly RecordedInvocation[],
): InvocationMatch {
  const keys = SHARED_LABELS.filter((key) => sets.some((set) => !set.isRecord && labelText(set, key) !== ''));
  const names = sets.map((set) => keys.map((key) => labelText(set, key)).join('\0'));
  const sampled = new Set(names.filter((_, i) => !sets[i].isRecord));
  const wanted = new Set(chosen.map(({ set }) => names[set]));
  const isChosen = new Set(chosen);
  const others = invocations.filter(
    (invocation) =>
      !isChosen.has(invocation) && wanted.has(names[invocation.set]) && sampled.has(names[invocation.set]),
  );
  const matched = Uint8Array.from(names, (name) => (wanted.has(name) ? 1 : 0));
  const undecided = new Set(others);
  for (const [set, owners] of runningSets(sets, invocations)) {
    if (!owners.some((owner) => isChosen.has(owner))) continue;
    matched[set] = 1;
    for (const owner of owners) if (!isChosen.has(owner)) undecided.add(owner);
  }
  return { sets: matched, others: undecided.size };
}

/**
 * The label sets of samples that were taken while an invocation had not ended, and whose they are: what began before the
 * end of their window, which is the beginning of the instance's next one, and ended after it. That is one invocation,
 * unless the instance has several at a time.
 */
function runningSets(
  sets: readonly LabelSet[],
  invocations: readonly RecordedInvocation[],
): Map<number, RecordedInvocation[]> {
  const owners = new Map<number, RecordedInvocation[]>();
  for (const [i, set] of sets.entries()) {
    if (set.isRecord || labelText(set, 'outcome') !== 'running') continue;
    const [instance, window] = [labelText(set, 'instance'), Number(labelText(set, 'window'))];
    const later = invocations.filter((each) => each.instance === instance && each.window > window);
    const end = later.reduce((first, each) => Math.min(first, each.window), Number.POSITIVE_INFINITY);
    const across = later.filter(({ start }) => start < end);
    owners.set(i, across);
  }
  return owners;
}

function labelText({ labels }: LabelSet, key: string): string {
  const label = labels.find((candidate) => candidate.key === key);
  if (label === undefined) return '';
  return 'str' in label ? label.str : String(label.num);
}
