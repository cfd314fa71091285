import { setMaxListeners } from 'node:events';
import { setTimeout as sleepFor } from 'node:timers/promises';
import type { Events } from './events';

/** What a call came to, as far as a load test counts it. */
export type Outcome =
  | {
      /** From the invocation to its response, milliseconds. */
      responseMs: number;
      /** Undefined: not known. */
      coldStart?: boolean;
      /** How long initialization took, where that is known, milliseconds. */
      initMs?: number;
      /** Present where the function failed. */
      error?: CallError;
    }
  /** Refused, because there are too many at a time. */
  | 'throttled'
  /** Ended by us. */
  | 'aborted'
  /** No response, for a reason that may go away. */
  | { noResponse: CallError };

export interface CallError {
  errorType: string;
  errorMessage: string;
}

/** When a function has had enough: after a time or a number of invocations. */
export interface LoadLimit {
  /** Milliseconds. */
  duration?: number;
  count?: number;
}

/** What a function did under load. */
export interface LoadResult {
  /** Milliseconds, in the order of the responses, those that say that the function failed too. */
  responseTimes: number[];
  /** Responses that say that all went well. */
  succeeded: number;
  /** Milliseconds, of the cold starts of which it is known. */
  initTimes: number[];
  /** Responses of which it is known whether they came from a cold start. */
  coldStartsKnown: number;
  coldStarts: number;
  throttled: number;
  /** By type, with the first message of each, in the order in which they came. */
  errors: (CallError & { count: number })[];
  /** Started later than the rate asks for, because all callers were busy. */
  late: number;
  /** From the first start to the last response, milliseconds. */
  elapsedMs: number;
  /** What made it impossible to go on. */
  failure?: unknown;
}

export interface LoadOptions {
  events: Events;
  limit: LoadLimit;
  /** Invocations at a time. */
  concurrency: number;
  /** Starts a second. @default - each caller as soon as it has its response */
  rate?: number;
  /** Ends the load early. */
  signal: AbortSignal;
  /** Milliseconds on a steady clock. */
  now?: () => number;
  sleep?: (ms: number, signal: AbortSignal) => Promise<void>;
}

/** How long a caller waits after it was refused, milliseconds: refusals alone must not make the load. */
const throttlePauseMs = 200;

/** How late a start may be before it counts as late, milliseconds. */
const toleranceMs = 50;

/** How many invocations ended with an error. */
export function errorCount({ errors }: LoadResult): number {
  return errors.reduce((sum, { count }) => sum + count, 0);
}

/**
 * Invokes a function again and again with its events in turn until the limit: each of `concurrency` callers as soon as
 * it has its response, or, with a rate, at that rate as long as a caller is free. `onOutcome` is told after each.
 *
 * What `invoke` throws ends the load and becomes its `failure`; what is under way is waited for.
 */
export async function applyLoad(
  invoke: (event: unknown) => Promise<Outcome>,
  options: LoadOptions,
  onOutcome: (result: LoadResult) => void,
): Promise<LoadResult> {
  const { events, limit, rate, signal, now = () => performance.now(), sleep = abortableSleep } = options;
  const result = emptyResult();
  const begin = now();
  const end = begin + (limit.duration ?? Number.POSITIVE_INFINITY);
  const count = limit.count ?? Number.POSITIVE_INFINITY;
  let started = 0;
  const over = new AbortController();
  setMaxListeners(0, over.signal); // each caller that waits listens
  const stop = () => over.abort();
  if (signal.aborted) stop();
  signal.addEventListener('abort', stop);
  const goesOn = (at: number) => !over.signal.aborted && started < count && (at < end || started === 0);

  const caller = async () => {
    while (true) {
      const due = rate === undefined ? now() : begin + (started * 1000) / rate;
      if (!goesOn(due)) return;
      const event = events[started++ % events.length];
      if (due > now()) await sleep(due - now(), over.signal);
      else if (now() - due > toleranceMs) result.late++;
      if (over.signal.aborted) return;
      try {
        const outcome = await invoke(event);
        record(result, outcome);
        result.elapsedMs = now() - begin;
        onOutcome(result);
        if (outcome === 'throttled') await sleep(throttlePauseMs, over.signal);
      } catch (error) {
        result.failure ??= error;
        stop();
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(options.concurrency, count) }, caller));
  signal.removeEventListener('abort', stop);
  return result;
}

function emptyResult(): LoadResult {
  return {
    responseTimes: [],
    succeeded: 0,
    initTimes: [],
    coldStartsKnown: 0,
    coldStarts: 0,
    throttled: 0,
    errors: [],
    late: 0,
    elapsedMs: 0,
  };
}

function record(result: LoadResult, outcome: Outcome): void {
  if (outcome === 'aborted') return;
  if (outcome === 'throttled') {
    result.throttled++;
    return;
  }
  if ('noResponse' in outcome) {
    recordError(result, outcome.noResponse);
    return;
  }
  const { responseMs, coldStart, initMs, error } = outcome;
  result.responseTimes.push(responseMs);
  if (coldStart !== undefined) result.coldStartsKnown++;
  if (coldStart) result.coldStarts++;
  if (initMs !== undefined) result.initTimes.push(initMs);
  if (error) recordError(result, error);
  else result.succeeded++;
}

function recordError({ errors }: LoadResult, error: CallError): void {
  const known = errors.find(({ errorType }) => errorType === error.errorType);
  if (known) known.count++;
  else errors.push({ ...error, count: 1 });
}

/** Ends early, without a word, where the signal says so. */
async function abortableSleep(ms: number, signal: AbortSignal): Promise<void> {
  await sleepFor(ms, undefined, { signal }).catch((error) => {
    if (!signal.aborted) throw error;
  });
}

/**
 * The value below which `share` (0 to 1) of `values` lie, by the nearest rank: always one that occurred.
 *
 * @see https://en.wikipedia.org/wiki/Percentile#The_nearest-rank_method
 */
export function percentile(values: number[], share: number): number {
  if (values.length === 0) return Number.NaN;
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
}
