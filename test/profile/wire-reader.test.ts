import { describe, expect, it } from 'vitest';
import { IntColumn } from '../../profile/model/int-column';
import { type Int64, int64Of } from '../../profile/model/int64';
import { MalformedProfileError } from '../../profile/pprof/malformed-profile-error';
import { WireReader } from '../../profile/pprof/wire-reader';
import { bytes, int, message, varint } from './support/proto-bytes';

function readerAtField(...parts: number[][]): WireReader {
  const reader = new WireReader(bytes(...parts));
  reader.nextField();
  return reader;
}

describe('Integers', () => {
  const values: [number | bigint, Int64][] = [
    [0, 0],
    [127, 127],
    [2 ** 28, 2 ** 28],
    [2 ** 53 - 1, 2 ** 53 - 1],
    [2n ** 53n, 2n ** 53n],
    [2n ** 56n, 2n ** 56n],
    [2n ** 63n - 1n, 2n ** 63n - 1n],
    [-1, -1],
    [-(2n ** 63n), -(2n ** 63n)],
    [2n ** 64n - 2n, -2],
  ];
  it.each(values)('%s reads as %s', (value, expected) => {
    expect(readerAtField(int(1, value)).int()).toBe(expected);
  });

  it('A varint longer than necessary reads, up to ten bytes', () => {
    expect(readerAtField([0x08, 0x85, 0x80, 0x80, 0x00]).int()).toBe(5);
    expect(() => readerAtField([0x08, ...new Array(10).fill(0x80), 0x01]).int()).toThrow(
      /more than 10 bytes \(at byte 1\)/,
    );
  });

  it('Repeated ones read packed, unpacked, mixed, and packed empty', () => {
    const reader = new WireReader(bytes(int(1, 5), message(1, varint(300), varint(-1)), message(1), int(1, 7)));
    const all = new IntColumn();
    while (reader.nextField()) reader.longs(all, 100, 'values');
    expect(all.mapPairs(int64Of)).toEqual([5, 300, -1, 7]);
  });

  it('A packed one does not reach beyond its field', () => {
    const reader = readerAtField([0x0a, 0x02, 0x01, 0x80], int(2, 1));
    expect(() => reader.longs(new IntColumn(), 100, 'values')).toThrow('it ends within a number (at byte 3)');
  });
});

it('Unknown fields of every wire type are passed over', () => {
  const fixed64 = [...varint(50 * 8 + 1), 1, 2, 3, 4, 5, 6, 7, 8];
  const fixed32 = [...varint(51 * 8 + 5), 1, 2, 3, 4];
  const reader = new WireReader(bytes(fixed64, fixed32, int(52, -1), message(53, 'text'), int(1, 42)));
  for (let i = 0; i < 4; i++) {
    expect(reader.nextField()).toBe(true);
    reader.skip();
  }
  expect(reader.nextField()).toBe(true);
  expect(reader.field).toBe(1);
  expect(reader.int()).toBe(42);
  expect(reader.nextField()).toBe(false);
});

describe('Refused, with the offset of the field', () => {
  const cases: [string, number[], string][] = [
    ['a group', [...int(1, 1), 0x0b, 0x0c], 'field 1 has the wire type 3, which pprof does not use (at byte 2)'],
    ['wire type 7', [0x0f], 'field 1 has the wire type 7, which pprof does not use (at byte 0)'],
    ['field number 0', [0x00, 0x01], 'a field number out of range (at byte 0)'],
    ['a field number beyond 2^29', varint(2 ** 32), 'a field number out of range (at byte 0)'],
    ['a length beyond the end', [0x0a, 0x05, 1, 2], 'field 1 needs 5 bytes, but only 2 are left (at byte 0)'],
    [
      'an absurd length',
      [0x0a, ...varint(-1)],
      'field 1 needs 18446744073709551615 bytes, but only 0 are left (at byte 0)',
    ],
    ['a fixed64 cut off', [0x09, 1, 2, 3], 'field 1 needs 8 bytes, but only 3 are left (at byte 0)'],
    ['a fixed32 cut off', [0x0d, 1], 'field 1 needs 4 bytes, but only 1 are left (at byte 0)'],
    ['a tag cut off', [...int(1, 1), 0x80], 'it ends within a number (at byte 2)'],
  ];
  it.each(cases)('%s', (_, input, message) => {
    const read = () => {
      const reader = new WireReader(Uint8Array.from(input));
      while (reader.nextField()) reader.skip();
    };
    expect(read).toThrow(MalformedProfileError);
    expect(read).toThrow(`Malformed profile: ${message}`);
  });

  it('another wire type than the one asked for', () => {
    expect(() => readerAtField(message(1, 'text')).int()).toThrow(
      'field 1 has the wire type 2 instead of 0 (at byte 0)',
    );
    expect(() => readerAtField(int(1, 5)).span()).toThrow('field 1 has the wire type 0 instead of 2 (at byte 0)');
  });
});

it('A window keeps the reader within a nested message', () => {
  const input = bytes(message(2, int(1, 5)), int(9, 9));
  const reader = new WireReader(input);
  reader.nextField();
  reader.span();
  expect([reader.start, reader.end]).toEqual([2, 4]);
  reader.select(reader.start, reader.end);
  expect(reader.nextField()).toBe(true);
  expect(reader.int()).toBe(5);
  expect(reader.nextField()).toBe(false);
});
