import { describe, expect, it } from 'vitest';
import { Estimates } from '../../../runtime/hold/estimates';

describe('an estimate', () => {
  it('is the worst case before the work was ever done, and grows with its size', () => {
    const estimates = new Estimates();
    expect(estimates.cpuMs('start')).toBe(15);
    expect(estimates.cpuMs('start', 20 * 1024 * 1024)).toBe(45);
  });

  it('follows what was measured: up at once, down step by step', () => {
    const estimates = new Estimates();
    estimates.measured('encode', 0, 50);
    expect(estimates.cpuMs('encode')).toBeCloseTo(50);
    estimates.measured('encode', 0, 1);
    expect(estimates.cpuMs('encode')).toBeCloseTo(35);
    for (let i = 0; i < 50; i++) estimates.measured('encode', 0, 1);
    expect(estimates.cpuMs('encode')).toBeCloseTo(1);
    for (let i = 0; i < 50; i++) estimates.measured('encode', 0, 0);
    expect(estimates.cpuMs('encode')).toBeCloseTo(0.75);
  });

  it('holds for other sizes', () => {
    const estimates = new Estimates();
    estimates.measured('convert', 1000, 9);
    expect(estimates.cpuMs('convert', 10_000)).toBeCloseTo(54);
  });
});
