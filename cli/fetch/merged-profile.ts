import { SELECTION_NOTE } from '../../lib/contract/merged-files';
import type { TimePrice } from '../../profile/analysis/cost';
import { isInvocationRecord } from '../../profile/analysis/invocation-records';
import { stackTable } from '../../profile/analysis/stack-table';
import type { Location } from '../../profile/model/profile';
import { decodeProfile } from '../../profile/pprof/decode';
import { encodeProfile } from '../../profile/pprof/encode';
import { type FindSourceMap, symbolizeLocation } from '../../profile/symbols/symbolize';
import {
  type Selection,
  selectInvocations,
  selectionText,
  selectSamples,
  selectsSamples,
} from '../snapshots/selection';
import type { MergedProfile } from './sent-profile';
import type { MergedGroup, MergedPart, MergeFinish } from './snapshot-group';
import { type Pricing, timePrice } from './time-price';

/**
 * What is to be made of a merge: original places, in `wall` what its time costs, if that is known, and a comment that says
 * what is selected, as the file does not tell it otherwise.
 */
export function mergeFinish(
  { type, parts }: MergedGroup,
  find: FindSourceMap,
  pricing: Pricing,
  selection: Selection,
): MergeFinish {
  const prices = type === 'wall' ? pricesOf(parts, pricing) : undefined;
  const flags = selectionText(selection);
  return {
    parts: parts.map(({ locations }, i) => ({ locations: originals(locations, find), price: prices?.[i] })),
    comments: flags === '' ? [] : [`${SELECTION_NOTE}${flags}`],
  };
}

/** Undefined: the maps say nothing of any. */
function originals(locations: readonly Location[], find: FindSourceMap): Location[] | undefined {
  const symbolized = locations.map((location) => symbolizeLocation(location, find));
  return symbolized.some((location, i) => location !== locations[i]) ? symbolized : undefined;
}

/** What the time of each part costs; undefined if that is not known of one: the sum would be too low. */
function pricesOf(parts: readonly MergedPart[], pricing: Pricing): TimePrice[] | undefined {
  const prices = parts.map((part) => timePrice(part, pricing));
  return prices.every((price) => price !== undefined) ? prices : undefined;
}

/** The samples that are wanted of a merged profile; the same object where all are. */
export function selectedPart(merged: MergedProfile, selection: Selection): MergedProfile {
  if (!selectsSamples(selection)) return merged;
  const profile = decodeProfile(merged.encoded);
  const records = profile.samples.filter(isInvocationRecord);
  const others = profile.samples.filter((sample) => !isInvocationRecord(sample));
  const selected = selectSamples({ ...profile, samples: others }, selection);
  // No frame is on the stack of a record: which frames are wanted does not touch it.
  const invocations = selectInvocations({ ...profile, samples: records }, selection);
  const part = { ...selected, samples: [...selected.samples, ...invocations.samples] };
  return { encoded: encodeProfile(part), stacks: stackTable(part) };
}
