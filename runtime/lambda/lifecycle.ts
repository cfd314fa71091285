import type { HoldPlanner } from '../hold/hold';
import type { Invocations } from '../invocations/invocations';
import { logOnce, reason } from '../log';
import type { Sampler } from '../sampler';
import type { Flusher } from '../upload/flusher';
import type { Upload } from '../upload/uploader';
import { unnoted } from '../waits/unobserved';
import { type InternalExtension, readEvent } from './extension';
import { isOk } from './http-message';
import type { AfterResponse } from './runtime-client';
import type { Termination } from './termination';

/** So often in a row the Extensions API may fail before profiling ends. */
const MAX_FAILURES = 5;
/** Between two tries: the first time, and at most. */
const LEAST_PAUSE_MS = 10;
const LONGEST_PAUSE_MS = 1_000;
const LONGEST_INVOCATION_MS = 15 * 60_000;

// Before the user's code can replace it.
const { setTimeout, clearTimeout } = globalThis;

export const NOT_OBSERVED = {
  message: 'The handler runs without profiling.',
  cause: 'the runtime takes its events in a way that cannot be observed',
  remedy: 'Use one of Lambda’s Node.js runtimes, or node:http for requests to the Runtime API.',
};

/** What follows the invocations of an environment. */
export interface Followers {
  invocations: Invocations;
  flusher: Flusher;
  sampler: Sampler;
  planner: HoldPlanner;
}

/**
 * Follows the invocations where the runtime client can be made to wait: work is done before it asks for the next event.
 * An invocation without work costs a look whether there is any, and Lambda's Extensions API is not asked.
 */
export function holdByClient(followers: Followers): AfterResponse {
  const { planner, sampler } = followers;
  let isProfiling = true;
  planner.mark();
  const workUntil = async (deadlineMs: number) => {
    // Nothing of the runtime client's keeps the process alive meanwhile.
    const living = unnoted(() => setTimeout(() => {}, LONGEST_INVOCATION_MS));
    try {
      await work(deadlineMs, followers);
    } catch (error) {
      isProfiling = false;
      logOnce('profiling-failed', { message: 'Profiling ends: it has failed after a response.', cause: reason(error) });
      sampler.stop();
    } finally {
      clearTimeout(living);
    }
  };
  return ({ deadlineMs }) => {
    if (!isProfiling) return undefined;
    planner.mark();
    return deadlineMs !== undefined && isDue(followers, 0) ? workUntil(deadlineMs) : undefined;
  };
}

/**
 * Follows the invocations where the runtime client cannot be made to wait. Where work is due, it is done after the
 * response, and before the next event is asked for. Where none is, the next event is asked for when the runtime client
 * does so, too. Nothing is done while the handler runs.
 *
 * Where the API goes on failing there is no moment for work, and profiling ends.
 */
export function holdByExtension(extension: InternalExtension, followers: Followers): void {
  const { invocations, sampler, planner } = followers;
  let isProfiling = true;
  const onEvent = (event: Buffer) => {
    if (isProfiling && !invocations.isObserved) {
      isProfiling = false;
      logOnce('not-profiling', NOT_OBSERVED);
      sampler.stop();
    }
    if (!isProfiling) return undefined;
    planner.mark();
    return isDue(followers, invocations.lastMs)
      ? workAfter(event, followers)
      : invocations.whenAnswered(readEvent(event).requestId);
  };
  followEvents(extension, onEvent, MAX_FAILURES, (error) => {
    logOnce('extension-lost', { message: 'Profiling ends: Lambda’s Extensions API failed.', cause: reason(error) });
    sampler.stop();
    followIdly(extension);
  });
}

/** @param withinMs from now */
function isDue({ flusher, sampler, planner }: Followers, withinMs: number): boolean {
  const isFlushDue = flusher.isDue(withinMs);
  const isStartDue = !sampler.isSampling && planner.canAfford('start', sampler.startSize);
  return (isFlushDue || isStartDue) && planner.isWorthALook;
}

async function workAfter(event: Buffer, followers: Followers): Promise<void> {
  const { requestId, deadlineMs } = readEvent(event);
  await followers.invocations.whenAnswered(requestId);
  await work(deadlineMs, followers);
}

/** @param deadlineMs when the invocation times out, milliseconds since the epoch */
async function work(deadlineMs: number, { flusher, sampler, planner }: Followers): Promise<void> {
  if (!sampler.isSampling) {
    const hold = planner.begin(deadlineMs);
    const hasStarted = sampler.startLate(hold);
    hold.end();
    // Records alone are worth a snapshot only where there will never be time to sample.
    if (hasStarted || !hold.wasTooShort) return;
  }
  if (flusher.isDue()) await flusher.flush(deadlineMs);
}

/**
 * Asks for event after event and does nothing: once registered, an extension that does not ask keeps Lambda from
 * freezing the environment, and every invocation would time out.
 */
export function followIdly(extension: InternalExtension): void {
  followEvents(
    extension,
    () => undefined,
    Number.POSITIVE_INFINITY,
    () => {},
  );
}

/**
 * @param onEvent returns a promise where the environment is to be held until it settles
 * @param onFailure called with the last error, after `maxFailures` in a row
 */
function followEvents(
  extension: InternalExtension,
  onEvent: (event: Buffer) => Promise<void> | undefined,
  maxFailures: number,
  onFailure: (error: unknown) => void,
): void {
  let failures = 0;
  const ask = () => extension.next(take);
  const take = (event: Buffer | undefined, error?: unknown) => {
    if (!event || !isOk(event)) return fail(event ? refusalOf(event) : error);
    failures = 0;
    const work = onEvent(event);
    if (work) void askAfter(work);
    else ask();
  };
  const askAfter = async (work: Promise<void>) => {
    try {
      await work;
    } catch (error) {
      return fail(error);
    }
    ask();
  };
  const fail = (error: unknown) => {
    failures++;
    if (failures >= maxFailures) onFailure(error);
    else setTimeout(ask, Math.min(LONGEST_PAUSE_MS, LEAST_PAUSE_MS * 2 ** failures)).unref();
  };
  ask();
}

function refusalOf(event: Buffer): unknown {
  try {
    readEvent(event);
  } catch (error) {
    return error;
  }
  return new Error('the Extensions API gave no event');
}

/**
 * On SIGTERM, which Lambda sends where an extension is registered, the last window leaves.
 *
 * @param upload sends what is left while the main thread stands still
 */
export function flushOnShutdown(
  { flusher, invocations }: Pick<Followers, 'flusher' | 'invocations'>,
  termination: Termination,
  upload: (uploads: Upload[]) => void,
): void {
  termination.onSignal((isHeard) => {
    if (!isHeard && invocations.running) {
      // Without us the signal would have ended the handler by now.
      try {
        upload(flusher.takeLast());
      } finally {
        termination.end();
      }
      return;
    }
    // The user's listeners do not wait for us.
    setImmediate(async () => {
      await flusher.flushLast();
      // We took the signal's default effect away; give it back where no one else listens.
      if (!isHeard) termination.end();
    });
  });
}
