import { describe, expect, it } from 'vitest';
import { busyPart, fittingInterval } from '../../../runtime/cpu/fitting-interval';
import { sampledWindows } from '../../../runtime/cpu/sampled-windows';
import type { InvocationPart } from '../../../runtime/invocations/invocations';
import { LabelTimeline } from '../../../runtime/invocations/label-timeline';

const invoked = (...durationsMs: (number | undefined)[]): InvocationPart[] =>
  durationsMs.map((ms) => ({
    start: 0,
    end: 0,
    invocation: {
      start: 1_000,
      end: ms === undefined ? undefined : 1_000 + 1_000 * ms,
      outcome: 'ok',
      coldStart: false,
      deadlineMs: undefined,
      timeline: new LabelTimeline(),
    },
  }));
const times = (count: number, ms: number) => invoked(...Array<number>(count).fill(ms));
const CONFIGURED_MS = 10;

describe('the sampling interval', () => {
  it.each([
    ['is as configured for invocations that are long', times(10, 100), 0.5, 10, 10],
    ['is shorter for short ones: four samples in the median one', times(10, 8.4), 0.5, 10, 2],
    ['is a millisecond at least', times(10, 0.2), 0.5, 10, 1],
    [
      'is that of the median, whatever the others take',
      invoked(...Array(6).fill(8), ...Array(5).fill(5_000)),
      0.5,
      10,
      2,
    ],
    ['stays where there were few', times(9, 1), 0.5, 10, 10],
    ['stays where another would suit little better', times(10, 28), 0.5, 10, 10],
    ['grows again', times(10, 100), 0.5, 2, 10],
    ['is never longer than configured where invocations wait', times(10, 5_000), 0.5, 10, 10],
    ['does not count invocations that still run', invoked(...Array(9).fill(1), undefined), 0.5, 10, 10],
    ['is twice as long where they do nothing but compute', times(10, 100), 0.95, 10, 20],
    ['and two samples fall into each then, or more', times(10, 41), 0.95, 10, 20],
    ['so short ones are sampled as often as others', times(10, 8.4), 1, 10, 2],
    ['stays that long while they mostly compute', times(10, 100), 0.7, 20, 20],
    ['stays as configured while they mostly compute', times(10, 100), 0.7, 10, 10],
    ['is as configured again where they wait again', times(10, 100), 0.5, 20, 10],
  ])('%s', (_what, parts, busy, current, expected) => {
    expect(fittingInterval(parts, busy, current, CONFIGURED_MS)).toBe(expected);
  });

  it('counts as busy what is not idle, of what was sampled', () => {
    const frame = (functionName: string, url: string) => ({
      functionName,
      url,
      scriptId: '',
      lineNumber: 0,
      columnNumber: 0,
    });
    const profile = {
      nodes: [
        { id: 1, callFrame: frame('(root)', ''), children: [2, 3] },
        { id: 2, callFrame: frame('work', 'file:///var/task/index.js') },
        { id: 3, callFrame: frame('(idle)', '') },
      ],
      startTime: 0,
      endTime: 40_000,
      samples: [2, 2, 3, 2],
      timeDeltas: [10_000, 10_000, 10_000, 10_000],
    };
    const busyIn = (...windows: [number, number][]) =>
      busyPart(
        sampledWindows(
          { profile, intervalMs: 10 },
          windows.map(([start, end]) => ({ start, end, labels: [] })),
        ),
      );
    expect(busyIn([0, 40_000])).toBe(0.75);
    // Nothing was sampled in the second.
    expect(busyIn([0, 20_000], [22_000, 24_000])).toBe(1);
    expect(busyIn([22_000, 24_000])).toBe(0);
    expect(busyIn()).toBe(0);
  });
});
