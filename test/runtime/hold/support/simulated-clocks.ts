import type { Clocks } from '../../../../runtime/hold/hold';
import { PERIOD_MS } from '../../../../runtime/hold/processor-share';

/**
 * Clocks that stand still but for simulated work, of a process that gets its share of a processor as the kernel grants
 * it: in each period so much, and when that is used up nothing until the next period. Milliseconds.
 */
export class SimulatedClocks implements Clocks {
  #now = 0;
  #cpu = 0;
  #usedInPeriod = 0;

  now = () => this.#now;
  epoch = () => 1_700_000_000_000 + this.#now;
  cpu = () => this.#cpu;

  /** The main thread works. */
  work(cpuMs: number, share: number): void {
    for (let left = cpuMs; left > 1e-9; ) {
      const granted = Math.min(left, share * PERIOD_MS - this.#usedInPeriod, this.#periodEnd - this.#now);
      this.#cpu += granted;
      left -= granted;
      this.#usedInPeriod += granted;
      this.wait(granted);
      if (left > 1e-9) this.wait(this.#periodEnd - this.#now);
    }
  }

  wait(ms: number): void {
    const end = this.#periodEnd;
    this.#now += ms;
    if (this.#now >= end) this.#usedInPeriod = 0;
  }

  get #periodEnd(): number {
    return (Math.floor(this.#now / PERIOD_MS + 1e-9) + 1) * PERIOD_MS;
  }
}
