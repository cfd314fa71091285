import { describe, expect, it } from 'vitest';
import { applyLoad, type LoadLimit, percentile } from '../../../cli/local/load';

const idle = new AbortController().signal;

describe('percentile', () => {
  it('takes the nearest rank', () => {
    const values = [15, 20, 35, 40, 50];
    expect([0.05, 0.3, 0.4, 0.5, 1].map((share) => percentile(values, share))).toEqual([15, 20, 20, 35, 50]);
  });

  it('does not need sorted values, and leaves them as they are', () => {
    const values = [3, 1, 2];
    expect(percentile(values, 0.5)).toBe(2);
    expect(values).toEqual([3, 1, 2]);
  });

  it('is not a number where there are no values', () => {
    expect(percentile([], 0.5)).toBeNaN();
  });
});

describe('applyLoad', () => {
  const run = (limit: LoadLimit, concurrency = 1, signal: AbortSignal = idle) => {
    let clock = 0;
    const events: unknown[] = [];
    const load = applyLoad(
      async (event) => {
        events.push(event);
        clock += 100;
        return {
          responseMs: 100,
          coldStart: events.length === 1,
          error: event === 'bad' ? { errorType: 'TypeError', errorMessage: `number ${events.length}` } : undefined,
        };
      },
      { events: ['a', 'bad', 'c'], limit, concurrency, signal, now: () => clock },
      () => undefined,
    );
    return load.then((result) => ({ result, events }));
  };

  it('invokes a number of times, with the events in turn', async () => {
    const { result, events } = await run({ count: 5 });
    expect(events).toEqual(['a', 'bad', 'c', 'a', 'bad']);
    expect(result).toEqual({
      responseTimes: [100, 100, 100, 100, 100],
      coldStarts: 1,
      errors: 2,
      firstError: { errorType: 'TypeError', errorMessage: 'number 2' },
    });
  });

  it('invokes until the time is over', async () => {
    expect((await run({ duration: 1000 })).events).toHaveLength(10);
  });

  it('invokes once even where there is no time', async () => {
    expect((await run({ duration: 0 })).events).toHaveLength(1);
  });

  it('does not invoke more often than told with several callers', async () => {
    expect((await run({ count: 7 }, 4)).events).toHaveLength(7);
  });

  it('ends when it is told to', async () => {
    expect((await run({ count: 100 }, 1, AbortSignal.abort())).events).toHaveLength(0);
  });
});
