import { describe, expect, it } from 'vitest';
import { disjoint } from '../../../runtime/cpu/windows';
import type { Window } from '../../../runtime/invocations/invocation-labels';

const window = (start: number, end: number, labels: Record<string, string> = {}): Window => ({
  start,
  end,
  labels: Object.entries(labels).map(([key, str]) => ({ key, str })),
});

describe('windows without overlaps', () => {
  it('are those that do not overlap, in order', () => {
    const [a, b] = [window(1, 5, { route: 'a' }), window(5, 9, { route: 'b' })];
    expect(disjoint([b, a])).toEqual([a, b]);
  });

  it('have the labels on which overlapping ones agree', () => {
    const windows = [window(0, 10, { route: 'a', phase: 'invoke' }), window(4, 20, { route: 'b', phase: 'invoke' })];
    expect(disjoint(windows)).toEqual([
      window(0, 4, { route: 'a', phase: 'invoke' }),
      window(4, 10, { phase: 'invoke' }),
      window(10, 20, { route: 'b', phase: 'invoke' }),
    ]);
  });

  it('agree on a label only with key, kind and value', () => {
    const number = (num: number): Window => ({ start: 0, end: 1, labels: [{ key: 'duration', num, unit: '' }] });
    expect(disjoint([number(1), number(1)])[0].labels).toEqual(number(1).labels);
    expect(disjoint([number(1), number(2)])[0].labels).toEqual([]);
    expect(disjoint([number(1), window(0, 1, { duration: '1' })])[0].labels).toEqual([]);
  });

  it('cover every moment once, however many overlap', () => {
    const windows = Array.from({ length: 40 }, (_, i) =>
      window((i * 37) % 100, ((i * 37) % 100) + 1 + ((i * 13) % 30)),
    );
    const result = disjoint(windows);
    const covers = (all: readonly Window[], at: number) =>
      all.filter(({ start, end }) => start <= at && at < end).length;
    for (let at = 0; at < 140; at++) expect(covers(result, at)).toBe(Math.min(1, covers(windows, at)));
  });

  it('leave out what has no length', () => {
    expect(disjoint([window(3, 3), window(7, 6), window(5, 6)])).toEqual([window(5, 6)]);
    expect(disjoint([])).toEqual([]);
  });
});
