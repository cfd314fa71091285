import type { Events } from './events';

/** What an invocation came to, as far as a load test counts it. */
export interface Outcome {
  /** From the invocation to its response, milliseconds. */
  responseMs: number;
  coldStart: boolean;
  /** Present where the function failed. */
  error?: { errorType: string; errorMessage: string };
}

/** When a function has had enough: after a time or a number of invocations. */
export interface LoadLimit {
  /** Milliseconds. */
  duration?: number;
  count?: number;
}

/** What a function did under load. */
export interface LoadResult {
  /** Milliseconds, in the order of the responses. */
  responseTimes: number[];
  coldStarts: number;
  errors: number;
  firstError?: { errorType: string; errorMessage: string };
}

export interface LoadOptions {
  events: Events;
  limit: LoadLimit;
  /** Invocations at a time. */
  concurrency: number;
  /** Ends the load early. */
  signal: AbortSignal;
  /** Milliseconds on a steady clock. */
  now?: () => number;
}

/**
 * Invokes a function again and again with its events in turn, each of `concurrency` callers as soon as it has its
 * response, until the limit. `onOutcome` is told after each.
 */
export async function applyLoad(
  invoke: (event: unknown) => Promise<Outcome>,
  options: LoadOptions,
  onOutcome: (result: LoadResult) => void,
): Promise<LoadResult> {
  const { events, limit, signal, now = () => performance.now() } = options;
  const result: LoadResult = { responseTimes: [], coldStarts: 0, errors: 0 };
  const end = now() + (limit.duration ?? Number.POSITIVE_INFINITY);
  const count = limit.count ?? Number.POSITIVE_INFINITY;
  let started = 0;

  const caller = async () => {
    while (!signal.aborted && started < count && (now() < end || started === 0)) {
      const outcome = await invoke(events[started++ % events.length]);
      record(result, outcome);
      onOutcome(result);
    }
  };
  await Promise.all(Array.from({ length: options.concurrency }, caller));
  return result;
}

function record(result: LoadResult, { responseMs, coldStart, error }: Outcome): void {
  result.responseTimes.push(responseMs);
  if (coldStart) result.coldStarts++;
  if (!error) return;
  result.errors++;
  result.firstError ??= error;
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
