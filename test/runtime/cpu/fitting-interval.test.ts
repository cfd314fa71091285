import { describe, expect, it } from 'vitest';
import { fittingInterval } from '../../../runtime/cpu/fitting-interval';
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
      remainingMs: undefined,
      timeline: new LabelTimeline(),
    },
  }));
const times = (count: number, ms: number) => invoked(...Array<number>(count).fill(ms));

describe('the sampling interval', () => {
  it.each([
    ['is as configured for invocations that are long', times(10, 100), 10, 10],
    ['is shorter for short ones: four samples in the median one', times(10, 8.4), 10, 2],
    ['is a millisecond at least', times(10, 0.2), 10, 1],
    ['is that of the median, whatever the others take', invoked(...Array(6).fill(8), ...Array(5).fill(5_000)), 10, 2],
    ['stays where there were few', times(9, 1), 10, 10],
    ['stays where another would suit little better', times(10, 24), 10, 10],
    ['grows again', times(10, 100), 2, 10],
    ['is never longer than configured', times(10, 5_000), 5, 5],
    ['does not count invocations that still run', invoked(...Array(9).fill(1), undefined), 10, 10],
  ])('%s', (_what, parts, current, expected) => {
    expect(fittingInterval(parts, current, Math.max(current, expected))).toBe(expected);
  });
});
