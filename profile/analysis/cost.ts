import { COST_SAMPLE_TYPE } from '../../lib/contract/merged-files';
import type { DerivedValue } from '../merge/merge-options';
import type { Int64 } from '../model/int64';
import type { Profile, ValueType } from '../model/profile';

/**
 * What a sample's wall time cost, nanodollars (10⁻⁹ dollars): in microdollars most samples of a small function would
 * round to nothing.
 */
export const costSampleType: Readonly<ValueType> = COST_SAMPLE_TYPE;

/** What the time of a function costs. */
export interface TimePrice {
  /** Memory that the function has, MB, as Lambda counts them: 1,024 to a GB. */
  memoryMb: number;
  /** Dollars. */
  perGbSecond: number;
}

/**
 * What `wallNanos` cost, nanodollars, not rounded: wall × memory × price. The units cancel out: nanoseconds × GB ×
 * dollars per GB-second are nanodollars.
 */
export function costOf(wallNanos: number, { memoryMb, perGbSecond }: TimePrice): number {
  return wallNanos * (memoryMb / 1024) * perGbSecond;
}

/**
 * The value of the sample type `cost/nanodollars`, made of `wall/nanoseconds`; undefined if there is no such among
 * `sampleTypes`, or a cost already. Lambda charges for waiting as for working, so nothing is made of `cpu`.
 */
export function derivedCost(sampleTypes: readonly ValueType[], price: TimePrice): DerivedValue | undefined {
  const from = sampleTypes.findIndex(({ type, unit }) => type === 'wall' && unit === 'nanoseconds');
  if (from < 0 || sampleTypes.some(({ type }) => type === costSampleType.type)) return undefined;
  // Minus zero is no integer of the format.
  return { sampleType: { ...costSampleType }, from, value: (wall) => Math.round(costOf(Number(wall), price)) || 0 };
}

/** `profile` with its cost as the last sample type; the same object if there is none (see {@link derivedCost}). */
export function withCost(profile: Profile, price: TimePrice): Profile {
  const cost = derivedCost(profile.sampleTypes, price);
  if (!cost) return profile;
  return {
    ...profile,
    sampleTypes: [...profile.sampleTypes, cost.sampleType],
    samples: profile.samples.map((sample) => ({
      ...sample,
      values: [...sample.values, cost.value(sample.values[cost.from] as Int64)],
    })),
  };
}
