import { describe, expect, it } from 'vitest';
import { stackTableOf } from '../../profile/analysis/stack-table';
import { ProfileMerger } from '../../profile/merge/merge';
import { addInt64, type Int64 } from '../../profile/model/int64';
import { ColumnsReader } from '../../profile/pprof/columns-reader';
import { encodeProfile } from '../../profile/pprof/encode';
import { Random } from './support/random';
import { randomProfile } from './support/random-profile';

const groups = Array.from({ length: 40 }, (_, seed) => {
  const random = new Random(seed + 1000);
  const merger = new ProfileMerger();
  for (let i = 0; i < 2 + random.below(5); i++) merger.add(randomProfile(random));
  return { seed, merger };
});

describe('A finished merge', () => {
  it('has the bytes of its result', () => {
    for (const { seed, merger } of groups) {
      expect(merger.finish().encoded(), `seed ${seed}`).toEqual(encodeProfile(merger.result()));
    }
  });

  it('has the stacks of its bytes', () => {
    let stackless = 0;
    for (const { seed, merger } of groups) {
      const finished = merger.finish({ records: [[{ key: 'start', num: 7, unit: 's' }]] });
      const table = stackTableOf(new ColumnsReader().read(finished.encoded()));
      expect(finished.stackTable(), `seed ${seed}`).toEqual(table);
      stackless += table.stackless.length - 1;
    }
    expect(stackless).toBeGreaterThan(0);
  });

  it('may have a further value in each sample, and comments, and records at the end', () => {
    const twice = { sampleType: { type: 'twice', unit: 'count' }, from: 1, value: (of: Int64) => addInt64(of, of) };
    const labels = [{ key: 'start', num: 7, unit: 's' }];
    for (const { seed, merger } of groups) {
      const finished = merger.finish({ derived: twice, comments: ['further'], records: [labels] });
      const { samples, sampleTypes, comments, ...profile } = merger.result();
      const values = [...sampleTypes, twice.sampleType].map(() => 0);
      const expected = encodeProfile({
        ...profile,
        sampleTypes: [...sampleTypes, twice.sampleType],
        samples: [
          ...samples.map((each) => ({ ...each, values: [...each.values, twice.value(each.values[1] as Int64)] })),
          { locations: [], values, labels },
        ],
        comments: [...comments, 'further'],
      });
      expect(finished.encoded(), `seed ${seed}`).toEqual(expected);
    }
  });
});
