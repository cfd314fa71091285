import { describe, expect, it } from 'vitest';
import { type LabelScope, LabelTimeline } from '../../../runtime/invocations/label-timeline';

const scope = (labels: Record<string, string>, parent?: LabelScope): LabelScope => ({
  labels: { ...parent?.labels, ...labels },
  parent,
});

/** `[start, labels]` of each change. */
const changesOf = (timeline: LabelTimeline) => timeline.changes.map(({ start, labels }) => [start, labels]);

describe('the labels of an invocation', () => {
  it('hold from where they are set, and add up by key', () => {
    const timeline = new LabelTimeline();
    timeline.set({ route: 'a' }, 10);
    timeline.set({ tenant: 'x' }, 20);
    timeline.set({ route: 'b' }, 30);
    expect(changesOf(timeline)).toEqual([
      [10, { route: 'a' }],
      [20, { route: 'a', tenant: 'x' }],
      [30, { route: 'b', tenant: 'x' }],
    ]);
    expect(timeline.labels).toEqual({ route: 'b', tenant: 'x' });
  });

  it('do not change where what is set is what holds', () => {
    const timeline = new LabelTimeline();
    timeline.set({}, 5);
    timeline.set({ route: 'a' }, 10);
    timeline.set({ route: 'a' }, 20);
    expect(changesOf(timeline)).toEqual([[10, { route: 'a' }]]);
  });

  it('are a scope’s while its function runs, and those from before afterwards', () => {
    const timeline = new LabelTimeline();
    timeline.set({ route: 'a' }, 0);
    const outer = scope({ step: 'outer' });
    const inner = scope({ step: 'inner' }, outer);
    timeline.enter(outer, 10);
    timeline.enter(inner, 20);
    timeline.leave(inner, false, 30);
    timeline.leave(outer, false, 40);
    expect(changesOf(timeline)).toEqual([
      [0, { route: 'a' }],
      [10, { route: 'a', step: 'outer' }],
      [20, { route: 'a', step: 'inner' }],
      [30, { route: 'a', step: 'outer' }],
      [40, { route: 'a' }],
    ]);
  });

  it('are those of the innermost pending scope while its promise is pending', () => {
    const timeline = new LabelTimeline();
    const outer = scope({ step: 'outer', of: 'outer' });
    const inner = scope({ step: 'inner' }, outer);
    timeline.enter(outer, 10);
    timeline.enter(inner, 11);
    timeline.leave(inner, true, 12);
    timeline.leave(outer, true, 13);
    timeline.settled(inner, 20);
    timeline.settled(outer, 30);
    expect(changesOf(timeline)).toEqual([
      [10, { step: 'outer', of: 'outer' }],
      [11, { step: 'inner', of: 'outer' }],
      // Between the two returns the outer function is the one that runs; then they are both pending.
      [12, { step: 'outer', of: 'outer' }],
      [13, { step: 'inner', of: 'outer' }],
      [20, { step: 'outer', of: 'outer' }],
      [30, {}],
    ]);
  });

  it('are those on which scopes agree that are pending at the same time', () => {
    const timeline = new LabelTimeline();
    const [first, second] = [scope({ step: 'load', shard: '1' }), scope({ step: 'load', shard: '2' })];
    for (const [each, at] of [
      [first, 10],
      [second, 20],
    ] as const) {
      timeline.enter(each, at);
      timeline.leave(each, true, at + 1);
    }
    timeline.settled(first, 30);
    timeline.settled(second, 40);
    expect(changesOf(timeline)).toEqual([
      [10, { step: 'load', shard: '1' }],
      [20, { step: 'load', shard: '2' }],
      [21, { step: 'load' }],
      [30, { step: 'load', shard: '2' }],
      [40, {}],
    ]);
  });

  it('stay those of setLabels once there have been a thousand changes', () => {
    const timeline = new LabelTimeline();
    timeline.set({ route: 'a' }, 0);
    for (let at = 1; at < 3_000; at++) {
      const each = scope({ step: String(at) });
      timeline.enter(each, at);
      timeline.leave(each, false, at);
    }
    expect(timeline.changes).toHaveLength(1_001);
    expect(timeline.changes.at(-1)?.labels).toEqual({ route: 'a' });
  });
});
