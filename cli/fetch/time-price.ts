import type { TimePrice } from '../../profile/analysis/cost';
import { gbSecondPrice } from '../../profile/analysis/prices';

/** Where a function runs, and what its owner pays for it. */
export interface Pricing {
  region: string;
  /** Dollars for a GB-second. @default - the list price of region and architecture */
  perGbSecond?: number;
}

/** What a snapshot's metadata say of where it ran. */
export interface RanOn {
  /** MB; NaN: unknown. */
  memoryMb: number;
  /** `arm64`, `x86_64`; empty: unknown. */
  arch: string;
}

/** What time costs there; undefined: that is not known. */
export function timePrice({ memoryMb, arch }: RanOn, { region, perGbSecond }: Pricing): TimePrice | undefined {
  const price = perGbSecond ?? gbSecondPrice(region, arch)?.perGbSecond;
  return price === undefined || !(memoryMb > 0) ? undefined : { memoryMb, perGbSecond: price };
}

/** What has to be said of prices in that region; undefined: nothing. */
export function priceNote({ region, perGbSecond }: Pricing): string | undefined {
  if (perGbSecond !== undefined || gbSecondPrice(region, 'arm64')?.known) return undefined;
  return `the price of a GB-second in ${region} is unknown: the price of most other regions is used; --price sets yours`;
}
