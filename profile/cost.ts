import type { Int64 } from './int64';
import type { Profile, ValueType } from './model';

/**
 * What a sample's wall time cost, nanodollars (10⁻⁹ dollars): in microdollars most samples of a small function would
 * round to nothing.
 */
export const costSampleType: Readonly<ValueType> = { type: 'cost', unit: 'nanodollars' };

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
 * `profile` with a sample type `cost/nanodollars` at the end, made of `wall/nanoseconds`; the same object where it has
 * no such, or has a cost already. Lambda charges for waiting as for working, so nothing is made of `cpu`.
 */
export function withCost(profile: Profile, price: TimePrice): Profile {
  const { sampleTypes, samples } = profile;
  const wall = sampleTypes.findIndex(({ type, unit }) => type === 'wall' && unit === 'nanoseconds');
  if (wall < 0 || sampleTypes.some(({ type }) => type === costSampleType.type)) return profile;
  return {
    ...profile,
    sampleTypes: [...sampleTypes, { ...costSampleType }],
    samples: samples.map((sample) => {
      const cost: Int64 = Math.round(costOf(Number(sample.values[wall]), price));
      // Minus zero is no integer of the format.
      return { ...sample, values: [...sample.values, cost || 0] };
    }),
  };
}
