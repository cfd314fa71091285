import { expect, test } from 'vitest';
import { addInt64, highHalf, type Int64, int64, lowHalf } from '../../profile/int64';
import { Int64Sums } from '../../profile/int64-sums';
import { Random } from './random';

test('Sums are exact beyond 2^53, carry between the halves, take negative numbers, and wrap like those of Go', () => {
  const random = new Random(5);
  const sums = new Int64Sums();
  const expected: Int64[] = [0, 0, 0];
  const values = [1, -1, 2 ** 32 - 1, -(2 ** 32), 2 ** 31, 2 ** 53 - 1, 2n ** 62n, -(2n ** 63n), 2n ** 63n - 1n];
  for (let i = 0; i < 5000; i++) {
    const index = random.below(3);
    const value = random.pick<Int64>(values.map((each) => int64(BigInt(each))));
    sums.add(index, lowHalf(value), highHalf(value));
    expected[index] = addInt64(expected[index] as Int64, value);
    expect(sums.get(index)).toBe(expected[index]);
  }
});

test('A sum to which nothing was added is 0, and one can be added to another', () => {
  const sums = new Int64Sums();
  expect(sums.get(7)).toBe(0);
  sums.add(9, -5, -1);
  const others = new Int64Sums();
  others.addSum(2, sums, 9);
  others.addSum(2, sums, 8);
  expect([others.get(2), sums.get(8)]).toEqual([-5, 0]);
});
