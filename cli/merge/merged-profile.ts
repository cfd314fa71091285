import { type TimePrice, withCost } from '../../profile/cost';
import { decodeProfile } from '../../profile/decode';
import { filterSamples } from '../../profile/filter';
import { isInvocationRecord } from '../../profile/invocation-records';
import { mergeProfiles } from '../../profile/merge';
import type { Profile, Sample } from '../../profile/model';
import type { MergedPart, MergedSnapshots } from './snapshot-group';
import { type Pricing, timePrice } from './time-price';

/** A merged profile, with the records of its invocations beside it: they have no stacks, and merging drops them. */
export interface ProfileWithRecords {
  profile: Profile;
  records: Sample[];
}

/** The profile that the parts of a merge are together; that of `wall` says what its time costs, if that is known. */
export function mergedProfile({ type, parts }: MergedSnapshots, pricing: Pricing): ProfileWithRecords {
  const profiles = parts.map(({ bytes }) => decodeProfile(bytes));
  const records = profiles.flatMap(({ samples }) => samples.filter(isInvocationRecord));
  const plain = profiles.map((profile) => filterSamples(profile, (sample) => !isInvocationRecord(sample)));
  const prices = type === 'wall' ? pricesOf(parts, pricing) : undefined;
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
function pricesOf(parts: readonly MergedPart[], pricing: Pricing): TimePrice[] | undefined {
  const prices = parts.map((part) => timePrice(part, pricing));
  return prices.every((price) => price !== undefined) ? prices : undefined;
}
