import { Variable } from '../../../lib/contract/environment';
import { DEFAULT_PROFILES } from '../../../lib/contract/profile-types';
import type { ExecutionEnvironmentOptions } from '../../../local/lambda/execution-environment';
import { FunctionPool } from '../../../local/lambda/function-pool';
import { type Events, readEvents } from '../../load/events';
import { applyLoad, errorCount, type LoadLimit, type LoadResult } from '../../load/load';
import type { Io } from '../../terminal/io';
import { type LocalFunction, namesOf } from './profiled-functions';

/** How the functions of an app are put under load. */
export interface RunOptions {
  limit: LoadLimit;
  /** Execution environments of each function. */
  concurrency: number;
  /** Folder with files of events. */
  events?: string;
  /** Environment variables that replace or add to those of the template. */
  env: Record<string, string>;
  /** Print what the functions write. */
  logs: boolean;
  /** How to start a function's environments. */
  launch(fn: LocalFunction): ExecutionEnvironmentOptions;
  signal: AbortSignal;
}

/** What a function did. */
export interface FunctionLoad {
  fn: LocalFunction;
  result: LoadResult;
  /** Present where it had Lambda's share of a processor: how long it waited for it in its invocations, milliseconds. */
  throttledMs?: number;
  /** Invocations that the timeout ended after their response. */
  killedAfterResponse: number;
}

/**
 * Invokes all functions at the same time until each has reached its limit, then shuts their environments down, which
 * makes them write their last windows.
 */
export async function runLoad(functions: LocalFunction[], options: RunOptions, io: Io): Promise<FunctionLoad[]> {
  const runs = functions.map((fn) => ({ fn, events: readEvents(options.events, namesOf(fn)) }));
  const counts = new Map<LocalFunction, LoadResult>();
  const loads = runs.map((run) =>
    loadFunction(run.fn, run.events, options, io, (result) => {
      counts.set(run.fn, result);
      io.progress.show(() => progressText(counts));
    }),
  );
  // All pools are closed before the first failure is thrown: nothing is left running.
  const settled = await Promise.allSettled(loads);
  io.progress.clear();
  return settled.map((each) => {
    if (each.status === 'rejected') throw each.reason;
    return each.value;
  });
}

async function loadFunction(
  fn: LocalFunction,
  events: Events,
  options: RunOptions,
  io: Io,
  onOutcome: (result: LoadResult) => void,
): Promise<FunctionLoad> {
  const deployed = { ...fn.deployed, environment: { ...withInitAndWaits(fn.deployed.environment), ...options.env } };
  const onOutput = options.logs ? (line: string) => io.note(`[${fn.name}] ${line}`) : undefined;
  const pool = new FunctionPool(deployed, { ...options.launch(fn), onOutput }, options.concurrency);
  const close = () => void pool.close();
  options.signal.addEventListener('abort', close, { once: true });
  try {
    const { limit, concurrency, signal } = options;
    const afterResponse = new Set<Promise<unknown>>();
    let throttledMs: number | undefined;
    let killedAfterResponse = 0;
    const invoke = async (event: unknown) => {
      const outcome = await pool.invoke(event);
      const ended = outcome.report.then((report) => {
        afterResponse.delete(ended);
        if (report.throttledMs !== undefined) throttledMs = (throttledMs ?? 0) + report.throttledMs;
        if (report.timedOut && outcome.error?.errorType !== 'Sandbox.Timedout') killedAfterResponse += 1;
      });
      afterResponse.add(ended);
      return outcome;
    };
    const result = await applyLoad(invoke, { events, limit, concurrency, signal }, onOutcome);
    if (result.failure) throw result.failure;
    // Lambda shuts down what is idle: a snapshot that is on its way shall arrive.
    await Promise.all(afterResponse);
    return { fn, result, throttledMs, killedAfterResponse };
  } finally {
    options.signal.removeEventListener('abort', close);
    await pool.close();
  }
}

function progressText(counts: Map<LocalFunction, LoadResult>): string {
  const parts = [...counts].map(([fn, result]) => {
    const errors = errorCount(result);
    return `${fn.name} ${result.responseTimes.length}${errors > 0 ? ` (${errors} failed)` : ''}`;
  });
  return `Invoking: ${parts.join(', ')}`;
}

/**
 * A run has few instances: where stacks are sampled, the initialization of each is too, and not only of one in four. And
 * nobody pays for its processor time, so it shows what is waited for.
 */
function withInitAndWaits(environment: Record<string, string>): Record<string, string> {
  const { [Variable.PROFILES]: profiles = DEFAULT_PROFILES } = environment;
  return profiles.includes('wall') ? { ...environment, [Variable.PROFILES]: `${profiles},init,wait` } : environment;
}
