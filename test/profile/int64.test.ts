import { expect, it } from 'vitest';
import {
  addInt64,
  compareInt64,
  highHalf,
  int64,
  int64Of,
  lowHalf,
  subInt64,
  unsigned,
} from '../../profile/model/int64';

const MAX = 2n ** 63n - 1n;
const MIN = -(2n ** 63n);

it('A safe integer is a number, any other a bigint, so that each value has one representation', () => {
  expect(int64(5n)).toBe(5);
  expect(int64(-(2n ** 53n) + 1n)).toBe(Number.MIN_SAFE_INTEGER);
  expect(int64(2n ** 53n)).toBe(2n ** 53n);
  expect(int64(2n ** 64n - 1n)).toBe(-1);
});

it('Sums and differences are exact on either side of 2^53', () => {
  expect(addInt64(Number.MAX_SAFE_INTEGER, 1)).toBe(2n ** 53n);
  expect(addInt64(2n ** 53n, -1)).toBe(Number.MAX_SAFE_INTEGER);
  expect(subInt64(Number.MIN_SAFE_INTEGER, 1)).toBe(-(2n ** 53n));
  expect(subInt64(2n ** 60n, 2n ** 60n - 3n)).toBe(3);
});

it('Overflow wraps to 64 bits as it does in Go', () => {
  expect(addInt64(MAX, 1)).toBe(MIN);
  expect(subInt64(MIN, 1)).toBe(MAX);
  expect(subInt64(0, MIN)).toBe(MIN);
});

it('Numbers and bigints compare by value', () => {
  expect([3, MAX, -1, MIN, 2n ** 53n].sort(compareInt64)).toEqual([MIN, -1, 3, 2n ** 53n, MAX]);
  expect(compareInt64(7, 7)).toBe(0);
});

it('A negative integer stands for an unsigned one beyond 2^63', () => {
  expect(unsigned(-1)).toBe(2n ** 64n - 1n);
  expect(unsigned(MIN)).toBe(2n ** 63n);
  expect(unsigned(7)).toBe(7n);
});

it('Halves make the number that they were taken from', () => {
  for (const value of [
    0,
    1,
    -1,
    2 ** 31,
    2 ** 32,
    -(2 ** 32),
    2 ** 53 - 1,
    -(2 ** 53 - 1),
    2n ** 53n,
    -(2n ** 53n),
    MAX,
    MIN,
  ]) {
    expect(int64Of(lowHalf(value), highHalf(value))).toBe(value);
  }
  expect(int64Of(-1, 0)).toBe(2 ** 32 - 1);
});
