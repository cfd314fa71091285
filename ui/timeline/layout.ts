import type { RecordedInvocation } from '../recording';

/** CSS pixels. */
const CHART_HEIGHT = 130;
export const LANE_HEIGHT = 14;
const AXIS_HEIGHT = 22;
const LEFT = 64;
const RIGHT = 12;
const TOP = 10;
const MIN_BAR_WIDTH = 2;
/** More instances than that share the last lane. */
const MAX_LANES = 300;

/** A stretch of time, milliseconds since the epoch. */
export interface TimeSpan {
  from: number;
  to: number;
}

/** Where an invocation is drawn: its bar in the chart of durations, and its stretch of its instance's lane. */
export interface InvocationPlace {
  x: number;
  width: number;
  /** Upper edge of the bar; it is on `baseline`. */
  y: number;
  /** Upper edge of the stretch. */
  laneY: number;
}

export interface Tick {
  at: number;
  label: string;
}

export interface TimelineLayout {
  width: number;
  height: number;
  left: number;
  right: number;
  baseline: number;
  span: TimeSpan;
  /** Of each of the invocations. */
  places: InvocationPlace[];
  lanes: { instance: string; y: number }[];
  durations: Tick[];
  times: Tick[];
}

/**
 * Places invocations by their start, left to right. Above, each is a bar as high as the logarithm of its duration: what
 * took a second and what took a millisecond are both seen. Below, each instance has a lane.
 *
 * @param width CSS pixels.
 */
export function layoutTimeline(invocations: readonly RecordedInvocation[], width: number): TimelineLayout {
  const span = spanOf(invocations);
  const [left, right] = [LEFT, Math.max(LEFT + 1, width - RIGHT)];
  const baseline = TOP + CHART_HEIGHT;
  const x = (millis: number): number => left + ((millis - span.from) / (span.to - span.from)) * (right - left);
  const [shortest, longest] = decadesAround(invocations);
  const y = (nanos: number): number =>
    baseline - CHART_HEIGHT * Math.max(0.02, (Math.log10(nanos / 1e6) - shortest) / (longest - shortest));
  const instances = [...new Set(invocations.map(({ instance }) => instance))];
  const laneOf = new Map(instances.map((instance, i) => [instance, Math.min(i, MAX_LANES - 1)]));
  const lanesTop = baseline + AXIS_HEIGHT;
  const places = invocations.map(({ start, wallNanos, instance }) => {
    const from = x(start);
    const to = Math.min(right, x(start + wallNanos / 1e6));
    return {
      x: from,
      width: Math.max(MIN_BAR_WIDTH, to - from),
      y: y(Math.max(1, wallNanos)),
      laneY: lanesTop + (laneOf.get(instance) ?? 0) * LANE_HEIGHT,
    };
  });
  const lanes = instances.slice(0, MAX_LANES).map((instance, i) => ({ instance, y: lanesTop + i * LANE_HEIGHT }));
  const decades = Array.from({ length: longest - shortest + 1 }, (_, i) => shortest + i);
  return {
    width,
    height: lanesTop + lanes.length * LANE_HEIGHT + 8,
    left,
    right,
    baseline,
    span,
    places,
    lanes,
    durations: decades.map((decade) => ({ at: y(10 ** decade * 1e6), label: decadeLabel(decade) })),
    times: timeTicks(span, x),
  };
}

/** Time at `x`. */
export function timeAt({ left, right, span }: TimelineLayout, x: number): number {
  const share = Math.min(1, Math.max(0, (x - left) / (right - left)));
  return span.from + share * (span.to - span.from);
}

/** Number of the invocation that is drawn at a place, or nearest to it within a few pixels; -1: none. */
export function invocationAt({ places, baseline }: TimelineLayout, x: number, y: number): number {
  const reach = 4;
  let nearest = -1;
  let distance = reach + 1;
  for (const [i, place] of places.entries()) {
    const inBar = y <= baseline && y >= place.y - reach;
    const inLane = y >= place.laneY && y < place.laneY + LANE_HEIGHT;
    if (!inBar && !inLane) continue;
    const away = Math.max(place.x - x, x - place.x - place.width, 0);
    // Of bars behind each other the lowest is in front.
    if (away < distance || (away === distance && nearest >= 0 && place.y > places[nearest].y)) {
      nearest = i;
      distance = away;
    }
  }
  return nearest;
}

function spanOf(invocations: readonly RecordedInvocation[]): TimeSpan {
  let from = Number.POSITIVE_INFINITY;
  let to = Number.NEGATIVE_INFINITY;
  for (const { start, wallNanos } of invocations) {
    from = Math.min(from, start);
    to = Math.max(to, start + wallNanos / 1e6);
  }
  if (!(to >= from)) return { from: 0, to: 1 };
  return { from, to: to > from ? to : from + 1 };
}

/** The powers of ten, of a millisecond, between which all durations lie. */
function decadesAround(invocations: readonly RecordedInvocation[]): [shortest: number, longest: number] {
  let least = Number.POSITIVE_INFINITY;
  let most = 0;
  for (const { wallNanos } of invocations) {
    least = Math.min(least, Math.max(1, wallNanos) / 1e6);
    most = Math.max(most, wallNanos / 1e6);
  }
  if (most === 0) return [0, 1];
  const shortest = Math.floor(Math.log10(least));
  return [shortest, Math.max(shortest + 1, Math.ceil(Math.log10(most)))];
}

function decadeLabel(decade: number): string {
  if (decade >= 3) return `${10 ** (decade - 3)} s`;
  return decade >= 0 ? `${10 ** decade} ms` : `${10 ** (decade + 3)} µs`;
}

/** Steps between marks on the axis of time, milliseconds. */
const STEPS = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1e3, 2e3, 5e3, 10e3, 30e3].concat(
  [1, 2, 5, 10, 30, 60, 120, 360, 720, 1440].map((minutes) => minutes * 60e3),
);
const MIN_TICK_GAP = 90;

function timeTicks({ from, to }: TimeSpan, x: (millis: number) => number): Tick[] {
  const perPixel = (to - from) / (x(to) - x(from));
  const fitting = STEPS.find((step) => step / perPixel >= MIN_TICK_GAP);
  const day = 86_400e3;
  const step = fitting ?? Math.ceil((MIN_TICK_GAP * perPixel) / day) * day;
  const ticks: Tick[] = [];
  for (let at = Math.ceil(from / step) * step; at <= to; at += step) ticks.push({ at: x(at), label: clock(at, step) });
  return ticks;
}

/** Time of day in UTC, as Lambda's logs have it, as fine as `step` needs it. */
function clock(millis: number, step: number): string {
  const iso = new Date(millis).toISOString();
  if (step >= 86_400e3) return iso.slice(0, 10);
  return iso.slice(11, step >= 60e3 ? 16 : step >= 1e3 ? 19 : 23);
}
