import { describe, expect, it } from 'vitest';
import { mergeProfiles, ProfileMerger } from '../../profile/merge/merge';
import { addInt64, type Int64 } from '../../profile/model/int64';
import { emptyProfile, type Label, type Location, type Mapping, type Profile } from '../../profile/model/profile';
import { IncompatibleProfilesError } from '../../profile/model/profile-header';
import { decodeProfile } from '../../profile/pprof/decode';
import { encodeProfile } from '../../profile/pprof/encode';
import { MalformedProfileError } from '../../profile/pprof/malformed-profile-error';
import { encodeWithOracle } from './support/oracle';
import { at, fn, mapping, profileOf, sample } from './support/profiles';
import { bytes, int, message, strings } from './support/proto-bytes';
import { Random } from './support/random';
import { randomProfile } from './support/random-profile';
import { referenceMerge } from './support/reference-merge';

/** Stacks (leaf first) and their values, as `leaf<root` and a number. */
function stacks(profile: Profile): Record<string, Int64> {
  const name = ({ lines }: Location) => lines.map((line) => line.fn.name).join('+');
  return Object.fromEntries(profile.samples.map((s) => [s.locations.map(name).join('<'), s.values[0] as Int64]));
}

function totals(profile: Profile): Int64[] {
  return profile.sampleTypes.map((_, i) => profile.samples.map((s) => s.values[i] as Int64).reduce<Int64>(addInt64, 0));
}

describe('Samples', () => {
  it('with the same stack are one, with the sum of the values', () => {
    const merged = mergeProfiles([
      profileOf(sample(1, at(fn('leaf')), at(fn('root'))), sample(10, at(fn('root')))),
      profileOf(sample(2, at(fn('leaf')), at(fn('root'))), sample(100, at(fn('other')))),
    ]);
    expect(stacks(merged)).toEqual({ root: 10, 'leaf<root': 3, other: 100 });
    expect(new Set(merged.samples.flatMap((s) => s.locations)).size).toBe(3);
  });

  it('that appear twice within one profile are one, too', () => {
    expect(stacks(mergeProfiles([profileOf(sample(1, at(fn('f'))), sample(2, at(fn('f'))))]))).toEqual({ f: 3 });
  });

  it('that are zero, or add up to zero, are left out with all that only they used', () => {
    const merged = mergeProfiles([
      profileOf(sample(0, at(fn('never'))), sample(5, at(fn('cancelled'))), sample(1, at(fn('f')))),
      profileOf(sample(-5, at(fn('cancelled')))),
    ]);
    expect(stacks(merged)).toEqual({ f: 1 });
    expect(new TextDecoder().decode(encodeProfile(merged))).not.toMatch(/never|cancelled/);
  });

  it('keep every value exact, beyond 2^53 and with any sign', () => {
    const big = profileOf({ locations: [at(fn('f'))], values: [2n ** 62n], labels: [] });
    expect(stacks(mergeProfiles([big, profileOf(sample(-3, at(fn('f'))))]))).toEqual({ f: 2n ** 62n - 3n });
  });

  it('without a stack count, too', () => {
    expect(mergeProfiles([profileOf(sample(1)), profileOf(sample(2))]).samples).toEqual([sample(3)]);
  });

  const labelled = (...labels: Label[]) => profileOf({ ...sample(1, at(fn('f'))), labels });
  const a: Label = { key: 'a', str: 'x' };
  const b: Label = { key: 'b', num: 1, unit: 'bytes' };
  it.each<[string, Label[], Label[]]>([
    ['a label more', [a], [a, b]],
    ['another string', [a], [{ ...a, str: 'y' }]],
    ['another number', [b], [{ ...b, num: 2 }]],
    ['another unit', [b], [{ ...b, unit: '' }]],
    ['another key', [a], [{ ...a, key: 'b' }]],
    ['a number in place of a string', [{ key: 'a', str: '1' }], [{ key: 'a', num: 1, unit: '' }]],
    ['strings split elsewhere', [{ key: 'a', str: 'b1:c' }], [{ key: 'ab', str: '1:c' }]],
    ['the values of one key in another order', [a, { ...a, str: 'y' }], [{ ...a, str: 'y' }, a]],
  ])('stay apart with %s', (_, left, right) => {
    expect(mergeProfiles([labelled(...left), labelled(...right)]).samples).toHaveLength(2);
  });

  it('are one when only the order of different keys, or a label without a value, differs', () => {
    const merged = mergeProfiles([labelled(a, b), labelled(b, { key: 'c', str: '' }, a)]);
    expect(merged.samples.map(({ values, labels }) => ({ values, labels }))).toEqual([{ values: [2], labels: [a, b] }]);
  });
});

describe('Functions and locations', () => {
  const f = fn('f', 'a.js', 3);
  const line = (fields: object) => ({ ...at(f), lines: [{ fn: f, line: 1, column: 0, ...fields }] });
  it.each<[string, Location, Location]>([
    ['the name', at(f), at({ ...f, name: 'g' })],
    ['the system name', at(f), at({ ...f, systemName: 'g' })],
    ['the file', at(f), at({ ...f, filename: 'b.js' })],
    ['the first line', at(f), at({ ...f, startLine: 4 })],
    ['the line', line({}), line({ line: 2 })],
    ['the column', line({}), line({ column: 2 })],
    ['what was inlined', at(f), at(fn('inlined'), f)],
    ['the address', at(f), { ...at(f), address: 1 }],
    ['being folded', at(f), { ...at(f), isFolded: true }],
    ['having a mapping', at(f), { ...at(f), mapping: mapping({ buildId: 'abc' }) }],
    ['text that moves from name to file', at(fn('f', '1:g')), at(fn('f1:', 'g'))],
  ])('differ by %s', (_, left, right) => {
    expect(mergeProfiles([profileOf(sample(1, left)), profileOf(sample(1, right))]).samples).toHaveLength(2);
  });
});

describe('Mappings', () => {
  function loaded(fields: Partial<Mapping>, offset = 0x10): Profile {
    const map = mapping({ memoryStart: 0x1000, memoryLimit: 0x3000, filename: 'lib.so', buildId: 'abc', ...fields });
    const address = Number(map.memoryStart) + offset;
    return { ...profileOf(sample(1, { address, mapping: map, lines: [], isFolded: false })), mappings: [map] };
  }
  const merge = (...fields: Partial<Mapping>[]) => mergeProfiles(fields.map((f) => loaded(f)));

  it('are one wherever they were loaded, and addresses follow', () => {
    const merged = merge({ memoryStart: 0x7000, memoryLimit: 0x9000 }, {});
    expect(merged.mappings).toEqual([loaded({}).mappings[0]]);
    expect(merged.samples).toEqual([{ ...loaded({}).samples[0], values: [2] }]);
    expect(merged.samples[0]?.locations[0]?.mapping).toBe(merged.mappings[0]);
  });

  it('are one when their sizes round up to the same 4 KiB', () => {
    expect(merge({ memoryLimit: 0x2001 }, { memoryLimit: 0x3000 }).mappings).toHaveLength(1);
    expect(merge({ memoryLimit: 0x2000 }, { memoryLimit: 0x2001 }).mappings).toHaveLength(2);
  });

  it('go by their build id, and by their file where there is none', () => {
    expect(merge({}, { filename: 'renamed.so' }).mappings).toHaveLength(1);
    expect(merge({}, { buildId: 'def' }).mappings).toHaveLength(2);
    expect(merge({ buildId: '' }, { buildId: '' }).mappings).toHaveLength(1);
    expect(merge({ buildId: '' }, { buildId: '', filename: 'other.so' }).mappings).toHaveLength(2);
    expect(merge({ buildId: '', filename: '' }, { buildId: '', filename: '' }).mappings).toHaveLength(1);
    expect(merge({}, { fileOffset: 0x1000 }).mappings).toHaveLength(2);
  });

  it('claim what all sources claim', () => {
    const [merged] = merge(
      { hasFunctions: true, hasFilenames: true, hasLineNumbers: true, hasInlineFrames: true },
      { hasFunctions: true, hasFilenames: false },
    ).mappings;
    expect(merged).toMatchObject({ hasFunctions: true, hasFilenames: false, hasLineNumbers: false });
  });

  it('reach addresses beyond 2^63, as kernels have them', () => {
    const kernel = mapping({ memoryStart: -0x8000_0000, memoryLimit: -0x7fff_f000, filename: '[kernel]' });
    const location: Location = { address: -0x7fff_fff0, mapping: kernel, lines: [], isFolded: false };
    const profile = { ...profileOf(sample(1, location)), mappings: [kernel] };
    expect(mergeProfiles([profile, profile]).samples).toEqual([{ ...sample(2, location) }]);
  });

  it('The main binary stays first, and one that nothing refers to stays', () => {
    const main = mapping({ filename: 'z-main' });
    const other = mapping({ filename: 'a-library' });
    const profile = { ...profileOf(sample(1, { ...at(fn('f')), mapping: other })), mappings: [main, other] };
    expect(mergeProfiles([profile, profileOf(), profile]).mappings.map((m) => m.filename)).toEqual([
      'z-main',
      'a-library',
    ]);
  });
});

describe('The header', () => {
  const header = (fields: Partial<Profile>) => ({ ...profileOf(), ...fields });

  it('has the earliest time that is set, the sum of durations, the longest period', () => {
    const merged = mergeProfiles([
      header({ timeNanos: 0, durationNanos: 5, period: 10 }),
      header({ timeNanos: 1_764_000_000_000_000_002n, durationNanos: 6, period: 30 }),
      header({ timeNanos: 1_764_000_000_000_000_001n, durationNanos: 7, period: 20 }),
    ]);
    expect(merged).toMatchObject({ timeNanos: 1_764_000_000_000_000_001n, durationNanos: 18, period: 30 });
  });

  it('has each comment once', () => {
    const merged = mergeProfiles([header({ comments: ['b', 'a', 'b'] }), header({ comments: ['c', 'a'] })]);
    expect(merged.comments).toEqual(['a', 'b', 'c']);
  });

  it('has texts of whoever has some', () => {
    const texts = { defaultSampleType: 'wall', dropFrames: 'd', keepFrames: 'k', docUrl: 'https://example.com' };
    expect(mergeProfiles([header({}), header(texts)])).toMatchObject(texts);
    expect(mergeProfiles([header(texts), header({})])).toMatchObject(texts);
  });

  it('has the period type; none and an empty one are the same', () => {
    const periodType = { type: 'wall', unit: 'nanoseconds' };
    expect(mergeProfiles([header({ periodType }), header({ periodType: { ...periodType } })])).toMatchObject({
      periodType,
    });
    expect(mergeProfiles([header({}), header({ periodType: { type: '', unit: '' } })]).periodType).toBeUndefined();
  });
});

describe('Refused', () => {
  const heap = [
    { type: 'inuse_objects', unit: 'count' },
    { type: 'inuse_space', unit: 'bytes' },
  ];
  it.each<[string, Profile, Profile, string]>([
    [
      'other sample types',
      profileOf(),
      emptyProfile(heap),
      'Profiles with different sample types cannot be merged: "wall/nanoseconds" and "inuse_objects/count, inuse_space/bytes"',
    ],
    [
      'the same sample types in another order',
      emptyProfile(heap),
      emptyProfile([...heap].reverse()),
      'different sample types cannot be merged: "inuse_objects/count, inuse_space/bytes" and "inuse_space/bytes, inuse_objects/count"',
    ],
    [
      'another unit',
      profileOf(),
      emptyProfile([{ type: 'wall', unit: 'milliseconds' }]),
      '"wall/nanoseconds" and "wall/milliseconds"',
    ],
    [
      'sample types that only look the same',
      emptyProfile([{ type: 'a', unit: 'b/c' }]),
      emptyProfile([{ type: 'a/b', unit: 'c' }]),
      'different sample types',
    ],
    [
      'another period type',
      { ...profileOf(), periodType: { type: 'cpu', unit: 'nanoseconds' } },
      profileOf(),
      'Profiles with different period types cannot be merged: "cpu/nanoseconds" and "none"',
    ],
  ])('%s, by name', (_, left, right, message) => {
    expect(() => mergeProfiles([left, right])).toThrow(IncompatibleProfilesError);
    expect(() => mergeProfiles([left, right])).toThrow(message);
  });

  it('An incompatible profile leaves the merger as it was', () => {
    const merger = new ProfileMerger();
    merger.add(profileOf(sample(1, at(fn('f')))));
    const before = encodeProfile(merger.result());
    expect(() => merger.add({ ...emptyProfile(heap), comments: ['odd'], durationNanos: 1 })).toThrow();
    expect(encodeProfile(merger.result())).toEqual(before);
  });

  it('no profile at all', () => {
    expect(() => mergeProfiles([])).toThrow('No profiles to merge: add one at least');
  });
});

describe('An encoded profile', () => {
  const encoded = encodeProfile(profileOf(sample(1, at(fn('f'))), sample(2, at(fn('g')), at(fn('f')))));

  it('that is cut off anywhere is refused, and leaves the merger as it was', () => {
    const merger = new ProfileMerger();
    merger.add(profileOf(sample(1, at(fn('f')))));
    const before = merger.finish().encoded();
    for (let length = 0; length < encoded.length; length++) {
      expect(() => merger.addEncoded(encoded.subarray(0, length)), `first ${length} bytes`).toThrow(
        MalformedProfileError,
      );
    }
    expect(merger.finish().encoded()).toEqual(before);
    merger.addEncoded(encoded);
    expect(stacks(merger.result())).toEqual({ f: 2, 'g<f': 2 });
  });

  it('is refused with offset and reason, as decodeProfile refuses it, although samples before the fault are whole', () => {
    const type = message(1, int(1, 1));
    const damaged = bytes(strings('wall'), type, message(2, message(2, [1])), message(2, message(2, [1, 2])));
    const merger = new ProfileMerger();
    const reason = 'a sample with 2 values, in a profile of 1 sample types (at byte 19)';
    expect(() => merger.addEncoded(damaged)).toThrow(reason);
    expect(() => decodeProfile(damaged)).toThrow(reason);
    expect(() => merger.result()).toThrow('No profiles to merge');
  });

  it('may have texts that are not UTF-8: those that read the same are the same', () => {
    const named = (...name: number[]) =>
      bytes(
        message(1),
        message(2, message(1, [1]), message(2, [1])),
        message(4, int(1, 1), message(4, int(1, 1))),
        message(5, int(1, 1), int(2, 1)),
        [message(6), message(6, name)].flat(),
      );
    const merger = new ProfileMerger();
    for (const name of [[0x61, 0xff], [0x61, 0xfe], [0x61, 0xef, 0xbf, 0xbd], [0x62]])
      merger.addEncoded(named(...name));
    expect(stacks(merger.result())).toEqual({ 'a\ufffd': 3, b: 1 });
  });

  it('may have other fields between the labels of a sample', () => {
    const apart = (...values: [number, number]) =>
      message(2, message(3, int(1, 1), int(3, values[0])), message(2, [1]), message(3, int(1, 2), int(3, values[1])));
    const merger = new ProfileMerger();
    merger.addEncoded(bytes(message(1, int(1, 1)), apart(1, 2), apart(1, 2), apart(1, 3), strings('a', 'b')));
    expect(
      merger.result().samples.map(({ values, labels }) => [values[0], labels.map((l) => 'num' in l && l.num)]),
    ).toEqual([
      [2, [1, 2]],
      [1, [1, 3]],
    ]);
  });
});

describe('Labels may be rewritten', () => {
  const labelled = profileOf(
    { ...sample(1, at(fn('f'))), labels: [{ key: 'rank', num: 1, unit: '' }] },
    { ...sample(2, at(fn('g'))), labels: [{ key: 'rank', num: 1, unit: '' }] },
    { ...sample(4, at(fn('f'))), labels: [{ key: 'rank', num: 2, unit: '' }] },
    { ...sample(8, at(fn('f'))), labels: [] },
    { ...sample(0), labels: [{ key: 'rank', num: 3, unit: '' }] },
  );

  it('while a profile is added, each set once, and samples left out', () => {
    const asked: Label[][] = [];
    const merger = new ProfileMerger();
    merger.add(labelled, {
      labels: (labels) => {
        asked.push(labels);
        return labels.length === 0 ? undefined : [{ key: 'of', str: 'a' }];
      },
    });
    expect(asked).toEqual([[{ key: 'rank', num: 1, unit: '' }], [{ key: 'rank', num: 2, unit: '' }], []]);
    expect(stacks(merger.result())).toEqual({ f: 5, g: 2 });
    expect(merger.result().samples[0]?.labels).toEqual([{ key: 'of', str: 'a' }]);
  });

  it('afterwards, of all that was added', () => {
    const merger = new ProfileMerger();
    merger.add(labelled);
    expect(merger.sampleCount).toBe(4);
    merger.relabel((labels) => (labels.length === 0 ? undefined : []));
    expect(merger.sampleCount).toBe(2);
    expect(stacks(merger.result())).toEqual({ f: 5, g: 2 });
    merger.add(labelled, { labels: () => [] });
    expect(stacks(merger.result())).toEqual({ f: 18, g: 4 });
  });

  it('of random profiles, before or after, with the same result', () => {
    const rewrite = (labels: Label[]) => (labels.length > 1 ? undefined : labels.filter(({ key }) => key !== 'phase'));
    for (let seed = 0; seed < 25; seed++) {
      const profiles = [0, 1, 2].map((i) => randomProfile(new Random(seed * 3 + i)));
      const [before, after] = [new ProfileMerger(), new ProfileMerger()];
      for (const profile of profiles) {
        before.add(profile, { labels: rewrite });
        after.add(profile);
      }
      after.relabel(rewrite);
      expect(after.finish().encoded(), `seed ${seed}`).toEqual(before.finish().encoded());
    }
  });

  it('and where rewriting fails, nothing is added', () => {
    const merger = new ProfileMerger();
    merger.add(profileOf(sample(1, at(fn('f')))));
    const before = merger.finish().encoded();
    const fail = () => {
      throw new Error('no');
    };
    expect(() => merger.add(labelled, { labels: fail })).toThrow('no');
    expect(merger.finish().encoded()).toEqual(before);
  });
});

describe('The result', () => {
  it('shares nothing with what was added, nor with the next result', () => {
    const profile = randomProfile(new Random(3));
    const merger = new ProfileMerger();
    merger.add(profile);
    const first = merger.result();
    const before = encodeProfile(first);
    for (const location of profile.samples.flatMap((s) => s.locations)) {
      for (const line of location.lines) line.fn.name = 'changed';
    }
    for (const map of first.mappings) map.filename = 'changed';
    for (const s of first.samples) s.values.fill(7);
    for (const type of first.sampleTypes) type.unit = 'changed';
    expect(encodeProfile(merger.result())).toEqual(before);
  });

  it('may be asked for in between', () => {
    const merger = new ProfileMerger();
    merger.add(profileOf(sample(1, at(fn('f')))));
    expect(stacks(merger.result())).toEqual({ f: 1 });
    merger.add(profileOf(sample(2, at(fn('f')))));
    expect(stacks(merger.result())).toEqual({ f: 3 });
  });
});

describe('Of random profiles', () => {
  const groups = Array.from({ length: 25 }, (_, seed) => {
    const random = new Random(seed + 1000);
    return { seed, random, profiles: Array.from({ length: 2 + random.below(5) }, () => randomProfile(random)) };
  });

  it('the merge is the same in any order, to the byte', () => {
    for (const { seed, random, profiles } of groups) {
      const expected = encodeProfile(mergeProfiles(profiles));
      for (let i = 0; i < 5; i++) {
        expect(encodeProfile(mergeProfiles(random.shuffled(profiles))), `seed ${seed}`).toEqual(expected);
      }
    }
  });

  it('the merge is the same in any grouping, to the byte, also when groups go through files', () => {
    for (const { seed, random, profiles } of groups) {
      const expected = encodeProfile(mergeProfiles(profiles));
      for (let i = 0; i < 5; i++) {
        expect(encodeProfile(mergeInGroups(profiles, random)), `seed ${seed}`).toEqual(expected);
      }
    }
  });

  it('the merge is what its rules say', () => {
    for (const { seed, profiles } of groups) {
      expect(encodeProfile(mergeProfiles(profiles)), `seed ${seed}`).toEqual(encodeProfile(referenceMerge(profiles)));
    }
  });

  it('the merge is the same where another implementation has written them', () => {
    for (const { seed, profiles } of groups) {
      const merger = new ProfileMerger();
      for (const profile of profiles) merger.addEncoded(encodeWithOracle(profile));
      expect(merger.finish().encoded(), `seed ${seed}`).toEqual(encodeProfile(mergeProfiles(profiles)));
    }
  });

  it('merging a merged profile alone changes nothing', () => {
    for (const { seed, profiles } of groups) {
      const merged = mergeProfiles(profiles);
      expect(encodeProfile(mergeProfiles([merged])), `seed ${seed}`).toEqual(encodeProfile(merged));
    }
  });

  it('nothing is lost: totals are the sums of the totals', () => {
    for (const { seed, profiles } of groups) {
      const sums = profiles.map(totals).reduce((a, b) => a.map((value, i) => addInt64(value, b[i] as Int64)));
      expect(totals(mergeProfiles(profiles)), `seed ${seed}`).toEqual(sums);
    }
  });
});

/** Merges random pairs, some of them written and read again, until one profile is left. */
function mergeInGroups(profiles: readonly Profile[], random: Random): Profile {
  const rest = [...profiles];
  while (rest.length > 1) {
    const [a, b] = [0, 1].map(() => rest.splice(random.below(rest.length), 1)[0] as Profile) as [Profile, Profile];
    const merged = mergeProfiles([a, b]);
    rest.push(random.chance(0.5) ? decodeProfile(encodeProfile(merged)) : merged);
  }
  return rest[0] as Profile;
}
