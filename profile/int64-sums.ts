import { IntColumn } from './int-column';
import { type Int64, int64Of } from './int64';

/** Sums of 64-bit integers, exact, wrapped like Go's int64; each takes 8 bytes. */
export class Int64Sums {
  readonly #halves = new IntColumn();

  /** Adds a number, given as its halves, to sum `index`. */
  add(index: number, low: number, high: number): void {
    const at = index * 2;
    while (this.#halves.length <= at + 1) this.#halves.push(0);
    const { data } = this.#halves;
    const sum = ((data[at] as number) >>> 0) + (low >>> 0);
    data[at] = sum;
    data[at + 1] = (data[at + 1] as number) + high + (sum > 0xffff_ffff ? 1 : 0);
  }

  /** Adds a sum of `other` to sum `index`. */
  addSum(index: number, other: Int64Sums, otherIndex: number): void {
    this.add(index, other.#halves.at(otherIndex * 2), other.#halves.at(otherIndex * 2 + 1));
  }

  /** Sum `index`; 0 where nothing has been added. */
  get(index: number): Int64 {
    const at = index * 2;
    return at < this.#halves.length ? int64Of(this.#halves.at(at), this.#halves.at(at + 1)) : 0;
  }
}
