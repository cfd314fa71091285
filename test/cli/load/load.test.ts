import { describe, expect, it } from 'vitest';
import type { Events } from '../../../cli/load/events';
import { applyLoad, errorCount, type LoadOptions, type Outcome, percentile } from '../../../cli/load/load';

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
  /** A function that takes 100 ms by a clock that only it and waiting move. */
  async function run(options: Partial<LoadOptions>, outcomes: Record<string, Outcome | Error> = {}) {
    let clock = 0;
    const events: unknown[] = [];
    const starts: number[] = [];
    const waits: number[] = [];
    const result = await applyLoad(
      async (event) => {
        events.push(event);
        starts.push(clock);
        clock += 100;
        const outcome = outcomes[String(event)] ?? { responseMs: 100, coldStart: events.length === 1 };
        if (outcome instanceof Error) throw outcome;
        return outcome;
      },
      {
        events: ['a', 'bad', 'c'],
        limit: { count: 5 },
        concurrency: 1,
        signal: idle,
        now: () => clock,
        sleep: async (ms) => {
          waits.push(ms);
          clock += ms;
        },
        ...options,
      },
      () => undefined,
    );
    return { result, events, starts, waits };
  }

  it('invokes a number of times, with the events in turn, and counts errors by type', async () => {
    const bad = { responseMs: 100, coldStart: false, error: { errorType: 'TypeError', errorMessage: 'first' } };
    const { result, events } = await run({}, { bad });
    expect(events).toEqual(['a', 'bad', 'c', 'a', 'bad']);
    expect(result).toEqual({
      responseTimes: [100, 100, 100, 100, 100],
      succeeded: 3,
      initTimes: [],
      coldStarts: 1,
      coldStartsKnown: 5,
      throttled: 0,
      errors: [{ errorType: 'TypeError', errorMessage: 'first', count: 2 }],
      late: 0,
      elapsedMs: 500,
    });
    expect(errorCount(result)).toBe(2);
  });

  it('invokes until the time is over, and once even where there is none', async () => {
    expect((await run({ limit: { duration: 1000 } })).events).toHaveLength(10);
    expect((await run({ limit: { duration: 0 } })).events).toHaveLength(1);
  });

  it('does not invoke more often than told with several callers', async () => {
    expect((await run({ limit: { count: 7 }, concurrency: 4 })).events).toHaveLength(7);
  });

  it('ends when it is told to', async () => {
    expect((await run({ signal: AbortSignal.abort() })).events).toHaveLength(0);
  });

  it('keeps a rate, and counts what starts late because the callers are busy', async () => {
    const slow = await run({ rate: 4 });
    expect(slow.starts).toEqual([0, 250, 500, 750, 1000]);
    expect(slow.result.late).toBe(0);
    expect((await run({ rate: 4, limit: { duration: 600 } })).starts).toEqual([0, 250, 500]);
    const fast = await run({ rate: 20 });
    expect(fast.starts).toEqual([0, 100, 200, 300, 400]);
    expect(fast.result.late).toBe(3); // 50 ms late is not late yet
  });

  it('waits a little after it was refused, and takes a refusal for no response', async () => {
    const { result, waits } = await run({}, { bad: 'throttled' });
    expect([result.throttled, result.responseTimes.length]).toEqual([2, 3]);
    expect(waits).toEqual([200, 200]);
  });

  it('counts calls without a response as errors, and those that we ended not at all', async () => {
    const noResponse = { noResponse: { errorType: 'ECONNRESET', errorMessage: 'socket hang up' } };
    const { result } = await run({}, { bad: noResponse, c: 'aborted' });
    expect(result.responseTimes).toHaveLength(2);
    expect(result.errors).toEqual([{ errorType: 'ECONNRESET', errorMessage: 'socket hang up', count: 2 }]);
  });

  it('ends at a failure that stays, with what there is until then', async () => {
    const failure = new Error('not allowed');
    const { result, events } = await run({}, { c: failure });
    expect(events).toEqual(['a', 'bad', 'c']);
    expect(result.failure).toBe(failure);
    expect(result.responseTimes).toHaveLength(2);
  });

  it('does not wait at a failure for what was to be started by and by', async () => {
    let invocations = 0;
    const invoke = () => {
      invocations++;
      return Promise.reject(new Error('not allowed'));
    };
    const slow = { events: ['a'] as Events, limit: { count: 3 }, concurrency: 3, rate: 0.01, signal: idle };
    const { failure } = await applyLoad(invoke, slow, () => undefined);
    expect([failure, invocations]).toEqual([new Error('not allowed'), 1]);
  });
});
