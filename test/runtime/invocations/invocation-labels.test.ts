import { describe, expect, it } from 'vitest';
import type { Label } from '../../../profile/model/profile';
import { durationBucketMs, recordsOf, windowsOf } from '../../../runtime/invocations/invocation-labels';

const VERSION = [{ key: 'version', str: '7' }];

import type { InvocationPart, Outcome, RequestIds } from '../../../runtime/invocations/invocations';
import { LabelTimeline } from '../../../runtime/invocations/label-timeline';

interface Ran {
  start: number;
  /** Absent: it still runs. */
  end?: number;
  outcome?: Outcome;
  coldStart?: boolean;
  timeline?: LabelTimeline;
  request?: RequestIds;
}

function partOf({
  start,
  end,
  outcome = 'ok',
  coldStart = false,
  timeline = new LabelTimeline(),
  request,
}: Ran): InvocationPart {
  const invocation = { start, end, outcome, coldStart, cpu: 500, deadlineMs: undefined, timeline, request };
  return { invocation, start, end: end ?? start + 1_000 };
}

const asObject = (labels: readonly Label[]) =>
  Object.fromEntries(labels.map((label) => [label.key, 'str' in label ? label.str : label.num]));

describe('what falls into an invocation', () => {
  it('is labelled by how that went', () => {
    const [window] = windowsOf([partOf({ start: 0, end: 150_000, outcome: 'error', coldStart: true })], VERSION);
    expect(window).toMatchObject({ start: 0, end: 150_000 });
    expect(window.labels).toEqual([
      { key: 'phase', str: 'invoke' },
      { key: 'version', str: '7' },
      { key: 'cold_start', str: 'true' },
      { key: 'outcome', str: 'error' },
      { key: 'duration', num: 182, unit: 'milliseconds' },
      { key: 'slowest', num: 1, unit: '' },
    ]);
  });

  it('has neither duration nor rank while that runs', () => {
    const [window] = windowsOf([partOf({ start: 0, outcome: 'running' })], VERSION);
    expect(asObject(window.labels)).toEqual({ phase: 'invoke', version: '7', cold_start: 'false', outcome: 'running' });
  });

  it('has the user’s labels from where they were set', () => {
    const timeline = new LabelTimeline();
    timeline.set({ route: 'a' }, 2_000);
    timeline.set({ route: 'b' }, 5_000);
    const windows = windowsOf([partOf({ start: 1_000, end: 9_000, timeline })], VERSION);
    expect(windows.map(({ start, end, labels }) => [start, end, asObject(labels).route])).toEqual([
      [1_000, 2_000, undefined],
      [2_000, 5_000, 'a'],
      [5_000, 9_000, 'b'],
    ]);
  });

  it('has those that were set before, where the invocation goes on from the last snapshot', () => {
    const timeline = new LabelTimeline();
    timeline.set({ route: 'a' }, 2_000);
    const part = partOf({ start: 0, end: 9_000, timeline });
    const windows = windowsOf([{ ...part, start: 4_000 }], VERSION);
    expect(windows.map(({ start, end, labels }) => [start, end, asObject(labels).route])).toEqual([
      [4_000, 9_000, 'a'],
    ]);
  });

  it('has a rank if it is one of the eight slowest, or of the slowest 2 %', () => {
    const ranks = (count: number) => {
      const parts = Array.from({ length: count }, (_, i) => partOf({ start: 0, end: 1_000 + i }));
      return windowsOf(parts, VERSION).flatMap(({ end, labels }) => {
        const rank = asObject(labels).slowest;
        return rank === undefined ? [] : [[rank, end]];
      });
    };
    expect(ranks(20).reverse()).toEqual(Array.from({ length: 8 }, (_, i) => [i + 1, 1_019 - i]));
    expect(ranks(1_000)).toHaveLength(20);
  });
});

describe('the ids of a request', () => {
  const traceId = '1-5759e988-bd862e3fe1be46a994272793';
  const idsOf = (parts: InvocationPart[]) =>
    recordsOf(parts, VERSION).flatMap(({ labels }) => {
      const { request_id, trace_id, slowest } = asObject(labels);
      return request_id === undefined ? [] : [{ request_id, trace_id, slowest }];
    });
  const request = (i: number): RequestIds => ({ requestId: `r${i}`, traceId });

  it('are in the records of the slowest, of errors and of timeouts, each of which has a rank of its own', () => {
    const parts = Array.from({ length: 100 }, (_, i) =>
      partOf({
        start: 0,
        end: 1_000 + i,
        outcome: i === 3 ? 'error' : i === 5 ? 'timeout' : 'ok',
        request: request(i),
      }),
    );
    const ids = idsOf(parts);
    expect(ids.map(({ request_id }) => request_id)).toEqual([
      'r3',
      'r5',
      'r92',
      'r93',
      'r94',
      'r95',
      'r96',
      'r97',
      'r98',
      'r99',
    ]);
    expect(new Set(ids.map(({ slowest }) => slowest)).size).toBe(10);
    expect(ids.every(({ trace_id }) => trace_id === traceId)).toBe(true);
  });

  it('are in at most 20 records, of which 8 at least have not failed', () => {
    const parts = Array.from({ length: 5_000 }, (_, i) =>
      partOf({ start: 0, end: 1_000 + i, outcome: i % 2 === 0 ? 'error' : 'ok', request: request(i) }),
    );
    const ids = idsOf(parts).map(({ request_id }) => Number(String(request_id).slice(1)));
    expect(ids).toHaveLength(20);
    expect(ids.filter((i) => i % 2 === 1)).toHaveLength(8);
  });

  it('are never in the labels of samples', () => {
    const labels = windowsOf([partOf({ start: 0, end: 9, request: request(1) })], VERSION)[0].labels;
    expect(labels.map(({ key }) => key).filter((key) => key.endsWith('_id'))).toEqual([]);
  });

  it('are absent where they are not recorded', () => {
    expect(idsOf([partOf({ start: 0, end: 9 })])).toEqual([]);
  });
});

describe('the duration label', () => {
  it.each([
    [0, 1],
    [999, 1],
    [1_000, 1],
    [1_001, 2],
    [2_000, 2],
    [2_800, 3],
    [4_000, 4],
    [150_000, 182],
    [181_019, 182],
    [181_020, 256],
    [900_000_000, 1_048_576],
  ])('of %d µs is %d ms', (micros, bucket) => {
    expect(durationBucketMs(micros)).toBe(bucket);
  });

  it('never lies below the duration, nor more than a half octave and a millisecond above', () => {
    for (let micros = 1; micros < 1e9; micros = Math.ceil(micros * 1.07)) {
      const bucket = durationBucketMs(micros) * 1_000;
      expect(bucket).toBeGreaterThanOrEqual(micros);
      expect(bucket).toBeLessThan(micros * Math.SQRT2 + 1_001);
    }
  });
});

describe('the record of an invocation', () => {
  it('is a sample without stack or value, with exact figures', () => {
    const timeline = new LabelTimeline();
    timeline.set({ route: 'a' }, 2_000);
    const [record] = recordsOf([partOf({ start: 1_000, end: 8_123, timeline })], VERSION);
    expect(record).toMatchObject({ locations: [], values: [0, 0, 0] });
    const { start, ...rest } = asObject(record.labels);
    expect(rest).toEqual({
      wall: 7_123_000,
      cpu: 500_000,
      phase: 'invoke',
      version: '7',
      cold_start: 'false',
      outcome: 'ok',
      duration: 8,
      slowest: 1,
      route: 'a',
    });
    // Its clock's zero is when the machine was started.
    const uptimeStart = BigInt(Date.now()) - process.hrtime.bigint() / 1_000_000n;
    expect(Number(BigInt(start) / 1_000_000n - uptimeStart)).toBeLessThan(1_000);
  });

  it('is not made of one that still runs', () => {
    expect(recordsOf([partOf({ start: 0, outcome: 'running' })], VERSION)).toEqual([]);
  });
});
