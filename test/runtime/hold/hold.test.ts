import { describe, expect, it } from 'vitest';
import { noCost } from '../../../runtime/cost';
import { HoldPlanner } from '../../../runtime/hold/hold';
import { processorShare } from '../../../runtime/hold/processor-share';
import { SimulatedClocks } from './support/simulated-clocks';

const SHARE_OF_128_MB = 128 / 1769;

function plannerOf(memoryMb: number, rate = Number.POSITIVE_INFINITY) {
  const clocks = new SimulatedClocks();
  const cost = noCost();
  const planner = new HoldPlanner(memoryMb, rate, cost, clocks);
  /** An invocation that waits, and then times out in so many milliseconds. */
  const holdAfter = (waitMs: number, leftMs: number) => {
    planner.mark();
    clocks.wait(waitMs);
    return planner.begin(clocks.epoch() + leftMs);
  };
  return { planner, clocks, cost, holdAfter };
}

describe('a hold', () => {
  it('is no longer than 250 ms, nor than a tenth of the time that is left but for a margin', () => {
    const { holdAfter } = plannerOf(1769, 1_000);
    expect(holdAfter(0, 60_000).leftMs).toBe(250);
    expect(holdAfter(0, 700).leftMs).toBe(60);
    expect(holdAfter(0, 50).leftMs).toBeLessThan(0);
  });

  it('may last for two seconds, but not beyond the deadline, where costs do not matter', () => {
    const { holdAfter } = plannerOf(1769);
    expect(holdAfter(0, 60_000).leftMs).toBe(2_000);
    expect(holdAfter(0, 700).leftMs).toBe(600);
  });

  it('has room for what is likely to end in it, at this share of a processor', () => {
    const { planner, clocks } = plannerOf(128, 1_000);
    planner.allowance.earnedBy(1e9);
    planner.estimates.measured('rotate', 0, 2);
    planner.mark();
    clocks.work(8, SHARE_OF_128_MB);
    // 2 ms at 7 %, and up to 93 ms for which the process may be stopped first.
    expect(planner.begin(clocks.epoch() + 60_000).fits('rotate')).toBe(true);
    const short = planner.begin(clocks.epoch() + 900);
    expect(short.fits('rotate')).toBe(false);
    expect(short.wasTooShort).toBe(true);
  });

  it('counts on what is left of the current period where the handler has waited (R01)', () => {
    const { planner, clocks, holdAfter } = plannerOf(128, 1_000);
    planner.allowance.earnedBy(1e9);
    planner.estimates.measured('rotate', 0, 1);
    holdAfter(2_300, 700);
    clocks.work(1, SHARE_OF_128_MB);
    planner.mark();
    // 7.2 ms of a period, and at most 1 ms of it is gone.
    expect(planner.begin(clocks.epoch() + 700).fits('rotate')).toBe(true);
    // A handler that computes leaves nothing.
    clocks.work(20, SHARE_OF_128_MB);
    expect(planner.begin(clocks.epoch() + 700).fits('rotate')).toBe(false);
  });

  it('never begins V8’s start, nor a heap of 100 MB, at 128 MB', () => {
    const { planner, holdAfter } = plannerOf(128, 1_000);
    planner.allowance.earnedBy(1e9);
    const hold = holdAfter(10_000, 60_000);
    expect(hold.fits('start', 5e6)).toBe(false);
    expect(hold.fits('heap', 100e6)).toBe(false);
    const whole = plannerOf(1769, 1_000);
    whole.planner.allowance.earnedBy(1e9);
    expect(whole.holdAfter(0, 60_000).fits('start', 20e6)).toBe(true);
    expect(whole.holdAfter(0, 60_000).fits('heap', 100e6)).toBe(true);
    expect(whole.holdAfter(0, 60_000).fits('heap', 500e6)).toBe(false);
  });

  it('does not begin what has not been earned, which says nothing of the time', () => {
    const { planner, clocks, cost, holdAfter } = plannerOf(1769, 0.01);
    planner.allowance.earnedBy(100);
    const poor = holdAfter(0, 60_000);
    expect([poor.fits('encode'), poor.wasTooShort]).toEqual([false, false]);
    planner.allowance.earnedBy(1_000);
    const rich = holdAfter(0, 60_000);
    expect(rich.fits('encode')).toBe(true);
    rich.run('encode', 0, () => clocks.work(6, 1));
    rich.end();
    expect(cost).toMatchObject({ flushMs: 6, heldMs: 6, longestHoldMs: 6 });
    // 4 ms are left, and it has learned that 6 are needed.
    expect(holdAfter(0, 60_000).fits('encode')).toBe(false);
  });

  it('that did nothing costs nothing', () => {
    const { cost, holdAfter, clocks } = plannerOf(1769);
    const hold = holdAfter(0, 60_000);
    clocks.wait(5);
    hold.end();
    expect(cost.heldMs).toBe(0);
  });

  it('in vain is followed by invocations in which no work is looked for, more and more of them', () => {
    const { planner, holdAfter } = plannerOf(128);
    const looks: boolean[] = [];
    for (let i = 0; i < 60; i++) {
      const isWorthALook = planner.isWorthALook;
      looks.push(isWorthALook);
      if (!isWorthALook) continue;
      const hold = holdAfter(0, 120);
      hold.fits('start');
      hold.end();
    }
    const text = looks.map((look) => (look ? 'x' : '.')).join('');
    expect(text).toMatch(/^x\.x\.\.x\.{4}x\.{8}x\.{16}x\.{16}x/);
  });
});

const STEPS = ['rotate', 'convert', 'encode', 'compress', 'upload'] as const;

/** An instance that bills a minute, and does steps of snapshots, of 2 ms each, whenever it may. */
function live(memoryMb: number, rate: number, handlerMs: number, timeoutMs: number) {
  const { planner, clocks, cost } = plannerOf(memoryMb, rate);
  // As initialization has measured it.
  for (const step of STEPS) planner.estimates.measured(step, 0, 2);
  let billedMs = 300;
  let steps = 0;
  let overdue = 0;
  while (billedMs < 60_000) {
    planner.mark();
    clocks.wait(handlerMs);
    billedMs += handlerMs;
    planner.allowance.earnedBy(billedMs);
    const leftMs = timeoutMs - handlerMs;
    const from = clocks.now();
    const hold = planner.begin(clocks.epoch() + leftMs);
    for (let step = STEPS[steps % STEPS.length]; hold.fits(step); step = STEPS[++steps % STEPS.length]) {
      hold.run(step, 0, () => clocks.work(2, processorShare(memoryMb)));
    }
    hold.end();
    if (clocks.now() - from > Math.min(250, leftMs / 10)) overdue++;
  }
  return { held: cost.heldMs / billedMs, overdue, snapshots: Math.floor(steps / STEPS.length) };
}

describe('an instance is held no longer than it may be, and has snapshots all the same', () => {
  const handlers = [
    [1, 3_000],
    [100, 3_000],
    [2_300, 3_000],
  ];
  it.each([128, 256, 512, 1024, 1769].flatMap((memoryMb) => handlers.map(([ms, timeout]) => [memoryMb, ms, timeout])))(
    '%d MB, a handler of %d ms of %d ms',
    (memoryMb, handlerMs, timeoutMs) => {
      const { held, overdue, snapshots } = live(memoryMb, 0.05, handlerMs, timeoutMs);
      expect(held).toBeLessThanOrEqual(0.05);
      expect(overdue).toBe(0);
      expect(snapshots).toBeGreaterThan(3);
    },
  );
});
