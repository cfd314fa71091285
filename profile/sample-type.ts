import type { Profile } from './model';

/** Index of the sample type to show first: the one that the profile names, otherwise the last. -1: there are none. */
export function defaultSampleTypeIndex({
  sampleTypes,
  defaultSampleType,
}: Pick<Profile, 'sampleTypes' | 'defaultSampleType'>): number {
  const named = sampleTypes.findIndex(({ type }) => type === defaultSampleType);
  return named >= 0 ? named : sampleTypes.length - 1;
}
