import type { Micros } from '../clock';

/** So many stacks of a name are captured at a time, */
const BURST = 100;
/** and each of them, for certain, so long as there are as many left. */
const CERTAIN = 50;
/**
 * From then on one in so much time of a full processor. At 10 to 80 µs each, which is what one costs where everything has
 * gone cold, that is a per mille of it at most for each name. Of files it is 1 %: they are read in many pieces, and what
 * is not captured is not followed. Of callbacks that pools hand out connections in it is half a percent.
 */
const REFILL: Micros = 100_000;
const REFILLS: Readonly<Record<string, Micros>> = { native: 2_000, tick: 5_000 };
/** Names that have a budget of their own: a storm of one hides no other. */
const MAX_NAMES = 100;
/** Memory with which a function has a full processor, MB. */
const FULL_PROCESSOR_MB = 1_769;

interface Budget {
  left: number;
  refilledAt: Micros;
  /** What was drawn in this turn of the event loop: the probability, or 0. */
  turn: number;
  drawn: number;
}

/** How many stacks are captured. */
export class Budgets {
  readonly #budgets = new Map<string, Budget>();
  readonly #random: () => number;
  /** How much longer everything takes than on a full processor. */
  readonly #slowness: number;

  /**
   * @param memoryMb of the function; not a number where it is not known
   * @param random from 0 to 1
   */
  constructor(memoryMb: number, random: () => number) {
    this.#random = random;
    this.#slowness = Math.max(1, FULL_PROCESSOR_MB / (memoryMb || FULL_PROCESSOR_MB));
  }

  /**
   * Whether one more stack is captured: the probability with which it was to be, or 0. It changes slowly, so that it says
   * nothing of how long the one before took. Those of one turn are captured together: the first one warms up the others.
   */
  draw(name: string, now: Micros, turn: number): number {
    const budget = this.#of(name, now);
    if (budget.turn !== turn) {
      const chance = Math.min(1, Math.max(0, budget.left) / CERTAIN);
      budget.turn = turn;
      budget.drawn = this.#random() < chance ? chance : 0;
    } else if (budget.left < 1) return 0;
    if (budget.drawn > 0) budget.left--;
    return budget.drawn;
  }

  /** Whether one more stack may be captured, where none stands for others. */
  take(name: string, now: Micros, reserve: number): boolean {
    const budget = this.#of(name, now);
    if (budget.left < 1 + reserve) return false;
    budget.left--;
    return true;
  }

  #of(name: string, now: Micros): Budget {
    const key = this.#budgets.size < MAX_NAMES || this.#budgets.has(name) ? name : '';
    const budget = this.#budgets.get(key) ?? { left: BURST, refilledAt: now, turn: -1, drawn: 0 };
    this.#budgets.set(key, budget);
    const refilled = (now - budget.refilledAt) / ((REFILLS[key] ?? REFILL) * this.#slowness);
    budget.left = Math.min(BURST, budget.left + refilled);
    budget.refilledAt = now;
    return budget;
  }
}
