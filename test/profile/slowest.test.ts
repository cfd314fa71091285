import { describe, expect, it } from 'vitest';
import { Durations, type SlowestThreshold, slowestOfMerged, slowestSamples } from '../../profile/analysis/slowest';
import type { Label, Profile, Sample } from '../../profile/model/profile';
import { durationBucketMs } from '../../runtime/invocations/invocation-labels';
import { at, fn, profileOf } from './support/profiles';
import { Random } from './support/random';

/** A snapshot of invocations of these durations, milliseconds; `ranked` of them have a rank; each has one sample. */
function snapshot(durations: number[], ranked = 8): Profile {
  const byDuration = [...durations].sort((a, b) => b - a);
  const samples: Sample[] = durations.map((ms) => ({
    locations: [at(fn(`of ${ms}`))],
    values: [ms * 1e6],
    labels: labelsOf(ms, byDuration.indexOf(ms) + 1),
  }));
  const records: Sample[] = durations.map((ms) => ({
    locations: [],
    values: [0],
    labels: [{ key: 'wall', num: ms * 1e6, unit: 'nanoseconds' }, ...labelsOf(ms, byDuration.indexOf(ms) + 1)],
  }));
  return profileOf(...samples, ...records);

  function labelsOf(ms: number, rank: number): Label[] {
    return [
      { key: 'duration', num: durationBucketMs(ms * 1000), unit: 'milliseconds' },
      ...(rank <= ranked ? [{ key: 'slowest', num: rank, unit: '' }] : []),
    ];
  }
}

function durationsOf(snapshots: number[][]): Durations {
  const all = new Durations();
  for (const ms of snapshots.flat()) all.add({ wallNanos: ms * 1e6, durationBucket: durationBucketMs(ms * 1000) });
  return all;
}

function thresholdOf(snapshots: number[][], part: number): SlowestThreshold {
  const threshold = durationsOf(snapshots).slowest(part);
  if (!threshold) throw new Error('There are no invocations');
  return threshold;
}

const kept = ({ samples }: Profile) =>
  samples.flatMap(({ values: [value] }) => (value === 0 ? [] : [Number(value) / 1e6]));

describe('Durations', () => {
  it('tells how long the slowest part took, rounded up to whole invocations', () => {
    const all = durationsOf([Array.from({ length: 150 }, (_, i) => i + 1)]);
    expect(all.slowest(0.01)).toEqual({ wallNanos: 149e6, durationBucket: 182, selected: 2, invocations: 150 });
    expect(all.slowest(0.5)).toMatchObject({ wallNanos: 76e6, selected: 75 });
    expect(all.slowest(1)).toMatchObject({ wallNanos: 1e6, selected: 150 });
    expect(all.slowest(1e-9)).toMatchObject({ wallNanos: 150e6, selected: 1 });
  });

  it('takes all that took just as long', () => {
    expect(durationsOf([[5, 5, 5, 1]]).slowest(0.25)).toMatchObject({ wallNanos: 5e6, selected: 3, invocations: 4 });
  });

  it('has nothing to say of no invocations', () => {
    expect(new Durations().slowest(0.01)).toBeUndefined();
  });
});

describe('slowestSamples', () => {
  it('tells those in the bucket of the threshold by their ranks', () => {
    // 100, 105 and 110 ms share the bucket up to 128 ms.
    const snapshots = [
      [3, 100, 110, 300],
      [105, 4, 109],
    ];
    const threshold = thresholdOf(snapshots, 3 / 7);
    expect(threshold).toMatchObject({ wallNanos: 109e6, durationBucket: 128, selected: 3 });
    const results = snapshots.map((each) => slowestSamples(snapshot(each), threshold));
    expect(results.map(({ profile }) => kept(profile))).toEqual([[110, 300], [109]]);
    expect(results.map(({ selected, cut }) => [selected, cut])).toEqual([
      [2, 0],
      [1, 0],
    ]);
  });

  it('keeps the records of those that it selects', () => {
    const threshold = thresholdOf([[3, 100, 110]], 0.3);
    const { samples } = slowestSamples(snapshot([3, 100, 110]), threshold).profile;
    expect(samples.map(({ values, locations }) => [values[0], locations.length])).toEqual([
      [110e6, 1],
      [0, 0],
    ]);
  });

  it('is cut at the last rank, and says so', () => {
    const durations = [100, 101, 102, 103, 104, 105];
    const threshold = thresholdOf([durations], 4 / 6);
    const { profile, selected, cut } = slowestSamples(snapshot(durations, 2), threshold);
    expect(kept(profile)).toEqual([104, 105]);
    expect({ selected, cut }).toEqual({ selected: 4, cut: 2 });
  });

  it('needs no ranks where all that share the bucket are slow', () => {
    const threshold = thresholdOf([[100, 101, 102, 1]], 0.75);
    const { profile, cut } = slowestSamples(snapshot([100, 101, 102, 1], 0), threshold);
    expect(kept(profile)).toEqual([100, 101, 102]);
    expect(cut).toBe(0);
  });

  it('leaves out what was running, and what has a value of the user’s in place of its duration', () => {
    const running: Sample = { locations: [at(fn('f'))], values: [5], labels: [{ key: 'outcome', str: 'running' }] };
    const odd: Sample = { locations: [at(fn('f'))], values: [6], labels: [{ key: 'duration', str: 'long' }] };
    const threshold = thresholdOf([[100]], 1);
    const profile = profileOf(...snapshot([100]).samples, running, odd);
    expect(kept(slowestSamples(profile, threshold).profile)).toEqual([100]);
  });

  it('selects over many snapshots exactly the invocations that sorting them all selects', () => {
    const random = new Random(7);
    for (let round = 0; round < 20; round++) {
      const snapshots = Array.from({ length: 20 }, () =>
        // Different within a snapshot, so that a sample tells whose it is.
        [...new Set(Array.from({ length: 1 + random.below(60) }, () => 1 + random.below(3000)))],
      );
      const part = (1 + random.below(10)) / 100;
      const all = snapshots.flat().sort((a, b) => b - a);
      const least = all[Math.ceil(all.length * part) - 1];
      const threshold = thresholdOf(snapshots, part);
      expect(threshold.wallNanos).toBe(least * 1e6);
      let cut = 0;
      const selected = snapshots.flatMap((each) => {
        const result = slowestSamples(snapshot(each, Math.max(8, Math.ceil(each.length * 0.02))), threshold);
        cut += result.cut;
        return kept(result.profile);
      });
      const expected = all.filter((ms) => ms >= least);
      expect(selected.length + cut).toBe(expected.length);
      expect(selected.every((ms) => ms >= least)).toBe(true);
    }
  });
});

describe('slowestOfMerged', () => {
  /** Snapshots of different instances in one profile, as fetch merges them. */
  function merged(...snapshots: Profile[]): Profile {
    const samples = snapshots.flatMap((each, i) =>
      each.samples.map((one) => ({
        ...one,
        labels: [
          ...one.labels,
          { key: 'instance', str: `00000000000${i % 2}` },
          { key: 'window', num: 1000 + i, unit: 'milliseconds' },
        ],
      })),
    );
    return profileOf(...samples);
  }

  it('selects what reading the snapshots one by one selects', () => {
    const snapshots = [
      [3, 100, 110, 300],
      [105, 4, 109],
      [90, 120],
    ];
    const threshold = thresholdOf(snapshots, 4 / 9);
    const oneByOne = snapshots.flatMap((each) => kept(slowestSamples(snapshot(each), threshold).profile));
    const result = slowestOfMerged(merged(...snapshots.map((each) => snapshot(each))), 4 / 9);
    expect(result?.threshold).toEqual(threshold);
    expect(result && kept(result.profile).sort()).toEqual(oneByOne.sort());
    expect(result?.cut).toBe(0);
  });

  it('leaves out snapshots of which there are no records any more', () => {
    const old = profileOf(...snapshot([500]).samples.filter(({ locations }) => locations.length > 0));
    const result = slowestOfMerged(merged(snapshot([100, 1]), old), 0.5);
    expect(result && kept(result.profile)).toEqual([100]);
  });

  it('has nothing to say of a profile without records, or whose samples do not tell their snapshots', () => {
    expect(slowestOfMerged(profileOf(), 0.01)).toBeUndefined();
    expect(slowestOfMerged(snapshot([1, 2, 3]), 0.5)).toBeUndefined();
  });
});
