import type { InternalExtension } from './extension';
import type { Flusher } from './flusher';
import type { Invocations } from './invocations';
import { logOnce, reason } from './log';
import type { Sampler } from './sampler';

/**
 * Follows the invocations for as long as the environment lives. After each response, and before the next event is asked
 * for, a snapshot leaves if one is due. Nothing is done while the handler runs. Where the API fails there is no
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
      const { deadlineMs } = await extension.next(invocations.nextAnswered());
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
 * freezing the environment.
 */
export async function followIdly(extension: InternalExtension): Promise<void> {
  try {
    for (;;) await extension.next(Promise.resolve());
  } catch {
    // Nobody waits for it.
  }
}

/** On SIGTERM, which Lambda sends where an extension is registered, the last window leaves. */
export function flushOnShutdown(flusher: Flusher): void {
  process.once('SIGTERM', async () => {
    await flusher.flushLast();
    // Our listener took the signal's default effect away; give it back where no one else listens.
    if (process.listenerCount('SIGTERM') === 0) process.kill(process.pid, 'SIGTERM');
  });
}
