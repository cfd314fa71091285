import { describe, expect, it } from 'vitest';
import { mergeProfiles, ProfileMerger } from '../../profile/merge/merge';
import { addInt64, type Int64 } from '../../profile/model/int64';
import { emptyProfile, type Location, type Profile } from '../../profile/model/profile';
import { IncompatibleProfilesError } from '../../profile/model/profile-header';
import { encodeProfile } from '../../profile/pprof/encode';
import { at, fn, profileOf, sample } from './support/profiles';
import { Random } from './support/random';
import { randomProfile } from './support/random-profile';

describe('A merge that is added to another', () => {
  const twice = { sampleType: { type: 'twice', unit: 'count' }, from: 1, value: (of: Int64) => addInt64(of, of) };
  const withTwice = (profile: Profile): Profile => ({
    ...profile,
    sampleTypes: [...profile.sampleTypes, twice.sampleType],
    samples: profile.samples.map((s) => ({ ...s, values: [...s.values, twice.value(s.values[1] as Int64)] })),
  });
  /** Makes locations the same that have as many lines. */
  const renamed = ({ lines, isFolded }: Location): Location => ({
    address: 0,
    isFolded,
    lines: lines.map(() => ({ fn: fn('größe'), line: 1, column: 0 })),
  });
  const withRenamed = (profile: Profile): Profile => ({
    ...profile,
    samples: profile.samples.map((s) => ({ ...s, locations: s.locations.map(renamed) })),
  });
  const halves = Array.from({ length: 40 }, (_, seed) => {
    const random = new Random(seed + 5000);
    return [0, 1].map(() => Array.from({ length: 1 + random.below(4) }, () => randomProfile(random)));
  });
  const mergerOf = (profiles: readonly Profile[]): ProfileMerger => {
    const merger = new ProfileMerger();
    for (const profile of profiles) merger.add(profile);
    return merger;
  };

  it('gives what merging all of them at once does', () => {
    for (const [seed, groups] of halves.entries()) {
      const whole = new ProfileMerger();
      for (const group of groups) whole.addMerged(mergerOf(group));
      expect(whole.finish().encoded(), `seed ${seed}`).toEqual(encodeProfile(mergeProfiles(groups.flat())));
    }
  });

  it('may have a further value in each sample', () => {
    for (const [seed, groups] of halves.entries()) {
      const whole = new ProfileMerger();
      for (const group of groups) whole.addMerged(mergerOf(group), { derived: twice });
      const expected = mergeProfiles(groups.map((group) => withTwice(mergeProfiles(group))));
      expect(whole.sampleTypes).toEqual(expected.sampleTypes);
      expect(whole.finish().encoded(), `seed ${seed}`).toEqual(encodeProfile(expected));
    }
  });

  it('may have other locations, and samples whose stacks become equal become one', () => {
    let fewer = 0;
    for (const [seed, groups] of halves.entries()) {
      const whole = new ProfileMerger();
      for (const group of groups) {
        const merger = mergerOf(group);
        whole.addMerged(merger, { locations: merger.locations().map(renamed) });
      }
      const merged = mergeProfiles(groups.flat());
      const expected = mergeProfiles([withRenamed(merged)]);
      expect(whole.finish().encoded(), `seed ${seed}`).toEqual(encodeProfile(expected));
      if (expected.samples.length < merged.samples.length) fewer++;
    }
    expect(fewer).toBeGreaterThan(0);
  });

  it('is refused where it counts something else, and changes nothing', () => {
    const whole = mergerOf([profileOf(sample(1, at(fn('f'))))]);
    const before = whole.finish().encoded();
    const other = mergerOf([
      withTwice({
        ...emptyProfile([
          { type: 'a', unit: '' },
          { type: 'b', unit: '' },
        ]),
      }),
    ]);
    expect(() => whole.addMerged(other)).toThrow(IncompatibleProfilesError);
    expect(() => whole.addMerged(new ProfileMerger())).toThrow('No profiles to merge');
    expect(whole.finish().encoded()).toEqual(before);
  });
});
