import { expect, it } from 'vitest';
import { ByteInterner, viewOf } from '../../profile/model/byte-interner';
import { UNKNOWN } from '../../profile/model/run-interner';
import { Random } from './support/random';

it('Equal bytes get one number, in the order of first sight, wherever they lie', () => {
  const table = new ByteInterner();
  const input = viewOf(Uint8Array.of(9, 1, 2, 1, 2, 0).subarray(1));
  expect([
    table.intern(input, 0, 2),
    table.intern(input, 1, 3),
    table.intern(input, 2, 4),
    table.intern(input, 3, 3),
    table.intern(input, 2, 5),
  ]).toEqual([0, 1, 0, 2, 3]);
  expect(table.size).toBe(4);
  expect([table.find(input, 2, 4), table.find(input, 4, 5)]).toEqual([0, UNKNOWN]);
  expect(table.size).toBe(4);
  expect([...table.bytes(3)]).toEqual([1, 2, 0]);
});

it('Many, also long ones, agree with a map of strings; and again after all was forgotten', () => {
  const random = new Random(8);
  const table = new ByteInterner();
  for (let round = 0; round < 3; round++) {
    const numbers = new Map<string, number>();
    for (let i = 0; i < 10_000; i++) {
      const bytes = Uint8Array.from({ length: random.below(i % 1000 === 0 ? 30_000 : 12) }, () => random.below(2));
      const key = bytes.join();
      expect(table.find(viewOf(bytes), 0, bytes.length)).toBe(numbers.get(key) ?? UNKNOWN);
      if (!numbers.has(key)) numbers.set(key, numbers.size);
      expect(table.intern(viewOf(bytes), 0, bytes.length)).toBe(numbers.get(key));
    }
    expect(table.size).toBe(numbers.size);
    for (const [key, number] of numbers) expect(table.bytes(number).join()).toBe(key);
    table.clear();
    expect(table.size).toBe(0);
  }
});
