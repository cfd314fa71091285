import type { Micros } from '../clock';
import type { Operation, Stretch } from './operation';

/** A stretch of time in which the thread was idle. */
export interface IdleTime {
  readonly start: Micros;
  readonly end: Micros;
  /** An instant at which the thread was seen to be idle. */
  readonly sampledAt: Micros;
}

/** A part of an idle time, and what it was spent on. */
export interface Wait<I extends IdleTime> {
  readonly idle: I;
  readonly time: Micros;
  /** Undefined: nothing was pending that is known. */
  readonly stretch: Stretch | undefined;
}

/**
 * Cuts idle times by the events that ended them: each instant belongs to the first event after it, as that ended the
 * idleness.
 *
 * Of an idle time only its sample is known to be idle, so where nothing was pending in a part of it, code was about to
 * start what was pending at the sample: the part goes with the sample.
 *
 * @param idleTimes in order of their start
 * @param stretches in order, without gaps
 */
export function attribute<I extends IdleTime>(idleTimes: readonly I[], stretches: readonly Stretch[]): Wait<I>[] {
  const waits: Wait<I>[] = [];
  let first = 0;
  for (const idle of idleTimes) {
    while (first < stretches.length && stretches[first].to <= idle.start) first++;
    let at = first;
    while (at < stretches.length && stretches[at].to < idle.sampledAt) at++;
    const sampled = known(stretches[at]);
    let from = idle.start;
    for (let i = first; from < idle.end; i++) {
      const to = i < stretches.length ? Math.min(stretches[i].to, idle.end) : idle.end;
      if (to > from) waits.push({ idle, time: to - from, stretch: known(stretches[i]) ?? sampled });
      from = Math.max(from, to);
    }
  }
  return waits;
}

/** Nothing, where nothing of it is known. */
function known(stretch: Stretch | undefined): Stretch | undefined {
  return stretch && waitedFor(stretch).length > 0 ? stretch : undefined;
}

/**
 * Whose wait a stretch was: the operation's that ended it. One that is not over belongs to all that is pending; to
 * timers only if there is nothing else, as most of them only guard what is.
 */
export function waitedFor({ operation, pending }: Stretch): readonly Operation[] {
  if (operation) return [operation];
  const alive = pending.filter(({ cancelled }) => !cancelled);
  const requests = alive.filter(({ kind }) => kind !== 'timer');
  return requests.length > 0 ? requests : alive;
}

/** All that was waited for at the same time. Timers that were cleared, or that have not fired, have only guarded it. */
export function waitedForTogether(stretch: Stretch): readonly Operation[] {
  if (!stretch.operation) return waitedFor(stretch);
  const others = stretch.pending.filter(
    ({ kind, cancelled, end }) => !cancelled && (kind !== 'timer' || end !== undefined),
  );
  return [stretch.operation, ...others];
}
