import type { ValueType } from './profile';

/** What the values of a profile's samples are. */
export interface SampleTypes {
  sampleTypes: readonly ValueType[];
  /** The `type` of the one that tools show first; empty: the last one. */
  defaultSampleType: string;
}

/** Index of the sample type to show first: the one that the profile names, otherwise the last. -1: there are none. */
export function defaultSampleTypeIndex({ sampleTypes, defaultSampleType }: SampleTypes): number {
  const named = sampleTypes.findIndex(({ type }) => type === defaultSampleType);
  return named >= 0 ? named : sampleTypes.length - 1;
}

/** Index of the sample type that counts samples, or else other things; -1: there is none. */
export function countSampleTypeIndex(sampleTypes: readonly ValueType[]): number {
  const samples = sampleTypes.findIndex(({ type }) => type === 'samples');
  return samples >= 0 ? samples : sampleTypes.findIndex(({ unit }) => unit === 'count');
}
