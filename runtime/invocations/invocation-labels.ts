import type { Label, Sample } from '../../profile/model/profile';
import { type Micros, toEpochMs } from '../clock';
import type { InvocationPart } from './invocations';
import { toLabels } from './to-labels';
import { BoundedSets, type UserLabels } from './user-labels';

/** A stretch of time, and the labels of what is sampled in it. */
export interface Window {
  start: Micros;
  end: Micros;
  labels: readonly Label[];
}

/** So many of the slowest invocations are distinguished, or so large a part if that is more. */
const TOLD_APART = 8;
const TOLD_APART_PART = 0.02;
/** Invocations of a snapshot that failed or timed out, and are distinguished, too: the slowest ones. */
const FAILED_TOLD_APART = 12;
/** Records of a snapshot that have the ids of their requests, so that ids stay a small part of it. */
const WITH_IDS = TOLD_APART + FAILED_TOLD_APART;

/**
 * The stretches of time in which samples fall that belong to invocations, with their labels. Label sets are few: a
 * label per invocation would multiply a snapshot's size. Only the slowest have one of their own, `slowest`, their rank.
 *
 * @param common labels that all of them have; one that an invocation sets itself takes its place
 */
export function windowsOf(parts: readonly InvocationPart[], common: readonly Label[]): Window[] {
  const ranks = ranksOf(parts);
  const sets = new BoundedSets();
  return parts.flatMap((part) => {
    const own = labelsOf(part, common, ranks.get(part));
    return stretches(part).map(({ start, end, labels }) => ({
      start,
      end,
      labels: overlaid(own, sets.bound(labels)),
    }));
  });
}

/**
 * A record of each invocation that has ended: a sample without a stack whose values are zero. Tools that add up samples
 * see nothing, and merging leaves it out; who wants to know what an invocation took finds it in the snapshot.
 */
export function recordsOf(parts: readonly InvocationPart[], common: readonly Label[]): Sample[] {
  const ranks = ranksOf(parts);
  const named = withIds(ranks);
  const sets = new BoundedSets();
  return parts
    .filter(({ invocation }) => invocation.end !== undefined)
    .map((part) => {
      const { start, end = start, cpu, timeline } = part.invocation;
      const startNanos = BigInt(Math.round(toEpochMs(start) * 1000)) * 1000n;
      return {
        locations: [],
        values: [0, 0, 0],
        labels: [
          { key: 'start', num: startNanos, unit: 'nanoseconds' },
          { key: 'wall', num: (end - start) * 1000, unit: 'nanoseconds' },
          ...(cpu === undefined ? [] : [{ key: 'cpu', num: cpu * 1000, unit: 'nanoseconds' }]),
          ...(named.has(part) ? idLabels(part) : []),
          ...overlaid(labelsOf(part, common, ranks.get(part)), sets.bound(timeline.labels)),
        ],
      };
    });
}

/**
 * The `duration` label: two steps an octave, each named by its upper end in milliseconds, rounded up: 1, 2, 3, 4, 6, 8,
 * 12, 16, 23, 32, …
 */
export function durationBucketMs(micros: Micros): number {
  const step = Math.max(0, Math.ceil(2 * Math.log2(micros / 1000)));
  return Math.ceil(2 ** (step / 2));
}

/** Rank by duration, from 1, of the invocations that are distinguished: the slowest ones, then those that failed. */
function ranksOf(parts: readonly InvocationPart[]): Map<InvocationPart, number> {
  const ended = parts.filter(({ invocation }) => invocation.end !== undefined);
  const slowestFirst = ended.sort((a, b) => durationOf(b) - durationOf(a) || a.start - b.start);
  const count = Math.max(TOLD_APART, Math.ceil(ended.length * TOLD_APART_PART));
  const failed = slowestFirst.slice(count).filter(({ invocation: { outcome } }) => outcome !== 'ok');
  const toldApart = [...slowestFirst.slice(0, count), ...failed.slice(0, FAILED_TOLD_APART)];
  return new Map(toldApart.map((part, i) => [part, i + 1]));
}

/** Those of the invocations distinguished whose records have ids: those that failed, and the slowest ones. */
function withIds(ranks: ReadonlyMap<InvocationPart, number>): Set<InvocationPart> {
  const byRank = [...ranks.keys()];
  const failed = byRank.filter(({ invocation: { outcome } }) => outcome !== 'ok').slice(0, FAILED_TOLD_APART);
  const others = byRank.filter(({ invocation: { outcome } }) => outcome === 'ok');
  return new Set([...failed, ...others].slice(0, WITH_IDS));
}

function idLabels({ invocation: { request } }: InvocationPart): Label[] {
  if (!request) return [];
  const { requestId, traceId } = request;
  return [{ key: 'request_id', str: requestId }, ...(traceId === undefined ? [] : [{ key: 'trace_id', str: traceId }])];
}

/** Of the whole invocation. */
function durationOf({ invocation: { start, end = start } }: InvocationPart): Micros {
  return end - start;
}

function labelsOf(part: InvocationPart, common: readonly Label[], rank: number | undefined): Label[] {
  const { coldStart, outcome, end } = part.invocation;
  const labels: Label[] = [
    { key: 'phase', str: 'invoke' },
    ...common,
    { key: 'cold_start', str: String(coldStart) },
    { key: 'outcome', str: outcome },
  ];
  if (end !== undefined)
    labels.push({ key: 'duration', num: durationBucketMs(durationOf(part)), unit: 'milliseconds' });
  if (rank !== undefined) labels.push({ key: 'slowest', num: rank, unit: '' });
  return labels;
}

/** The part cut where the user's labels change. */
function stretches({ invocation, start, end }: InvocationPart): { start: Micros; end: Micros; labels: UserLabels }[] {
  const { changes } = invocation.timeline;
  if (changes.length === 0) return [{ start, end, labels: {} }];
  return [{ start, labels: {} }, ...changes]
    .map((change, i) => ({
      start: Math.max(start, change.start),
      end: Math.min(end, changes[i]?.start ?? end),
      labels: change.labels,
    }))
    .filter((stretch) => stretch.end > stretch.start);
}

/** `own`, and the user's in place of those of the same key. */
function overlaid(own: readonly Label[], users: UserLabels): Label[] {
  return [...own.filter(({ key }) => !(key in users)), ...toLabels(users)];
}
