import { setMaxListeners } from 'node:events';

/**
 * Runs `work` on each item, at most `limit` at a time. The first failure stops the rest, which sees `signal` aborted,
 * and is thrown once what was under way has ended.
 */
export async function forEachBounded<T>(
  items: Iterable<T>,
  limit: number,
  work: (item: T, signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const stop = new AbortController();
  setMaxListeners(0, stop.signal); // each request in flight listens
  const queue = items[Symbol.iterator]();
  let failure: { error: unknown } | undefined;

  const worker = async () => {
    while (!stop.signal.aborted) {
      const { done, value } = queue.next();
      if (done) return;
      try {
        await work(value, stop.signal);
      } catch (error) {
        failure ??= { error };
        stop.abort();
      }
    }
  };

  await Promise.all(Array.from({ length: limit }, worker));
  if (failure) throw failure.error;
}
