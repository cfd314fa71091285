import { expect, test } from 'vitest';
import { RunTable } from '../../profile/run-table';
import { Random } from './random';

test('Equal runs get one number, in the order of first sight; any others do not', () => {
  const table = new RunTable();
  const intern = (...run: number[]) => table.intern(Int32Array.from([...run, 99]), run.length);
  expect([intern(1, 2), intern(2, 1), intern(), intern(1), intern(1, 2, 0), intern(1, 2), intern()]).toEqual([
    0, 1, 2, 3, 4, 0, 2,
  ]);
  expect(table.size).toBe(5);
  expect([table.length(4), table.at(4, 0), table.at(4, 2), table.length(2)]).toEqual([3, 1, 0, 0]);
});

test('Many runs, also long ones, agree with a map of strings', () => {
  const random = new Random(7);
  const table = new RunTable();
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
