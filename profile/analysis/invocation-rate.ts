import type { InvocationRecord } from './invocation-records';

/** How much ran in a stretch of time of which everything is known. */
export interface InvocationRate {
  /** Milliseconds since the epoch; what began at `from` itself is not counted. */
  from: number;
  to: number;
  invocations: number;
  /** Of all of them. */
  wallNanos: number;
}

/** Below this a rate says nothing about a month. */
const shortestMs = 60_000;

/**
 * The rate of invocations in the latest time of which the records tell everything; undefined if that is too short.
 *
 * An instance keeps its latest snapshots only, so the further back, the more is missing. What remains of an instance is
 * complete from its first record on, and all of it where this is a cold start. So nothing is missing after the latest
 * first record of those instances whose cold start has gone. The time begins with an invocation, which therefore does
 * not count: otherwise two a day would make two in a day, not one.
 */
export function invocationRate(records: readonly InvocationRecord[]): InvocationRate | undefined {
  const first = new Map<string, InvocationRecord>();
  for (const record of records) {
    const known = first.get(record.instance);
    if (!known || record.start < known.start) first.set(record.instance, record);
  }
  const starts = [...first.values()];
  const earliest = starts.reduce((least, { start }) => Math.min(least, start), Number.POSITIVE_INFINITY);
  const from = starts
    .filter(({ coldStart }) => !coldStart)
    .reduce((latest, { start }) => Math.max(latest, start), earliest);
  let to = from;
  let invocations = 0;
  let wallNanos = 0;
  for (const record of records) {
    to = Math.max(to, record.start + record.wallNanos / 1e6);
    if (record.start <= from) continue;
    invocations++;
    wallNanos += record.wallNanos;
  }
  return to - from < shortestMs || invocations === 0 ? undefined : { from, to, invocations, wallNanos };
}

/** Hours in a month, as AWS's calculators have it. */
const monthHours = 730;

/** How often `rate`'s time is in a month. */
export function timesAMonth({ from, to }: InvocationRate): number {
  return (monthHours * 3_600_000) / (to - from);
}
