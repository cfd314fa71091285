import type { InternalExtension } from './extension';
import type { Flusher } from './flusher';
import type { Invocations } from './invocations';
import { logOnce, reason } from './log';

/**
 * Follows the invocations for as long as the environment lives. Where a snapshot is due, it leaves after the response
 * and before the next event is asked for; where none is, the next event is asked for at once, and nothing of ours is
 * in Lambda's way.
 */
export async function followInvocations(
  extension: InternalExtension,
  invocations: Invocations,
  flusher: Flusher,
): Promise<void> {
  try {
    for (;;) {
      const { requestId, deadlineMs } = await extension.next();
      if (!flusher.isDue()) continue;
      await invocations.whenAnswered(requestId);
      await flusher.flush(deadlineMs);
    }
  } catch (error) {
    logOnce('extension-lost', { message: 'Profiling ends: Lambda’s Extensions API failed.', cause: reason(error) });
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
