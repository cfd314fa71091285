import { nowEpochMs, nowMs } from '../clock';
import type { Cost } from '../cost';
import { Allowance } from './allowance';
import { Estimates, type Work } from './estimates';
import { ShareMeter, wallTimeMs } from './processor-share';

/** What Lambda and the function need for themselves before an invocation times out. */
const DEADLINE_MARGIN_MS = 100;
/** An environment is held for no longer than this after a response, */
const LONGEST_HOLD_MS = 250;
/** and for no more than this part of what is left before the invocation times out. */
const PART_OF_TIME_LEFT = 0.1;
/** After responses with too little time for any work, so many invocations at most are let go by without another look. */
const MOST_SKIPPED = 16;
/** Where it does not matter what profiling costs. */
const LONGEST_UNLIMITED_HOLD_MS = 2_000;

const { cpuUsage } = process;

/** Clocks, to be simulated. Milliseconds. */
export interface Clocks {
  now(): number;
  epoch(): number;
  /** Processor time of the whole process. */
  cpu(): number;
}

const REAL: Clocks = {
  now: nowMs,
  epoch: nowEpochMs,
  cpu() {
    const { user, system } = cpuUsage();
    return (user + system) / 1000;
  },
};

/** Plans the work after responses, on an instance with so much of a processor and so large an allowance. */
export class HoldPlanner {
  readonly estimates = new Estimates();
  readonly allowance: Allowance;
  readonly meter: ShareMeter;
  readonly clocks: Clocks;
  readonly cost: Cost;
  readonly isUnlimited: boolean;
  #toSkip = 0;
  #skipNext = 1;

  /**
   * @param rate of the allowance
   * @param cost kept up to date
   */
  constructor(memoryMb: number, rate: number, cost: Cost, clocks = REAL) {
    this.meter = new ShareMeter(memoryMb);
    this.allowance = new Allowance(rate);
    this.isUnlimited = rate === Number.POSITIVE_INFINITY;
    this.cost = cost;
    this.clocks = clocks;
  }

  /** So that it is known what an invocation leaves of the processor's current period. */
  mark(): void {
    // A whole processor has no periods.
    if (this.meter.share >= 1) return;
    this.meter.mark({ atMs: this.clocks.now(), cpuMs: this.clocks.cpu() });
  }

  /**
   * A response has been given, and work may be done until the hold is ended.
   *
   * @param deadlineMs when the invocation times out, milliseconds since the epoch
   */
  begin(deadlineMs: number): Hold {
    const left = deadlineMs - this.clocks.epoch() - DEADLINE_MARGIN_MS;
    const limit = this.isUnlimited
      ? Math.min(LONGEST_UNLIMITED_HOLD_MS, left)
      : Math.min(LONGEST_HOLD_MS, PART_OF_TIME_LEFT * left);
    return new Hold(this, limit);
  }

  /** Whether work may be looked for in this invocation, which costs a little itself. */
  get isWorthALook(): boolean {
    if (this.#toSkip === 0) return true;
    this.#toSkip--;
    return false;
  }

  /** After a hold. */
  learn({ hasWorked, wasTooShort }: Hold): void {
    if (hasWorked || !wasTooShort) {
      this.#skipNext = 1;
      return;
    }
    this.#toSkip = this.#skipNext;
    this.#skipNext = Math.min(MOST_SKIPPED, 2 * this.#skipNext);
  }

  /** Whether the allowance is enough for this work; not whether there will be time. */
  canAfford(work: Work, size = 0): boolean {
    return this.estimates.cpuMs(work, size) / this.meter.share <= this.allowance.leftMs;
  }

  /** Work that nobody waits for: while the function is initialized, and when it is shut down. */
  beginUnlimited(): Hold {
    return new Hold(this, LONGEST_UNLIMITED_HOLD_MS);
  }
}

/** The time after one response. */
export class Hold {
  readonly #planner: HoldPlanner;
  readonly #limitMs: number;
  readonly #startMs: number;
  hasWorked = false;
  /** Whether something did not fit into the limit: not for want of allowance, which comes with time. */
  wasTooShort = false;

  constructor(planner: HoldPlanner, limitMs: number) {
    this.#planner = planner;
    this.#limitMs = limitMs;
    this.#startMs = planner.clocks.now();
  }

  /** By the clock. */
  get leftMs(): number {
    return this.#limitMs - (this.#planner.clocks.now() - this.#startMs);
  }

  /** Whether this work is likely to end in time, and has been earned. What does not fit is not to be begun. */
  fits(work: Work, size = 0): boolean {
    const { clocks, allowance } = this.#planner;
    return this.#takesAtMost(work, size, allowance.leftMs - (clocks.now() - this.#startMs));
  }

  /** Whether this work is likely to end in time. Where it has not been earned, what follows waits until both are. */
  endsInTime(work: Work, size = 0): boolean {
    return this.#takesAtMost(work, size, Number.POSITIVE_INFINITY);
  }

  #takesAtMost(work: Work, size: number, affordableMs: number): boolean {
    const { estimates, meter, clocks } = this.#planner;
    const now = { atMs: clocks.now(), cpuMs: clocks.cpu() };
    const wallMs = wallTimeMs(estimates.cpuMs(work, size), meter.share, meter.freeMs(now));
    if (wallMs > this.leftMs) {
      this.wasTooShort = true;
      return false;
    }
    return wallMs <= affordableMs;
  }

  /** Does work that fits, and learns from it. */
  run<T>(work: Work, size: number, fn: () => T): T {
    const { estimates, meter, clocks } = this.#planner;
    this.hasWorked = true;
    const from = { atMs: clocks.now(), cpuMs: clocks.cpu() };
    meter.mark(from);
    try {
      return fn();
    } finally {
      const cpuMs = clocks.cpu() - from.cpuMs;
      estimates.measured(work, size, cpuMs);
      meter.observe(cpuMs, clocks.now() - from.atMs);
    }
  }

  /** The same for work that waits, and can be interrupted while it does: no piece of it takes more than is estimated. */
  async wait<T>(work: Work, size: number, fn: () => Promise<T>): Promise<T> {
    const { estimates, meter, clocks } = this.#planner;
    this.hasWorked = true;
    const from = { atMs: clocks.now(), cpuMs: clocks.cpu() };
    meter.mark(from);
    try {
      return await fn();
    } finally {
      const cpuMs = clocks.cpu() - from.cpuMs;
      estimates.measured(work, size, Math.min(cpuMs, estimates.cpuMs(work, size)));
    }
  }

  /** The environment is let go. */
  end(): void {
    this.#planner.learn(this);
    if (!this.hasWorked) return;
    const { clocks, allowance, cost } = this.#planner;
    const heldMs = clocks.now() - this.#startMs;
    allowance.spend(heldMs);
    cost.flushMs = heldMs;
    cost.heldMs += heldMs;
    cost.longestHoldMs = Math.max(cost.longestHoldMs, heldMs);
  }
}
