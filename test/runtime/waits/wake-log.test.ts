import { describe, expect, it } from 'vitest';
import type { Operation, OperationKind } from '../../../runtime/waits/operation';
import { WakeLog } from '../../../runtime/waits/wake-log';

const MS = 1_000;
const operation = (what: string, start: number, kind: OperationKind = 'request'): Operation => ({
  kind,
  what,
  start: start * MS,
  origin: { captured: undefined, cause: undefined, depth: 1, isCallback: false, chance: 1, frames: [] },
});
/** `[up to, milliseconds; whose event; what else was pending]` of each stretch. */
const told = ({ stretches }: ReturnType<WakeLog['take']>) =>
  stretches.map(({ to, operation, pending }) => [to / MS, operation?.what, pending.map(({ what }) => what).join()]);

describe('the log of wake-ups', () => {
  it('cuts time by the events that let code run on', () => {
    const log = new WakeLog(0);
    const [a, b] = [operation('a', 5), operation('b', 5)];
    log.start(a);
    log.start(b);
    log.wake(b, 20 * MS);
    log.wake(a, 50 * MS);
    expect(told(log.take(60 * MS))).toEqual([
      [5, undefined, ''],
      [20, 'b', 'a'],
      [50, 'a', ''],
      [60, undefined, ''],
    ]);
    expect([a.end, b.end]).toEqual([50 * MS, 20 * MS]);
  });

  it('tells what is still pending, and goes on with it', () => {
    const log = new WakeLog(0);
    const a = operation('a', 0);
    log.start(a);
    expect(told(log.take(10 * MS))).toEqual([[10, undefined, 'a']]);
    log.wake(a, 30 * MS);
    expect(told(log.take(30 * MS))).toEqual([
      [30, 'a', ''],
      [30, undefined, ''],
    ]);
  });

  it('gives what goes on by itself the time in which nothing else is pending', () => {
    const log = new WakeLog(0);
    const a = operation('a', 10);
    log.start(operation('worker thread', 0, 'background'));
    log.start(a);
    log.wake(a, 20 * MS);
    expect(told(log.take(40 * MS)).map(([to, what]) => [to, what])).toEqual([
      [10, 'worker thread'],
      [20, 'a'],
      [40, 'worker thread'],
    ]);
  });

  it('never goes back in time: a timer is known to have fired only at the next event', () => {
    const log = new WakeLog(0);
    const [a, timer] = [operation('a', 0), operation('timer', 0, 'timer')];
    log.start(a);
    log.start(timer);
    log.wake(a, 20 * MS);
    log.wake(timer, 15 * MS);
    const times = told(log.take(30 * MS)).map(([to]) => to);
    expect(times).toEqual([...times].sort((x, y) => Number(x) - Number(y)));
  });

  it('remembers what led to what runs now', () => {
    const log = new WakeLog(0);
    const a = operation('a', 0);
    log.start(a);
    const { turn } = log;
    log.wake(a, 5 * MS);
    expect(log.cause).toBe(a.origin);
    expect(log.turn).toBeGreaterThan(turn);
  });

  it('is bounded, and keeps the time of each operation in proportion', () => {
    const log = new WakeLog(0);
    let now = 0;
    for (let i = 0; i < 20_000; i++) {
      // In turn: 1 ms, 2 ms and 7 ms.
      for (const [what, ms] of [
        ['short', 1],
        ['middle', 2],
        ['long', 7],
      ] as const) {
        const one = operation(what, now);
        log.start(one);
        now += ms * (0.5 + ((i * 7919) % 1000) / 1000);
        log.wake(one, now * MS);
      }
    }
    const { stretches } = log.take(now * MS);
    expect(stretches.length).toBeLessThanOrEqual(1_001);
    const times: Record<string, number> = {};
    let from = 0;
    for (const { to, operation } of stretches) {
      if (operation) times[operation.what] = (times[operation.what] ?? 0) + (to - from) / MS / now;
      from = to;
    }
    expect(times.long).toBeCloseTo(0.7, 1);
    expect(times.middle).toBeCloseTo(0.2, 1);
    expect(times.short).toBeCloseTo(0.1, 1);
    expect(stretches.reduce((sum, { waits }) => sum + waits, 0)).toBe(60_000);
  });

  it('follows no more operations than there is room for, and counts the others', () => {
    const log = new WakeLog(0);
    for (let i = 0; i < 2_100; i++) log.start(operation('leak', 1));
    const { stretches, dropped } = log.take(10 * MS);
    expect(dropped).toBe(100);
    expect(stretches.at(-1)?.pending).toHaveLength(8);
    expect(log.inFlight).toHaveLength(2_000);
  });
});
