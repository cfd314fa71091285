import { describe, expect, it } from 'vitest';
import { emptyProfile } from '../../profile/model/profile';
import { decodeProfile } from '../../profile/pprof/decode';
import { encodeProfile } from '../../profile/pprof/encode';
import { decodeWithOracle } from './support/oracle';
import { at, fn, mapping, profileOf, sample } from './support/profiles';
import { bytes, int, message, strings, varint } from './support/proto-bytes';
import { Random } from './support/random';
import { randomProfile } from './support/random-profile';

it('Ids and strings count up in the order of first use, and the string table comes last', () => {
  const main = mapping({ filename: 'orders', buildId: 'abc', hasFunctions: true });
  const leaf = { ...at(fn('render', 'a.js', 3)), mapping: main };
  const root = { ...at(fn('handler', 'a.js', 1)), mapping: main };
  const profile = profileOf(sample(10, leaf, root), sample(-1, root));
  profile.mappings = [main];
  profile.comments = ['render'];
  profile.timeNanos = 1_764_000_000_000_000_000n;
  expect([...encodeProfile(profile)]).toEqual([
    ...message(1, int(1, 1), int(2, 2)),
    ...message(2, message(1, [1, 2]), message(2, [10])),
    ...message(2, message(1, [2]), message(2, varint(-1))),
    ...message(4, int(1, 1), int(2, 1), message(4, int(1, 1), int(2, 1))),
    ...message(4, int(1, 2), int(2, 1), message(4, int(1, 2), int(2, 1))),
    ...message(3, int(1, 1), int(5, 3), int(6, 4), int(7, 1)),
    ...message(5, int(1, 1), int(2, 5), int(4, 6), int(5, 3)),
    ...message(5, int(1, 2), int(2, 7), int(4, 6), int(5, 1)),
    ...int(9, 1_764_000_000_000_000_000n),
    ...message(13, [5]),
    ...strings('wall', 'nanoseconds', 'orders', 'abc', 'render', 'a.js', 'handler'),
  ]);
});

it('An empty profile is a string table with the empty string', () => {
  expect(encodeProfile(emptyProfile([]))).toEqual(bytes(strings()));
});

it('Objects are told apart by reference: what is shared is written once, what is equal is written twice', () => {
  const shared = at(fn('f'));
  const once = decodeProfile(encodeProfile(profileOf(sample(1, shared), sample(2, shared))));
  expect(once.samples[0]?.locations[0]).toBe(once.samples[1]?.locations[0]);
  const twice = decodeProfile(encodeProfile(profileOf(sample(1, at(fn('f'))), sample(2, at(fn('f'))))));
  expect(twice.samples[0]?.locations[0]).not.toBe(twice.samples[1]?.locations[0]);
});

it('A mapping that only a location knows is written too', () => {
  const profile = profileOf(sample(1, { ...at(fn('f')), mapping: mapping({ filename: 'lib.so' }) }));
  expect(decodeProfile(encodeProfile(profile)).mappings).toEqual([mapping({ filename: 'lib.so' })]);
});

it('Labels without a value and an empty period type leave no trace', () => {
  const plain = profileOf(sample(1, at(fn('f'))));
  const profile = structuredClone(plain);
  profile.samples[0]?.labels.push({ key: 'a', str: '' }, { key: 'b', num: 0, unit: '' });
  profile.periodType = { type: '', unit: '' };
  expect(encodeProfile(profile)).toEqual(encodeProfile(plain));
});

it('A fraction is refused, with the remedy', () => {
  expect(() => encodeProfile(profileOf(sample(0.5)))).toThrow(
    '0.5 is not an exact integer: round it, or pass a bigint',
  );
});

describe('Random profiles', () => {
  it('pprof-format reads what was written', () => {
    for (let seed = 0; seed < 100; seed++) {
      const profile = randomProfile(new Random(seed));
      expect(decodeWithOracle(encodeProfile(profile)), `seed ${seed}`).toEqual(profile);
    }
  });

  it('Equal profiles give equal bytes, and so does reading and writing again', () => {
    for (let seed = 0; seed < 100; seed++) {
      const encoded = encodeProfile(randomProfile(new Random(seed)));
      expect(encodeProfile(randomProfile(new Random(seed)))).toEqual(encoded);
      expect(encodeProfile(decodeProfile(encoded)), `seed ${seed}`).toEqual(encoded);
    }
  });
});
