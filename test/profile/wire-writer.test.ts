import { describe, expect, it } from 'vitest';
import { WireWriter } from '../../profile/pprof/wire-writer';
import { int, message, varint } from './support/proto-bytes';

function written(write: (writer: WireWriter) => void): number[] {
  const writer = new WireWriter();
  write(writer);
  return [...writer.finish()];
}

describe('Integers', () => {
  const values = [
    0,
    1,
    127,
    128,
    16383,
    16384,
    2 ** 31 - 1,
    2 ** 31,
    2 ** 32,
    2 ** 35,
    2 ** 49,
    2 ** 53 - 1,
    -1,
    -128,
    -(2 ** 53 - 1),
    2n ** 53n,
    2n ** 63n - 1n,
    -(2n ** 63n),
    2n ** 63n,
    2n ** 64n - 1n,
  ];
  it.each(values)('%s is exact', (value) => {
    expect(written((w) => w.varint(value))).toEqual(varint(value));
  });

  it('Zero and false are left out, as proto3 has it', () => {
    expect(
      written((w) => {
        w.intField(1, 0);
        w.boolField(2, false);
      }),
    ).toEqual([]);
    expect(
      written((w) => {
        w.intField(1, 5);
        w.boolField(200, true);
      }),
    ).toEqual([...int(1, 5), ...int(200, 1)]);
  });

  it.each([1.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53, -0.5])('%s, which is not exact, is refused', (value) => {
    expect(() => written((w) => w.intField(1, value))).toThrow(/is not an exact integer: round it/);
  });

  it.each([2n ** 64n, -(2n ** 63n) - 1n])('%s, which takes more than 64 bits, is refused', (value) => {
    expect(() => written((w) => w.intField(1, value))).toThrow(RangeError);
  });
});

describe('Strings', () => {
  const texts = [
    '',
    'a',
    'x'.repeat(127),
    'x'.repeat(128),
    'é'.repeat(64),
    'abc✓🔥def',
    '🔥'.repeat(50_000),
    '\ufeffbom',
  ];
  it.each(texts.map((text) => [text.length, text] as const))(
    'of %i code units are UTF-8 with their length',
    (_, text) => {
      expect(written((w) => w.stringField(6, text))).toEqual(message(6, text));
    },
  );

  it('A lone surrogate becomes the replacement character', () => {
    expect(written((w) => w.stringField(6, 'a\ud800b'))).toEqual(message(6, 'a\ufffdb'));
  });
});

it('Nested messages get their lengths, however long', () => {
  for (const size of [0, 1, 127, 128, 16383, 16384, 100_000]) {
    const body = Array.from({ length: size }, (_, i) => i % 128);
    const bytes = written((w) => {
      const outer = w.begin(2);
      const inner = w.begin(1);
      for (const value of body) w.varint(value);
      w.end(inner);
      w.intField(3, 7);
      w.end(outer);
    });
    expect(bytes).toEqual(message(2, message(1, body), int(3, 7)));
  }
});

it('The result is an array of its own', () => {
  const writer = new WireWriter();
  writer.intField(1, 1);
  const first = writer.finish();
  writer.intField(1, 2);
  expect([...first]).toEqual(int(1, 1));
  expect(first.buffer.byteLength).toBe(first.length);
});
