import { describe, expect, it } from 'vitest';
import { fittingInterval } from '../../../runtime/cpu/fitting-interval';
import type { InvocationPart } from '../../../runtime/invocations/invocations';
import { LabelTimeline } from '../../../runtime/invocations/label-timeline';

const invoked = (durationsMs: readonly (number | undefined)[], busy = 0.5): InvocationPart[] =>
  durationsMs.map((ms) => ({
    start: 0,
    end: 0,
    invocation: {
      start: 1_000,
      end: ms === undefined ? undefined : 1_000 + 1_000 * ms,
      outcome: 'ok',
      coldStart: false,
      cpu: ms === undefined ? undefined : 1_000 * ms * busy,
      remainingMs: undefined,
      timeline: new LabelTimeline(),
    },
  }));
const times = (count: number, ms: number, busy?: number) => invoked(Array<number>(count).fill(ms), busy);
const CONFIGURED_MS = 10;

describe('the sampling interval', () => {
  it.each([
    ['is as configured for invocations that are long', times(10, 100), 10, 10],
    ['is shorter for short ones: four samples in the median one', times(10, 8.4), 10, 2],
    ['is a millisecond at least', times(10, 0.2), 10, 1],
    ['is that of the median, whatever the others take', invoked([...Array(6).fill(8), ...Array(5).fill(5_000)]), 10, 2],
    ['stays where there were few', times(9, 1), 10, 10],
    ['stays where another would suit little better', times(10, 28), 10, 10],
    ['grows again', times(10, 100), 2, 10],
    ['is never longer than configured where invocations wait', times(10, 5_000), 10, 10],
    ['does not count invocations that still run', invoked([...Array(9).fill(1), undefined]), 10, 10],
    ['is twice as long where they do nothing but compute', times(10, 100, 0.95), 10, 20],
    ['and still such that four samples fall into each', times(10, 62, 0.95), 10, 15],
    ['so short ones are sampled as often as others', times(10, 8.4, 1), 10, 2],
    ['stays that long while they mostly compute', times(10, 100, 0.7), 20, 20],
    ['stays as configured while they mostly compute', times(10, 100, 0.7), 10, 10],
    ['is as configured again where they wait again', times(10, 100, 0.5), 20, 10],
  ])('%s', (_what, parts, current, expected) => {
    expect(fittingInterval(parts, current, CONFIGURED_MS)).toBe(expected);
  });

  it('is as configured where processor time cannot be told apart, as with concurrent invocations', () => {
    const parts = times(10, 100).map((part) => ({ ...part, invocation: { ...part.invocation, cpu: undefined } }));
    expect(fittingInterval(parts, CONFIGURED_MS, CONFIGURED_MS)).toBe(CONFIGURED_MS);
  });
});
