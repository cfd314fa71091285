import { setMaxListeners } from 'node:events';

/**
 * Runs `work` on each item, at most `limit` at a time; a function is asked again whenever an item is done. The first
 * failure stops the rest, which sees `signal` aborted, and is thrown once what was under way has ended.
 */
export async function forEachBounded<T>(
  items: Iterable<T>,
  limit: number | (() => number),
  work: (item: T, signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const most = typeof limit === 'number' ? () => limit : limit;
  const stop = new AbortController();
  setMaxListeners(0, stop.signal); // each request in flight listens
  const queue = items[Symbol.iterator]();
  let failure: { error: unknown } | undefined;
  let running = 0;
  let exhausted = false;

  await new Promise<void>((resolve) => {
    const run = async (item: T) => {
      try {
        await work(item, stop.signal);
      } catch (error) {
        failure ??= { error };
        stop.abort();
      }
      running--;
      refill();
    };
    const refill = () => {
      while (!stop.signal.aborted && !exhausted && running < most()) {
        const { done, value } = queue.next();
        if (done) {
          exhausted = true;
        } else {
          running++;
          void run(value);
        }
      }
      if (running === 0) resolve();
    };
    refill();
  });
  if (failure) throw failure.error;
}
