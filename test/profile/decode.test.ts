import { describe, expect, it } from 'vitest';
import { emptyProfile } from '../../profile/model/profile';
import { decodeProfile } from '../../profile/pprof/decode';
import { encodeProfile } from '../../profile/pprof/encode';
import { MalformedProfileError } from '../../profile/pprof/malformed-profile-error';
import { encodeWithOracle } from './support/oracle';
import { mapping } from './support/profiles';
import { bytes, int, message, strings, varint } from './support/proto-bytes';
import { Random } from './support/random';
import { randomProfile } from './support/random-profile';

const TYPE = message(1, int(1, 1), int(2, 2));
const TABLE = strings('wall', 'nanoseconds', 'f', 'file.js');
const FUNCTION = message(5, int(1, 1), int(2, 3), int(4, 4));
const LOCATION = message(4, int(1, 1), message(4, int(1, 1), int(2, 10)));
const SAMPLE = message(2, message(1, [1]), message(2, [5]));

it('Random profiles that pprof-format wrote are read as they were', () => {
  for (let seed = 0; seed < 100; seed++) {
    const profile = randomProfile(new Random(seed));
    expect(decodeProfile(encodeWithOracle(profile)), `seed ${seed}`).toEqual(profile);
  }
});

it('Random profiles that were written are read as they were', () => {
  for (let seed = 0; seed < 100; seed++) {
    const profile = randomProfile(new Random(seed));
    expect(decodeProfile(encodeProfile(profile)), `seed ${seed}`).toEqual(profile);
  }
});

describe('What the format allows is read', () => {
  it('top-level fields in any order', () => {
    const inOrder = decodeProfile(bytes(TABLE, FUNCTION, LOCATION, TYPE, SAMPLE));
    expect(inOrder.samples[0]?.locations[0]?.lines[0]).toEqual({
      fn: { name: 'f', systemName: '', filename: 'file.js', startLine: 0 },
      line: 10,
      column: 0,
    });
    expect(decodeProfile(bytes(SAMPLE, LOCATION, TYPE, FUNCTION, TABLE))).toEqual(inOrder);
  });

  it('repeated integers one by one', () => {
    const sample = message(2, int(1, 1), int(2, 5), int(1, 1), int(2, -7));
    const profile = decodeProfile(bytes(TYPE, TYPE, sample, LOCATION, FUNCTION, TABLE, int(13, 1), int(13, 2)));
    expect(profile.samples[0]?.values).toEqual([5, -7]);
    expect(profile.samples[0]?.locations).toHaveLength(2);
    expect(profile.comments).toEqual(['wall', 'nanoseconds']);
  });

  it('integers of 64 bits, exactly', () => {
    const sample = message(2, message(2, varint(-(2n ** 63n))));
    const label = message(2, message(2, [1]), message(3, int(1, 3), int(3, 2n ** 63n - 1n)));
    const profile = decodeProfile(bytes(TYPE, sample, label, TABLE, int(9, 2n ** 53n + 1n), int(10, -1), int(12, 7)));
    expect(profile.samples[0]?.values).toEqual([-(2n ** 63n)]);
    expect(profile.samples[1]?.labels).toEqual([{ key: 'f', num: 2n ** 63n - 1n, unit: '' }]);
    expect(profile).toMatchObject({ timeNanos: 2n ** 53n + 1n, durationNanos: -1, period: 7 });
  });

  it('ids of 64 bits', () => {
    const id = 2n ** 64n - 1n;
    const fn = message(5, int(1, id), int(2, 3));
    const map = message(3, int(1, 2n ** 60n), int(5, 4));
    const location = message(4, int(1, 1_000_000), int(2, 2n ** 60n), message(4, int(1, id)));
    const sample = message(2, message(1, varint(1_000_000)), message(2, [1]));
    const profile = decodeProfile(bytes(TYPE, sample, map, location, fn, TABLE));
    expect(profile.samples[0]?.locations[0]?.lines[0]?.fn.name).toBe('f');
    expect(profile.samples[0]?.locations[0]?.mapping).toBe(profile.mappings[0]);
  });

  it('inlined lines with columns, folded locations, mappings that nothing refers to', () => {
    const inlined = message(5, int(1, 2), int(2, 4), int(3, 1), int(5, 99));
    const lines = [message(4, int(1, 2), int(2, 3), int(3, 4)), message(4, int(1, 1))];
    const location = message(4, int(1, 1), int(3, 0xffffn), ...lines, int(5, 1));
    const map = message(
      3,
      int(1, 1),
      int(2, 1),
      int(3, 2),
      int(4, 3),
      int(6, 4),
      ...[7, 8, 9, 10].map((f) => int(f, 1)),
    );
    const profile = decodeProfile(bytes(TYPE, SAMPLE, map, location, FUNCTION, inlined, TABLE));
    expect(profile.samples[0]?.locations).toEqual([
      {
        address: 0xffff,
        isFolded: true,
        lines: [
          { fn: { name: 'file.js', systemName: 'wall', filename: '', startLine: 99 }, line: 3, column: 4 },
          { fn: { name: 'f', systemName: '', filename: 'file.js', startLine: 0 }, line: 0, column: 0 },
        ],
      },
    ]);
    expect(profile.mappings).toEqual([
      mapping({
        memoryStart: 1,
        memoryLimit: 2,
        fileOffset: 3,
        buildId: 'file.js',
        hasFunctions: true,
        hasFilenames: true,
        hasLineNumbers: true,
        hasInlineFrames: true,
      }),
    ]);
  });

  it('all the texts of the header', () => {
    const header = [
      int(7, 3),
      int(8, 4),
      int(14, 1),
      int(15, 2),
      message(11, int(1, 1), int(2, 2)),
      message(13, [1, 3]),
    ];
    expect(decodeProfile(bytes(...header, TABLE))).toEqual({
      ...emptyProfile([]),
      dropFrames: 'f',
      keepFrames: 'file.js',
      defaultSampleType: 'wall',
      docUrl: 'nanoseconds',
      periodType: { type: 'wall', unit: 'nanoseconds' },
      comments: ['wall', 'f'],
    });
  });

  it('unknown fields in every message', () => {
    const unknown = [...int(99, 1), ...message(98, 'text'), ...varint(97 * 8 + 5), 1, 2, 3, 4];
    const strange = decodeProfile(
      bytes(
        message(1, int(1, 1), unknown, int(2, 2)),
        message(2, unknown, message(1, [1]), message(2, [5]), message(3, unknown, int(1, 1), int(2, 2))),
        message(3, unknown, int(1, 1)),
        message(4, unknown, int(1, 1), message(4, unknown, int(1, 1))),
        message(5, unknown, int(1, 1)),
        unknown,
        message(11, int(1, 1), unknown),
        TABLE,
      ),
    );
    expect(strange.samples[0]).toMatchObject({ values: [5], labels: [{ key: 'wall', str: 'nanoseconds' }] });
    expect(strange.periodType).toEqual({ type: 'wall', unit: '' });
  });

  it('no period type and an empty one, alike', () => {
    expect(decodeProfile(bytes(message(11), TABLE))).toEqual(decodeProfile(bytes(TABLE)));
  });

  it('labels as google/pprof reads them: a string wins, none without a value', () => {
    const labels = [
      message(3, int(1, 3), int(2, 4), int(3, 5)),
      message(3, int(1, 3)),
      message(3, int(1, 3), int(4, 1)),
    ];
    const profile = decodeProfile(bytes(TYPE, message(2, message(2, [1]), ...labels), TABLE));
    expect(profile.samples[0]?.labels).toEqual([
      { key: 'f', str: 'file.js' },
      { key: 'f', num: 0, unit: 'wall' },
    ]);
  });

  it('labels that begin as those of a sample before, in another order, and before or between other fields', () => {
    const [a, b] = [message(3, int(1, 3), int(2, 4)), message(3, int(1, 3), int(2, 1))];
    const value = message(2, [1]);
    const fields = [
      [value, a],
      [value, a, b],
      [value, a],
      [value, b, a],
      [a, value],
      [a, value, b],
      [value, a, b],
    ];
    const profile = decodeProfile(bytes(TYPE, ...fields.map((each) => message(2, ...each)), TABLE));
    const texts = profile.samples.map(({ labels }) =>
      labels.map((label) => ('str' in label ? label.str : '')).join(' '),
    );
    expect(texts).toEqual([
      'file.js',
      'file.js wall',
      'file.js',
      'wall file.js',
      'file.js',
      'file.js wall',
      'file.js wall',
    ]);
    expect(profile.samples.every(({ values }) => values[0] === 1)).toBe(true);
  });

  it('strings with a byte order mark, and ones that are not UTF-8', () => {
    const table = [message(6, ''), message(6, '\ufeffbom'), message(6, [0x61, 0xff, 0x62])].flat();
    expect(decodeProfile(bytes(table, message(13, [1, 2]))).comments).toEqual(['\ufeffbom', 'a\ufffdb']);
  });
});

describe('What is no profile is refused, with the reason and the offset', () => {
  const cases: [string, number[][], string][] = [
    ['nothing', [], 'it is empty (at byte 0)'],
    ['gzip', [[0x1f, 0x8b, 8, 0]], 'it is still compressed with gzip; decompress it first (at byte 0)'],
    ['text', [[...new TextEncoder().encode('<?xml version="1.0"?>')]], 'field 7 has the wire type 4'],
    ['no string table', [int(12, 1)], 'no string table (at byte 2)'],
    [
      'a string table that does not begin with the empty string',
      [message(6, 'a')],
      'the first string of the string table',
    ],
    ['a string that is not there', [TABLE, message(13, [5])], 'a reference to string 5 of a table of 5'],
    ['a negative string index', [TABLE, int(7, -1)], 'a reference to string 18446744073709551615 of a table of 5'],
    ['a string index beyond 2^53', [TABLE, int(7, 2n ** 60n)], `a reference to string ${2n ** 60n} of a table of 5`],
    ['a missing location', [TABLE, TYPE, SAMPLE], 'a reference to location 1, which does not exist'],
    ['location 0', [TABLE, TYPE, message(2, message(1, [0]), message(2, [5]))], 'a reference to location 0, which'],
    ['a missing function', [TABLE, LOCATION], 'a reference to function 1, which does not exist'],
    [
      'a line without a function',
      [TABLE, message(4, int(1, 1), message(4))],
      'a reference to function 0, which does not',
    ],
    ['a missing mapping', [TABLE, message(4, int(1, 1), int(2, 3))], 'a reference to mapping 3, which does not exist'],
    ['a location without id', [TABLE, message(4)], 'a location without an id'],
    ['a function without id', [TABLE, message(5)], 'a function without an id'],
    ['a mapping without id', [TABLE, message(3)], 'a mapping without an id'],
    ['a function id used twice', [TABLE, FUNCTION, FUNCTION], 'more than one function with the id 1'],
    ['a location id used twice', [TABLE, FUNCTION, LOCATION, LOCATION], 'more than one location with the id 1'],
    [
      'a mapping id used twice',
      [TABLE, ...[1, 2].map(() => message(3, int(1, -1)))],
      `more than one mapping with the id ${2n ** 64n - 1n}`,
    ],
    ['samples without sample types', [TABLE, message(2)], 'samples, but no sample types'],
    ['too few values', [TABLE, TYPE, message(2)], 'a sample with 0 values, in a profile of 1 sample types'],
    ['too many values', [TABLE, TYPE, message(2, message(2, [1, 2]))], 'a sample with 2 values, in a profile of 1'],
    ['two profiles, one after the other', [TABLE, int(9, 5), TABLE, int(9, 6)], 'two profiles, one after the other'],
    [
      'a line that no file has',
      [TABLE, message(5, int(1, 1), int(5, 2n ** 60n))],
      `the line or column ${2n ** 60n}, which no file has`,
    ],
    ['a message where a number belongs', [TABLE, message(9, 'x')], 'field 9 has the wire type 2 instead of 0'],
    ['a number where a message belongs', [TABLE, int(2, 1)], 'field 2 has the wire type 0 instead of 2'],
    [
      'a field that reaches out of its message',
      [TABLE, message(5, [...varint(99 * 8 + 2), 0x05, 0x00])],
      'field 99 needs 5 bytes, but only 1 are left',
    ],
  ];
  it.each(cases)('%s', (_, parts, message) => {
    expect(() => decodeProfile(bytes(...parts))).toThrow(MalformedProfileError);
    expect(() => decodeProfile(bytes(...parts))).toThrow(`Malformed profile: ${message}`);
  });

  it('The offset is that of the message at fault, in the whole input', () => {
    const before = bytes(TABLE, TYPE).length;
    let error: unknown;
    try {
      decodeProfile(bytes(TABLE, TYPE, message(2, message(2, [1, 2]))));
    } catch (caught) {
      error = caught;
    }
    expect(error).toMatchObject({ name: 'MalformedProfileError', offset: before + 2 });
  });
});
