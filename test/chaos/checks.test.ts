import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { emptyProfile, type Sample } from '../../profile/model/profile';
import { encodeProfile } from '../../profile/pprof/encode';
import { problemsOf, type Run, type StepResult, type StoredObject } from './support/checks';
import { planStep } from './support/plan';

const MS = 1_000_000;

/** A `wall` snapshot with a record of each invocation. */
function snapshot(slot: string, starts: readonly number[], metadata: Record<string, string> = {}): StoredObject {
  const records = starts.map(
    (start): Sample => ({
      locations: [],
      values: [0],
      labels: [
        { key: 'start', num: start * MS, unit: 'nanoseconds' },
        { key: 'wall', num: 5 * MS, unit: 'nanoseconds' },
      ],
    }),
  );
  const profile = { ...emptyProfile([{ type: 'wall', unit: 'nanoseconds' }]), samples: records };
  return {
    key: `profiled-fn/chaos/Checkout/wall/${slot}-0123456789ab.pb.gz`,
    body: gzipSync(encodeProfile(profile)),
    metadata: { format: '1', ...metadata },
  };
}

const answering = (count: number): Run => ({
  answers: Array.from({ length: count }, (_, i) => ({ payload: String(i) })),
  held: Array.from({ length: count }, () => ({ heldMs: 5, leftMs: 9_000 })),
  peakBytes: 80e6,
  timeouts: 0,
});

/** A step of three invocations in which all went well. */
const well = (): StepResult => ({
  bare: answering(3),
  profiled: answering(3),
  killed: new Set(),
  objects: [snapshot('00', [1, 2]), snapshot('01', [3])],
  hasRecords: true,
});

describe('a chaos step', () => {
  it('is the same for the same seed, and another for another', () => {
    const plans = Array.from({ length: 50 }, (_, seed) => JSON.stringify({ ...planStep(seed), seed: 0 }));
    expect(Array.from({ length: 50 }, (_, seed) => JSON.stringify({ ...planStep(seed), seed: 0 }))).toEqual(plans);
    expect(new Set(plans).size).toBe(50);
  });

  it('has no problem where all went well', () => {
    expect(problemsOf(well())).toEqual([]);
  });

  it.each<[string, (result: StepResult) => void, RegExp]>([
    ['another answer', ({ profiled }) => (profiled.answers[1] = { payload: 'x' }), /invocation 1: profiled/],
    ['an error', ({ profiled }) => (profiled.answers[1] = { payload: '1', error: 'Error' }), /invocation 1: profiled/],
    [
      'a baseline that does not run',
      ({ bare, profiled }) => {
        for (const { answers } of [bare, profiled]) for (const answer of answers) answer.error = 'Runtime.ExitError';
      },
      /the bare function does not run/,
    ],
    ['a timeout', ({ profiled }) => (profiled.timeouts = 1), /1 invocations ran into the timeout/],
    ['a long hold', ({ profiled }) => (profiled.held[2] = { heldMs: 900, leftMs: 9_000 }), /held 900 ms/],
    ['a hold near the deadline', ({ profiled }) => (profiled.held[2] = { heldMs: 300, leftMs: 500 }), /held 300 ms/],
    ['memory', ({ profiled }) => (profiled.peakBytes = 200e6), /added 114 MB/],
    ['a truncated object', ({ objects }) => (objects[0].body = objects[0].body.subarray(0, 20)), /cannot be read/],
    ['an object without metadata', ({ objects }) => (objects[0].metadata = {}), /no metadata/],
    ['a lost window', ({ objects }) => objects.pop(), /1 of 3 invocations are neither/],
    ['a window twice', ({ objects }) => objects.push(snapshot('02', [3])), /1 invocations are in two snapshots/],
  ])('reports %s', (_what, spoil, problem) => {
    const result = well();
    spoil(result);
    expect(problemsOf(result).join('\n')).toMatch(problem);
  });

  it('accepts what is lost with a killed process, and what is counted as dropped', () => {
    const lost = well();
    lost.objects.pop();
    expect(problemsOf({ ...lost, killed: new Set([2]) })).toEqual([]);
    expect(problemsOf({ ...lost, objects: [snapshot('00', [1, 2], { 'dropped-snapshots': '1' })] })).toEqual([]);
    expect(problemsOf({ ...lost, objects: [snapshot('00', [1, 2], { 'dropped-invocations': '1' })] })).toEqual([]);
  });
});
