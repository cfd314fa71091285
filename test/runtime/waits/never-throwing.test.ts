import { afterEach, expect, it, vi } from 'vitest';
import { attempt, attempted } from '../../../runtime/waits/never-throwing';

afterEach(() => vi.restoreAllMocks());

it('an error of the profiler’s ends the observing, is told of once, and reaches nobody', () => {
  const lines: string[] = [];
  vi.spyOn(process.stdout, 'write').mockImplementation((line) => lines.push(String(line)) > 0);
  expect(attempt(() => 7)).toBe(7);
  const calls: number[] = [];
  const fails = attempted((n: number) => {
    calls.push(n);
    throw new TypeError('getHeader is not a function');
  });
  expect(() => fails(1)).not.toThrow();
  expect(() => fails(2)).not.toThrow();
  expect(attempt(() => 8)).toBeUndefined();
  expect(calls).toEqual([1]);
  expect(lines.map((line) => JSON.parse(line))).toMatchObject([
    { kind: 'waits-not-observed', cause: 'getHeader is not a function', remedy: expect.stringContaining('leave out') },
  ]);
});
