import { describe, expect, it } from 'vitest';
import { invocationAt, LANE_HEIGHT, layoutTimeline, timeAt } from '../../../ui/timeline/layout';
import { FIRST_START, invocationProfile, type TestInvocation } from '../support/invocation-profile';
import { recordingOf } from '../support/recordings';

const layout = (invocations: TestInvocation[], width = 1000) =>
  layoutTimeline(recordingOf(invocationProfile(invocations)).invocations, width);

const three: TestInvocation[] = [
  { start: 0, millis: 100 },
  { start: 500, millis: 10, instance: 'bbbb00000002' },
  { start: 900, millis: 100 },
];

describe('the timeline', () => {
  it('has invocations by their start, as high as their duration, and a lane for each instance', () => {
    const { places, left, right, baseline, lanes } = layout(three);
    expect(places.map(({ x }) => Math.round(((x - left) / (right - left)) * 100))).toEqual([0, 50, 90]);
    expect(places[0].width).toBeCloseTo((right - left) / 10);
    expect(places[0].y).toBe(places[2].y);
    expect(places[1].y).toBeGreaterThan(places[0].y);
    expect(places[1].y).toBeLessThan(baseline);
    expect(lanes.map(({ instance }) => instance)).toEqual(['aaaa00000001', 'bbbb00000002']);
    expect(places.map(({ laneY }) => laneY)).toEqual([lanes[0].y, lanes[1].y, lanes[0].y]);
  });

  it('finds what is under the pointer, bars and lanes, also beside a narrow one', () => {
    const of = layout(three);
    const middle = of.places[1].x + 1;
    expect(invocationAt(of, middle, of.baseline - 1)).toBe(1);
    expect(invocationAt(of, middle + 4, of.lanes[1].y + 2)).toBe(1);
    expect(invocationAt(of, middle, of.lanes[0].y + LANE_HEIGHT / 2)).toBe(-1);
    expect(invocationAt(of, middle, 0)).toBe(-1);
  });

  it('tells the time at a place, within what there is', () => {
    const of = layout(three);
    expect(timeAt(of, of.left)).toBe(FIRST_START);
    expect(timeAt(of, (of.left + of.right) / 2)).toBeCloseTo(FIRST_START + 500);
    expect(timeAt(of, -50)).toBe(FIRST_START);
    expect(timeAt(of, 5000)).toBe(FIRST_START + 1000);
  });

  it.each([
    [1, 'of milliseconds'],
    [1000, 'of seconds'],
    [3_600_000, 'of hours'],
    [40 * 86_400_000, 'of days'],
  ])('has marks that do not touch, for %d ms: %s', (span) => {
    const { times } = layout([
      { start: 0, millis: 0.01, bucket: 1 },
      { start: span, millis: 1 },
    ]);
    for (let i = 1; i < times.length; i++) expect(times[i].at - times[i - 1].at).toBeGreaterThanOrEqual(89);
    expect(times.length).toBeLessThan(13);
    expect(new Set(times.map(({ label }) => label)).size).toBe(times.length);
  });

  it('of one invocation, of none, and of a window without width has numbers all the same', () => {
    for (const of of [layout([{ start: 0, millis: 5 }]), layout([]), layout(three, 0)]) {
      const numbers = [of.height, of.right, ...of.places.flatMap(({ x, y, width }) => [x, y, width])];
      expect(numbers.every(Number.isFinite)).toBe(true);
    }
  });

  it('has a bounded height, however many instances there are', () => {
    const many = Array.from({ length: 1000 }, (_, i) => ({ start: i, millis: 1, instance: `instance${i}` }));
    expect(layout(many).lanes).toHaveLength(300);
    expect(layout(many).height).toBeLessThan(5000);
  });
});
