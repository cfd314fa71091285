import { describe, expect, it } from 'vitest';
import { processorShare, ShareMeter, wallTimeMs } from '../../../runtime/hold/processor-share';

describe('a share of a processor', () => {
  it('is one vCPU for 1,769 MB, at most one for the main thread, and a whole one where memory is not known', () => {
    expect([128, 1769, 10_240, Number.NaN, 0].map(processorShare)).toEqual([128 / 1769, 1, 1, 1, 1]);
  });

  it.each([
    ['a whole processor: as long as the work', 30, 1, 0, 30],
    ['what is left of the period is enough', 3, 0.1, 5, 3],
    ['the period’s share is used up: first the rest of it passes', 3, 0.1, 0, 30 + 90],
  ])('says how long work takes: %s', (_, cpuMs, share, freeMs, expected) => {
    expect(wallTimeMs(cpuMs, share, freeMs)).toBeCloseTo(expected);
  });
});

describe('a meter', () => {
  it('counts all that was used in the last 100 ms as used in this period', () => {
    const meter = new ShareMeter(884.5);
    meter.mark({ atMs: 0, cpuMs: 0 });
    meter.mark({ atMs: 90, cpuMs: 10 });
    expect(meter.freeMs({ atMs: 95, cpuMs: 12 })).toBeCloseTo(50 - 12);
    expect(meter.freeMs({ atMs: 195, cpuMs: 12 })).toBeCloseTo(50 - 2);
    expect(meter.freeMs({ atMs: 195, cpuMs: 80 })).toBe(0);
  });

  it('knows nothing before the first mark', () => {
    expect(new ShareMeter(128).freeMs({ atMs: 1, cpuMs: 1 })).toBe(0);
  });

  it('believes a busy host that gives less, up to a quarter, and never one that gives more', () => {
    const meter = new ShareMeter(884.5);
    meter.observe(300, 300);
    expect(meter.share).toBe(0.5);
    for (let i = 0; i < 50; i++) meter.observe(100, 400);
    expect(meter.share).toBeCloseTo(0.25);
    for (let i = 0; i < 50; i++) meter.observe(1, 400);
    expect(meter.share).toBeCloseTo(0.125);
    // Shorter work says nothing.
    meter.observe(50, 50);
    expect(meter.share).toBeCloseTo(0.125);
  });
});
