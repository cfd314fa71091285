import { expect, it } from 'vitest';
import { emptyProfile } from '../../profile/model/profile';
import { countSampleTypeIndex, defaultSampleTypeIndex } from '../../profile/model/sample-type';

const heap = emptyProfile([
  { type: 'inuse_objects', unit: 'count' },
  { type: 'inuse_space', unit: 'bytes' },
]);

it('The default sample type is the one that the profile names, otherwise the last', () => {
  expect(defaultSampleTypeIndex({ ...heap, defaultSampleType: 'inuse_objects' })).toBe(0);
  expect(defaultSampleTypeIndex(heap)).toBe(1);
  expect(defaultSampleTypeIndex({ ...heap, defaultSampleType: 'unknown' })).toBe(1);
  expect(defaultSampleTypeIndex(emptyProfile([]))).toBe(-1);
});

it('What counts is the sample type of samples, otherwise one with a count', () => {
  expect(countSampleTypeIndex(heap.sampleTypes)).toBe(0);
  const wait = [...heap.sampleTypes, { type: 'samples', unit: 'count' }];
  expect(countSampleTypeIndex(wait)).toBe(2);
  expect(countSampleTypeIndex([{ type: 'delay', unit: 'nanoseconds' }])).toBe(-1);
});
