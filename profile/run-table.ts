import { hashEnd, hashSeed, hashStep } from './hash';
import { IntColumn } from './int-column';

const INITIAL_SLOTS = 1 << 6;
const EMPTY = -1;
/** What each row begins with: its number, and the length of its run. */
const NUMBER = 0;
const LENGTH = 1;
const HEAD = 2;

/**
 * Finds runs of 32-bit integers (stacks of location numbers, for one) again, and numbers them from 0 in the order of
 * first sight.
 *
 * An open-addressing hash table over one pool of integers: a fleet's snapshots bring the same stacks thousands of times
 * over, and a string or an object for each would cost more than all the rest of a merge. What belongs to a run lies in
 * one row, its payload too, as each other place to look at would have to come from memory.
 */
export class RunTable {
  /** Rows, one after the other: number, length of the run, payload, run. */
  readonly #pool = new IntColumn();
  /** Where each run's row starts, by number. */
  readonly #rows = new IntColumn();
  /** A slot is where a row starts, and the hash of its run: most of the others are told apart without a look at it. */
  #slots = new Int32Array(INITIAL_SLOTS * 2).fill(EMPTY);

  /** @param payload - how many integers of its own the caller keeps with each run; they are 0 at first */
  constructor(private readonly payload = 0) {}

  get size(): number {
    return this.#rows.length;
  }

  /** The number of the run that `buffer`'s first `length` integers are. */
  intern(buffer: Int32Array, length: number): number {
    return this.#pool.at(this.internRow(buffer, length) + NUMBER);
  }

  /** The row of the same, for `addToPayload`. */
  internRow(buffer: Int32Array, length: number): number {
    const hash = hashOf(buffer, length);
    const slots = this.#slots;
    const mask = slots.length / 2 - 1;
    let slot = hash & mask;
    for (let row = slots[slot * 2] as number; row !== EMPTY; row = slots[slot * 2] as number) {
      if (slots[slot * 2 + 1] === hash && this.#equals(row, buffer, length)) return row;
      slot = (slot + 1) & mask;
    }
    const row = this.#append(buffer, length);
    slots[slot * 2] = row;
    slots[slot * 2 + 1] = hash;
    if (this.size * 4 > slots.length) this.#enlarge();
    return row;
  }

  /**
   * Adds a number of 64 bits, given as its halves, to the one that two integers of a row's payload are; exact, wrapped
   * like Go's int64.
   */
  addToPayload(row: number, index: number, low: number, high: number): void {
    const { data } = this.#pool;
    const at = row + HEAD + index;
    const sum = ((data[at] as number) >>> 0) + (low >>> 0);
    data[at] = sum;
    data[at + 1] = (data[at + 1] as number) + high + (sum > 0xffff_ffff ? 1 : 0);
  }

  /** The integer at `index` of a run's payload. */
  payloadAt(run: number, index: number): number {
    return this.#pool.at(this.#rows.at(run) + HEAD + index);
  }

  /** How many integers run number `run` has. */
  length(run: number): number {
    return this.#pool.at(this.#rows.at(run) + LENGTH);
  }

  /** The integer at `index` of run number `run`. */
  at(run: number, index: number): number {
    return this.#pool.at(this.#rows.at(run) + HEAD + this.payload + index);
  }

  /** Copies run number `run` to the beginning of `into`, which is long enough. */
  copy(run: number, into: Int32Array): void {
    const start = this.#rows.at(run) + HEAD + this.payload;
    into.set(this.#pool.data.subarray(start, start + this.length(run)));
  }

  #equals(row: number, buffer: Int32Array, length: number): boolean {
    const { data } = this.#pool;
    if (data[row + LENGTH] !== length) return false;
    const start = row + HEAD + this.payload;
    for (let i = 0; i < length; i++) if (data[start + i] !== buffer[i]) return false;
    return true;
  }

  #append(buffer: Int32Array, length: number): number {
    const row = this.#pool.length;
    this.#pool.push(this.size);
    this.#pool.push(length);
    for (let i = 0; i < this.payload; i++) this.#pool.push(0);
    this.#pool.append(buffer, length);
    this.#rows.push(row);
    return row;
  }

  #enlarge(): void {
    const old = this.#slots;
    const slots = new Int32Array(old.length * 2).fill(EMPTY);
    const mask = slots.length / 2 - 1;
    for (let i = 0; i < old.length; i += 2) {
      if (old[i] === EMPTY) continue;
      const hash = old[i + 1] as number;
      let slot = hash & mask;
      while (slots[slot * 2] !== EMPTY) slot = (slot + 1) & mask;
      slots[slot * 2] = old[i] as number;
      slots[slot * 2 + 1] = hash;
    }
    this.#slots = slots;
  }
}

function hashOf(buffer: Int32Array, length: number): number {
  const seed = hashSeed;
  let hash = seed ^ length;
  for (let i = 0; i < length; i++) hash = hashStep(hash, buffer[i] as number, seed);
  return hashEnd(hash);
}
