import { expect, it } from 'vitest';
import { invocationRate, timesAMonth } from '../../profile/analysis/invocation-rate';
import type { InvocationRecord } from '../../profile/analysis/invocation-records';

const minute = 60_000;
const start = Date.parse('2026-11-22T10:00:00Z');

/** An invocation of 100 ms. */
function record(minutes: number, instance = 'a', coldStart = false): InvocationRecord {
  return {
    start: start + minutes * minute,
    wallNanos: 100e6,
    cpuNanos: 0,
    coldStart,
    outcome: 'ok',
    version: '1',
    durationBucket: 128,
    rank: 0,
    instance,
    window: 0,
    requestId: '',
    traceId: '',
    labels: {},
  };
}

it('The rate is that of all the time where every instance is known from its cold start on', () => {
  const rate = invocationRate([record(0, 'a', true), record(1), record(2), record(1, 'b', true), record(10)]);
  expect(rate).toEqual({
    from: start,
    to: start + 10 * minute + 100,
    invocations: 4,
    wallNanos: 400e6,
  });
});

it('Time of which an instance’s snapshots have been replaced does not count', () => {
  const old = [record(-600, 'gone', true), record(-599, 'gone')];
  const busy = [record(0, 'a'), record(1, 'a'), record(5, 'b', true), record(10, 'a')];
  expect(invocationRate([...old, ...busy])).toMatchObject({ from: start, invocations: 3 });
  expect(invocationRate([...old, ...busy, record(6, 'c')])).toMatchObject({ from: start + 6 * minute, invocations: 1 });
});

it('Two invocations a day apart are one a day', () => {
  const rate = invocationRate([record(0, 'a', true), record(24 * 60, 'b', true)]);
  expect(rate?.invocations).toBe(1);
  expect(rate && rate.invocations * timesAMonth(rate)).toBeCloseTo(730 / 24, 3);
});

it('A rate needs a minute, and an invocation in it', () => {
  expect(invocationRate([])).toBeUndefined();
  expect(invocationRate([record(0, 'a', true)])).toBeUndefined();
  expect(invocationRate([record(0, 'a', true), record(0.5)])).toBeUndefined();
});
