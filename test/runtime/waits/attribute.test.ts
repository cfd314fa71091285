import { describe, expect, it } from 'vitest';
import { attribute, waitedFor, waitedForTogether } from '../../../runtime/waits/attribute';
import type { Operation, Stretch } from '../../../runtime/waits/operation';

const operation = (what: string, rest: Partial<Operation> = {}): Operation => ({
  kind: 'request',
  what,
  start: 0,
  origin: { captured: undefined, cause: undefined, depth: 1, isCallback: false, chance: 1, frames: [] },
  ...rest,
});
const a = operation('a', { end: 1 });
const b = operation('b', { end: 1 });

const stretch = (to: number, of?: Operation, pending: Operation[] = []): Stretch => ({
  to,
  operation: of,
  what: of?.what ?? '',
  pending,
  waits: 1,
});
const idle = (start: number, end: number, sampledAt = end) => ({ start, end, sampledAt });
const told = (times: ReturnType<typeof idle>[], stretches: Stretch[]) =>
  attribute(times, stretches).map(({ time, stretch }) => [stretch?.operation?.what ?? stretch?.pending[0]?.what, time]);

describe('idle time', () => {
  it('belongs to the operation whose event ended it', () => {
    expect(told([idle(0, 10), idle(10, 20)], [stretch(20, a)])).toEqual([
      ['a', 10],
      ['a', 10],
    ]);
  });

  it('is cut where an operation answered and the next was awaited', () => {
    expect(told([idle(0, 10), idle(10, 20)], [stretch(4, a), stretch(13, b), stretch(20, a)])).toEqual([
      ['a', 4],
      ['b', 6],
      ['b', 3],
      ['a', 7],
    ]);
  });

  it('belongs to the sample’s operation where nothing was pending yet', () => {
    expect(told([idle(0, 10)], [stretch(6), stretch(30, a)])).toEqual([
      ['a', 6],
      ['a', 4],
    ]);
  });

  it('is nobody’s where the sample’s is, and after everything that is known', () => {
    expect(told([idle(0, 10)], [stretch(4, a), stretch(12)])).toEqual([
      ['a', 4],
      [undefined, 6],
    ]);
    expect(told([idle(30, 40)], [stretch(20, a)])).toEqual([[undefined, 10]]);
    expect(told([idle(0, 10)], [])).toEqual([[undefined, 10]]);
  });

  it('adds up to all idle time, whatever the stretches', () => {
    const times = [idle(3, 17), idle(20, 21, 25), idle(40, 90)];
    const sum = attribute(times, [stretch(2, a), stretch(5, b), stretch(5), stretch(60, a), stretch(88)]).reduce(
      (all, { time }) => all + time,
      0,
    );
    expect(sum).toBe(14 + 1 + 50);
  });
});

describe('what a stretch was a wait for', () => {
  it('is what is pending where it is not over, and a timer only where nothing else is', () => {
    const open = operation('open');
    const timer = operation('timer', { kind: 'timer' });
    const cleared = operation('cleared', { cancelled: true });
    expect(waitedFor(stretch(1, undefined, [open, timer, cleared]))).toEqual([open]);
    expect(waitedFor(stretch(1, undefined, [timer, cleared]))).toEqual([timer]);
    expect(waitedFor(stretch(1, undefined, [cleared]))).toEqual([]);
    expect(told([idle(0, 10)], [stretch(10, undefined, [open])])).toEqual([['open', 10]]);
  });

  it('is shared with all that was pending, but for timers that were cleared or have not fired', () => {
    const guard = operation('guard', { kind: 'timer' });
    const fired = operation('fired', { kind: 'timer', end: 2 });
    const cleared = operation('cleared', { kind: 'timer', cancelled: true });
    expect(waitedForTogether(stretch(1, a, [b, guard, fired, cleared]))).toEqual([a, b, fired]);
  });
});
