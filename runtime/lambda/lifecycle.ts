import type { Invocations } from '../invocations/invocations';
import { logOnce, reason } from '../log';
import { NativePromise } from '../native-promise';
import type { Sampler } from '../sampler';
import type { Flusher } from '../upload/flusher';
import type { InternalExtension, InvokeEvent } from './extension';
import type { Termination } from './termination';

/** So often in a row the Extensions API may fail before profiling ends. */
const MAX_FAILURES = 5;
/** Between two tries: the first time, and at most. */
const LEAST_PAUSE_MS = 10;
const LONGEST_PAUSE_MS = 1_000;

/**
 * Follows the invocations for as long as the environment lives. After each response, and before the next event is asked
 * for, a snapshot leaves if one is due. Nothing is done while the handler runs. Where the API goes on failing there is no
 * such moment, and profiling ends.
 */
export async function followInvocations(
  extension: InternalExtension,
  invocations: Invocations,
  flusher: Flusher,
  sampler: Sampler,
): Promise<void> {
  try {
    for (;;) {
      const { requestId, deadlineMs } = await nextEvent(extension, MAX_FAILURES);
      if (!invocations.isObserved) {
        logOnce('not-profiling', {
          message: 'The handler runs without profiling.',
          cause: 'the runtime takes its events in a way that cannot be observed',
          remedy: 'Use one of Lambda’s Node.js runtimes, or node:http for requests to the Runtime API.',
        });
        sampler.stop();
        return await followIdly(extension);
      }
      await invocations.whenAnswered(requestId);
      if (!sampler.isSampling && sampler.startLate(deadlineMs)) continue;
      if (flusher.isDue()) await flusher.flush(deadlineMs);
    }
  } catch (error) {
    logOnce('extension-lost', { message: 'Profiling ends: Lambda’s Extensions API failed.', cause: reason(error) });
    sampler.stop();
    await followIdly(extension);
  }
}

/**
 * Asks for event after event and does nothing: once registered, an extension that does not ask keeps Lambda from
 * freezing the environment, and every invocation would time out.
 */
export async function followIdly(extension: InternalExtension): Promise<never> {
  for (;;) await nextEvent(extension, Number.POSITIVE_INFINITY);
}

/** @throws the last error, after `maxFailures` */
async function nextEvent(extension: InternalExtension, maxFailures: number): Promise<InvokeEvent> {
  for (let failures = 1; ; failures++) {
    try {
      return await extension.next();
    } catch (error) {
      if (failures >= maxFailures) throw error;
      await pause(Math.min(LONGEST_PAUSE_MS, LEAST_PAUSE_MS * 2 ** failures));
    }
  }
}

// Before the user's code can replace it.
const { setImmediate, setTimeout } = globalThis;

/** Does not keep the process alive. */
function pause(ms: number): Promise<void> {
  return new NativePromise((resolve) => {
    setTimeout(resolve, ms).unref();
  });
}

/** On SIGTERM, which Lambda sends where an extension is registered, the last window leaves. */
export function flushOnShutdown(flusher: Flusher, termination: Termination): void {
  termination.onSignal((isHeard) => {
    // The user's listeners do not wait for us.
    setImmediate(async () => {
      await flusher.flushLast();
      // We took the signal's default effect away; give it back where no one else listens.
      if (!isHeard) termination.end();
    });
  });
}
