import { expect, test } from 'vitest';
import { emptyProfile } from '../../profile/model';
import { defaultSampleTypeIndex } from '../../profile/sample-type';

const heap = emptyProfile([
  { type: 'inuse_objects', unit: 'count' },
  { type: 'inuse_space', unit: 'bytes' },
]);

test('The default sample type is the one that the profile names, otherwise the last', () => {
  expect(defaultSampleTypeIndex({ ...heap, defaultSampleType: 'inuse_objects' })).toBe(0);
  expect(defaultSampleTypeIndex(heap)).toBe(1);
  expect(defaultSampleTypeIndex({ ...heap, defaultSampleType: 'unknown' })).toBe(1);
  expect(defaultSampleTypeIndex(emptyProfile([]))).toBe(-1);
});
