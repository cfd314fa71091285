/** Sums over the snapshots of one side of a comparison, for one function. */
interface Sums {
  /** Of the values, their squares, and their products with the exposure. */
  x: number;
  xx: number;
  xt: number;
}

/** A function's value per exposure, and how sure that is. */
export interface Rate {
  rate: number;
  /** Of `rate`. */
  variance: number;
}

/**
 * What a comparison needs to know of the snapshots of one side, in memory for the functions only: of each snapshot the
 * values of functions, and the exposure that they are relative to (invocations, or the value of all functions).
 *
 * Snapshots differ by more than the chance of sampling: instances, hours and inputs do. So a snapshot is one
 * observation, however many samples it has (a cluster sample); pooling the samples finds differences that are none.
 */
export class SnapshotStatistics {
  #snapshots = 0;
  #t = 0;
  #tt = 0;
  readonly #functions = new Map<string, Sums>();

  get snapshots(): number {
    return this.#snapshots;
  }

  get exposure(): number {
    return this.#t;
  }

  /** Functions with a value in any snapshot. */
  get functions(): Iterable<string> {
    return this.#functions.keys();
  }

  /** @param exposure - above 0 */
  add(values: ReadonlyMap<string, number>, exposure: number): void {
    this.#snapshots++;
    this.#t += exposure;
    this.#tt += exposure * exposure;
    for (const [fn, x] of values) {
      const sums = this.#functions.get(fn) ?? { x: 0, xx: 0, xt: 0 };
      sums.x += x;
      sums.xx += x * x;
      sums.xt += x * exposure;
      this.#functions.set(fn, sums);
    }
  }

  /**
   * The ratio estimate of `fn` and its linearized variance.
   *
   * @see W. G. Cochran, Sampling Techniques, 3rd edition, 6.3 and 9A.1
   */
  rateOf(fn: string): Rate {
    const { x, xx, xt } = this.#functions.get(fn) ?? { x: 0, xx: 0, xt: 0 };
    const n = this.#snapshots;
    if (n === 0) return { rate: 0, variance: Number.POSITIVE_INFINITY };
    const rate = x / this.#t;
    const residuals = Math.max(0, xx - 2 * rate * xt + rate * rate * this.#tt);
    return { rate, variance: n > 1 ? ((n / (n - 1)) * residuals) / (this.#t * this.#t) : Number.POSITIVE_INFINITY };
  }
}
