import { type TimePrice, withCost } from '../profile/cost';
import { decodeProfile } from '../profile/decode';
import { filterSamples } from '../profile/filter';
import { isInvocationRecord } from '../profile/invocation-records';
import { mergeProfiles } from '../profile/merge';
import type { Profile, Sample } from '../profile/model';
import { gbSecondPrice } from '../profile/prices';
import type { MergedPart, MergedSnapshots } from './snapshot-group';

/** A merged profile, with the records of its invocations beside it: they have no stacks, and merging drops them. */
export interface ProfileWithRecords {
  profile: Profile;
  records: Sample[];
}

/** The profile that the parts of a merge are together; that of `wall` says what its time costs, if that is known. */
export function mergedProfile({ type, parts }: MergedSnapshots, region: string): ProfileWithRecords {
  const profiles = parts.map(({ bytes }) => decodeProfile(bytes));
  const records = profiles.flatMap(({ samples }) => samples.filter(isInvocationRecord));
  const plain = profiles.map((profile) => filterSamples(profile, (sample) => !isInvocationRecord(sample)));
  const prices = type === 'wall' ? pricesOf(parts, region) : undefined;
  const priced = prices ? plain.map((profile, i) => withCost(profile, prices[i])) : plain;
  return { profile: priced.length === 1 ? priced[0] : mergeProfiles(priced), records };
}

/** `profile` with `records` after its samples. */
export function withRecords(profile: Profile, records: readonly Sample[]): Profile {
  const values = profile.sampleTypes.map(() => 0);
  return {
    ...profile,
    samples: [...profile.samples, ...records.map((record) => ({ ...record, values: [...values] }))],
  };
}

/** What the time of each part costs; undefined where that is not known of one: the sum would be too low. */
function pricesOf(parts: readonly MergedPart[], region: string): TimePrice[] | undefined {
  const prices: TimePrice[] = [];
  for (const { memoryMb, arch } of parts) {
    const price = gbSecondPrice(region, arch);
    if (!price || !(memoryMb > 0)) return undefined;
    prices.push({ memoryMb, perGbSecond: price.perGbSecond });
  }
  return prices;
}
