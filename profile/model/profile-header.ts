import { addInt64, compareInt64, type Int64 } from './int64';
import type { Profile, ValueType } from './profile';

/** What a profile says of itself as a whole, apart from its comments. */
export type ProfileHeader = Omit<Profile, 'samples' | 'mappings' | 'comments'>;

/** Two profiles that count different things; added up, their values would mean nothing. */
export class IncompatibleProfilesError extends Error {
  override readonly name = 'IncompatibleProfilesError';

  constructor(
    /** What differs. */
    readonly what: 'sample types' | 'period types',
    /** Those of the two profiles, for example `samples/count, wall/nanoseconds`. */
    readonly left: string,
    readonly right: string,
  ) {
    super(
      `Profiles with different ${what} cannot be merged: "${left}" and "${right}". Merge only profiles of one type and version`,
    );
  }
}

/**
 * The header of the merge of two profiles: sum of durations, earliest time that is set, longest period.
 *
 * Where google/pprof takes a text (default sample type, frames to drop and to keep, link) from whichever profile comes
 * first, this takes the least one that is not empty: then the order does not matter. Frames to drop and to keep are those
 * of one profile, as there.
 *
 * @throws IncompatibleProfilesError
 */
export function mergeHeaders(a: ProfileHeader, b: ProfileHeader): ProfileHeader {
  requireSame('sample types', a.sampleTypes, b.sampleTypes);
  requireSame('period types', periodTypes(a), periodTypes(b));
  return {
    sampleTypes: a.sampleTypes,
    periodType: periodTypes(a)[0],
    defaultSampleType: leastNotEmpty(a.defaultSampleType, b.defaultSampleType),
    period: compareInt64(a.period, b.period) > 0 ? a.period : b.period,
    timeNanos: earliestSet(a.timeNanos, b.timeNanos),
    durationNanos: addInt64(a.durationNanos, b.durationNanos),
    ...lesserPatterns(a, b),
    docUrl: leastNotEmpty(a.docUrl, b.docUrl),
  };
}

/** A header that changes nothing in a merge with `header`. */
export function neutralHeader({ sampleTypes, periodType, period }: ProfileHeader): ProfileHeader {
  return {
    sampleTypes: sampleTypes.map((type) => ({ ...type })),
    periodType: periodType && { ...periodType },
    period,
    timeNanos: 0,
    durationNanos: 0,
    defaultSampleType: '',
    dropFrames: '',
    keepFrames: '',
    docUrl: '',
  };
}

type FramePatterns = Pick<ProfileHeader, 'dropFrames' | 'keepFrames'>;

function lesserPatterns(a: FramePatterns, b: FramePatterns): FramePatterns {
  if (a.dropFrames === b.dropFrames) {
    return { dropFrames: a.dropFrames, keepFrames: leastNotEmpty(a.keepFrames, b.keepFrames) };
  }
  const { dropFrames, keepFrames } = leastNotEmpty(a.dropFrames, b.dropFrames) === a.dropFrames ? a : b;
  return { dropFrames, keepFrames };
}

/** The lesser of two strings, in which the empty string is greater than any other. */
export function leastNotEmpty(a: string, b: string): string {
  if (a === '' || b === '') return a || b;
  return a < b ? a : b;
}

function earliestSet(a: Int64, b: Int64): Int64 {
  if (a === 0 || b === 0) return a || b;
  return compareInt64(a, b) < 0 ? a : b;
}

/** The period type, if there is one; an empty one is none. */
function periodTypes({ periodType }: ProfileHeader): ValueType[] {
  return periodType && (periodType.type !== '' || periodType.unit !== '') ? [periodType] : [];
}

function requireSame(what: 'sample types' | 'period types', left: ValueType[], right: ValueType[]): void {
  const same =
    left.length === right.length &&
    left.every(({ type, unit }, i) => type === right[i]?.type && unit === right[i]?.unit);
  if (!same) throw new IncompatibleProfilesError(what, describe(left), describe(right));
}

function describe(types: readonly ValueType[]): string {
  return types.map(({ type, unit }) => `${type}/${unit}`).join(', ') || 'none';
}
