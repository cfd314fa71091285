import { describe, expect, it } from 'vitest';
import { costOf, withCost } from '../../profile/analysis/cost';
import { gbSecondPrice } from '../../profile/analysis/prices';
import { mergeProfiles } from '../../profile/merge/merge';
import { emptyProfile, type Profile } from '../../profile/model/profile';
import { decodeProfile } from '../../profile/pprof/decode';
import { encodeProfile } from '../../profile/pprof/encode';
import { at, fn } from './support/profiles';

const types = [
  { type: 'samples', unit: 'count' },
  { type: 'cpu', unit: 'nanoseconds' },
  { type: 'wall', unit: 'nanoseconds' },
];

function wallProfile(...wallNanos: number[]): Profile {
  const samples = wallNanos.map((wall, i) => ({ locations: [at(fn(`f${i}`))], values: [1, 0, wall], labels: [] }));
  return { ...emptyProfile(types), defaultSampleType: 'wall', samples };
}

describe('costOf', () => {
  it('is what AWS’s own example says: 1,536 MB for 120 ms, three million times, are 540,000 GB-s', () => {
    const one = costOf(120e6, { memoryMb: 1536, perGbSecond: 0.0000166667 });
    expect((one * 3e6) / 1e9).toBeCloseTo(540_000 * 0.0000166667, 6);
  });
});

describe('withCost', () => {
  const price = { memoryMb: 1024, perGbSecond: 0.00001 };

  it('adds what the wall time of each sample cost, and changes nothing else', () => {
    const profile = wallProfile(10_000_000, 50_000_000);
    const priced = withCost(profile, price);
    expect(priced.sampleTypes).toEqual([...types, { type: 'cost', unit: 'nanodollars' }]);
    expect(priced.samples.map(({ values }) => values)).toEqual([
      [1, 0, 10_000_000, 100],
      [1, 0, 50_000_000, 500],
    ]);
    expect(priced.defaultSampleType).toBe('wall');
    expect(profile.samples[0]?.values).toHaveLength(3);
  });

  it('is proportional to the memory', () => {
    const [small, large] = [128, 10_240].map((memoryMb) => withCost(wallProfile(1e9), { ...price, memoryMb }));
    expect(small?.samples[0]?.values[3]).toBe(1250);
    expect(large?.samples[0]?.values[3]).toBe(100_000);
  });

  it('rounds each sample by half a nanodollar at most, so that ten milliseconds of 128 MB count', () => {
    const samples = withCost(wallProfile(10_000_000), { memoryMb: 128, perGbSecond: 0.0000166667 }).samples;
    expect(samples[0]?.values[3]).toBe(21);
  });

  it('gives a profile that merges and is written and read like any other, negative differences too', () => {
    const priced = withCost(wallProfile(10_000_000, -10_000_000, -1, 0), price);
    expect(decodeProfile(encodeProfile(priced)).samples.map(({ values }) => values[3])).toEqual([100, -100, 0, 0]);
    expect(mergeProfiles([priced, priced]).samples.map(({ values }) => values[3])).toContain(200);
  });

  it('leaves a profile as it is that has no wall time, or a cost already', () => {
    const memory = emptyProfile([{ type: 'inuse_space', unit: 'bytes' }]);
    expect(withCost(memory, price)).toBe(memory);
    const priced = withCost(wallProfile(5), price);
    expect(withCost(priced, price)).toBe(priced);
  });
});

describe('gbSecondPrice', () => {
  it('tells what Lambda charges in a region', () => {
    expect(gbSecondPrice('us-east-1', 'x86_64')).toEqual({ perGbSecond: 0.0000166667, known: true });
    expect(gbSecondPrice('eu-central-1', 'arm64')).toEqual({ perGbSecond: 0.0000133334, known: true });
    expect(gbSecondPrice('af-south-1', 'arm64')).toEqual({ perGbSecond: 0.00001768, known: true });
  });

  it('says so where it has to assume what most regions charge', () => {
    expect(gbSecondPrice('xx-nowhere-9', 'arm64')).toEqual({ perGbSecond: 0.0000133334, known: false });
  });

  it('knows no price for an architecture that it does not know', () => {
    expect(gbSecondPrice('us-east-1', '')).toBeUndefined();
    expect(gbSecondPrice('us-east-1', 'riscv64')).toBeUndefined();
  });
});
