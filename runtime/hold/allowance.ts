/**
 * The time for which an environment may be held after responses: a part of the time that is billed anyway, earned before
 * it is spent.
 */
export class Allowance {
  readonly #rate: number;
  #earnedMs = 0;
  #spentMs = 0;

  /** @param rate held time for each millisecond that is billed; infinite where it does not matter */
  constructor(rate: number) {
    this.#rate = rate;
  }

  /** @param billedMs since the instance began, without what it was held */
  earnedBy(billedMs: number): void {
    this.#earnedMs = billedMs * this.#rate;
  }

  spend(ms: number): void {
    this.#spentMs += ms;
  }

  get leftMs(): number {
    return this.#rate === Number.POSITIVE_INFINITY ? this.#rate : this.#earnedMs - this.#spentMs;
  }
}

/** The smallest draw that still counts: the rate of an instance is no more than 64 times the average. */
const LEAST_DRAW = 1 / 64;

/**
 * The part of its billed time for which an instance may be held, so that it is `average` over all instances.
 *
 * A snapshot takes what an instance earns in minutes, at 128 MB. Few instances live so long. So what all of them earn is
 * not shared out evenly, but by a draw, so that the n-th part of the instances gets n times as much: some are rich
 * enough within a second, and one that lives for hours is, whatever it has drawn.
 *
 * @param draw from 0 to 1
 * @param profiledPart of the instances; those with a larger draw are not held at all
 */
export function holdRate(average: number, draw: number, profiledPart: number): number {
  // The mean of 1 / max(draw, LEAST_DRAW) over the profiled ones.
  const mean = 1 + Math.log(profiledPart / LEAST_DRAW);
  return average / (mean * Math.max(draw, LEAST_DRAW));
}
