import { expect, it } from 'vitest';
import { IntColumn } from '../../profile/model/int-column';
import { addInt64, highHalf, type Int64, int64, int64Of, lowHalf } from '../../profile/model/int64';
import { RunBatch } from '../../profile/model/run-batch';
import { hashOfRun, RunInterner } from '../../profile/model/run-interner';
import { Random } from './support/random';

it('Equal runs get one number, in the order of first sight; any others do not', () => {
  const table = new RunInterner();
  const intern = (...run: number[]) => table.intern(Int32Array.from([...run, 99]), run.length);
  expect([intern(1, 2), intern(2, 1), intern(), intern(1), intern(1, 2, 0), intern(1, 2), intern()]).toEqual([
    0, 1, 2, 3, 4, 0, 2,
  ]);
  expect(table.size).toBe(5);
  expect([table.length(4), table.at(4, 0), table.at(4, 2), table.length(2)]).toEqual([3, 1, 0, 0]);
});

it('Many runs, also long ones, agree with a map of strings', () => {
  const random = new Random(7);
  const table = new RunInterner();
  const numbers = new Map<string, number>();
  for (let i = 0; i < 20_000; i++) {
    const run = Int32Array.from({ length: random.below(i % 1000 === 0 ? 5000 : 6) }, () => random.below(5) - 1);
    const key = run.join();
    if (!numbers.has(key)) numbers.set(key, numbers.size);
    expect(table.intern(run, run.length)).toBe(numbers.get(key));
  }
  expect(table.size).toBe(numbers.size);
  for (const [key, number] of numbers) {
    expect(Array.from({ length: table.length(number) }, (_, i) => table.at(number, i)).join()).toBe(key);
  }
});

it('Payloads add up exactly beyond 2^53, carry between halves, take negative numbers, and wrap like Go', () => {
  const random = new Random(5);
  const table = new RunInterner(4);
  const expected = new Map<string, Int64>();
  const values = [1, -1, 2 ** 32 - 1, -(2 ** 32), 2 ** 31, 2 ** 53 - 1, 2n ** 62n, -(2n ** 63n), 2n ** 63n - 1n];
  const sum = (run: number, index: number) => int64Of(table.payloadAt(run, index), table.payloadAt(run, index + 1));
  for (let i = 0; i < 2000; i++) {
    const [run, index] = [random.below(3), random.pick([0, 2])];
    const value = int64(BigInt(random.pick<Int64>(values)));
    const row = table.internRow(Int32Array.of(run, 7), 2);
    table.addToPayload(row, index, lowHalf(value), highHalf(value));
    const number = table.intern(Int32Array.of(run, 7), 2);
    const key = `${number},${index}`;
    expected.set(key, addInt64(expected.get(key) ?? 0, value));
    expect(sum(number, index)).toBe(expected.get(key));
    expect([table.length(number), table.at(number, 0), table.at(number, 1)]).toEqual([2, run, 7]);
  }
  expect(sum(table.intern(Int32Array.of(99), 1), 0)).toBe(0);
});

it('Runs that are looked up together get the rows that they get one by one, also new ones and those that come twice', () => {
  const random = new Random(3);
  const together = new RunInterner(2);
  const single = new RunInterner(2);
  const [batch, rows] = [new RunBatch(), new IntColumn()];
  for (let round = 0; round < 200; round++) {
    batch.clear();
    const expected: number[] = [];
    for (let i = random.below(100); i > 0; i--) {
      const run = Int32Array.from({ length: random.below(5) }, () => random.below(6));
      batch.integers.append(run, run.length);
      batch.end(hashOfRun(run, run.length));
      expected.push(single.internRow(run, run.length));
    }
    together.internRows(batch, rows);
    expect([...rows.data.subarray(0, rows.length)]).toEqual(expected);
  }
  expect(together.size).toBe(single.size);
});
