import { hashEnd, hashSeed, hashStep } from './hash';
import { IntColumn } from './int-column';
import type { RunBatch } from './run-batch';

const INITIAL_SLOTS = 1 << 6;
const EMPTY = -1;
/** What `clear` keeps for the next time; more is given back. */
const KEPT_SLOTS = 1 << 20;
/** The number of what is not there. */
export const UNKNOWN = -1;
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
export class RunInterner {
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

  /**
   * The rows of all runs of a batch, in `rows`, for `addToPayload`.
   *
   * Looks first where all of them probably are, and then whether they are: so the processor waits for many places of a
   * large memory at the same time, and not for one after the other.
   */
  internRows({ integers, starts, hashes }: RunBatch, rows: IntColumn): void {
    const slots = this.#slots;
    const mask = slots.length / 2 - 1;
    rows.fill(EMPTY, hashes.length);
    for (let i = 0; i < hashes.length; i++) {
      const slot = (hashes.at(i) & mask) * 2;
      if (slots[slot + 1] === hashes.at(i)) rows.data[i] = slots[slot];
    }
    const { data } = this.#pool;
    for (let i = 0; i < hashes.length; i++) {
      const row = rows.at(i);
      if (row !== EMPTY && data[row + LENGTH] !== starts.at(i + 1) - starts.at(i)) rows.data[i] = EMPTY;
    }
    for (let i = 0; i < hashes.length; i++) {
      const row = rows.at(i);
      const start = starts.at(i);
      const length = starts.at(i + 1) - start;
      if (row !== EMPTY && this.#equals(row, integers.data, start, length)) continue;
      rows.data[i] = this.#row(integers.data, start, length, hashes.at(i));
    }
  }

  /** The number of the run that `buffer`'s first `length` integers are; `hash` is theirs. */
  intern(buffer: Int32Array, length: number, hash = hashOfRun(buffer, length)): number {
    return this.#pool.at(this.#row(buffer, 0, length, hash) + NUMBER);
  }

  /** The row of the same, for `addToPayload`. */
  internRow(buffer: Int32Array, length: number): number {
    return this.#row(buffer, 0, length, hashOfRun(buffer, length));
  }

  /** The number of the run where it has been seen; `UNKNOWN` where it has not, and it gets none then. */
  find(buffer: Int32Array, length: number, hash: number): number {
    const row = this.#slots[this.#slot(buffer, 0, length, hash) * 2];
    return row === EMPTY ? UNKNOWN : this.#pool.at(row + NUMBER);
  }

  /** Forgets all. */
  clear(): void {
    if (this.#slots.length > KEPT_SLOTS) this.#slots = new Int32Array(INITIAL_SLOTS * 2);
    this.#slots.fill(EMPTY);
    this.#pool.clear();
    this.#rows.clear();
  }

  /** The slot where the run of `length` integers that begins at `start` is, or belongs. */
  #slot(buffer: Int32Array, start: number, length: number, hash: number): number {
    const slots = this.#slots;
    const mask = slots.length / 2 - 1;
    let slot = hash & mask;
    for (let row = slots[slot * 2]; row !== EMPTY; row = slots[slot * 2]) {
      if (slots[slot * 2 + 1] === hash && this.#equals(row, buffer, start, length)) return slot;
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  /** The row of the run, which is added where it is new. */
  #row(buffer: Int32Array, start: number, length: number, hash: number): number {
    const slots = this.#slots;
    const slot = this.#slot(buffer, start, length, hash) * 2;
    const known = slots[slot];
    if (known !== EMPTY) return known;
    const row = this.#append(buffer, start, length);
    slots[slot] = row;
    slots[slot + 1] = hash;
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
    const before = data[at];
    const sum = (before + low) | 0;
    // In 32 bits all along: V8 optimizes it once, and not again when the first sum is larger.
    const carry = ((before & low) | ((before | low) & ~sum)) >>> 31;
    data[at] = sum;
    data[at + 1] = (data[at + 1] + high + carry) | 0;
  }

  /** Copies the payload of run number `run` into `into`, to where `at` is. */
  copyPayload(run: number, into: Int32Array, at: number): void {
    const { data } = this.#pool;
    const from = this.#rows.at(run) + HEAD;
    for (let i = 0; i < this.payload; i++) into[at + i] = data[from + i];
  }

  /** The integer at `index` of a run's payload. */
  payloadAt(run: number, index: number): number {
    return this.#pool.at(this.#rows.at(run) + HEAD + index);
  }

  /** How many integers all runs have together. */
  get totalLength(): number {
    return this.#pool.length - this.size * (HEAD + this.payload);
  }

  /** How many integers run number `run` has. */
  length(run: number): number {
    return this.#pool.at(this.#rows.at(run) + LENGTH);
  }

  /** The integer at `index` of run number `run`. */
  at(run: number, index: number): number {
    return this.#pool.at(this.start(run) + index);
  }

  /** All runs, among other things: `start` says where each begins. Good until the next one is added. */
  get integers(): Int32Array {
    return this.#pool.data;
  }

  /** Where run number `run` begins in `integers`. */
  start(run: number): number {
    return this.#rows.at(run) + HEAD + this.payload;
  }

  #equals(row: number, buffer: Int32Array, start: number, length: number): boolean {
    const { data } = this.#pool;
    if (data[row + LENGTH] !== length) return false;
    const own = row + HEAD + this.payload;
    for (let i = 0; i < length; i++) if (data[own + i] !== buffer[start + i]) return false;
    return true;
  }

  #append(buffer: Int32Array, start: number, length: number): number {
    const row = this.#pool.length;
    this.#pool.push(this.size);
    this.#pool.push(length);
    for (let i = 0; i < this.payload; i++) this.#pool.push(0);
    this.#pool.append(buffer, length, start);
    this.#rows.push(row);
    return row;
  }

  #enlarge(): void {
    const old = this.#slots;
    const slots = new Int32Array(old.length * 2).fill(EMPTY);
    const mask = slots.length / 2 - 1;
    for (let i = 0; i < old.length; i += 2) {
      if (old[i] === EMPTY) continue;
      const hash = old[i + 1];
      let slot = hash & mask;
      while (slots[slot * 2] !== EMPTY) slot = (slot + 1) & mask;
      slots[slot * 2] = old[i];
      slots[slot * 2 + 1] = hash;
    }
    this.#slots = slots;
  }
}

/** The hash of a run in a `RunBatch`. Who makes a run piece by piece makes it so at the same time. */
export function hashOfRun(buffer: Int32Array, length: number): number {
  const seed = hashSeed;
  let hash = seed ^ length;
  for (let i = 0; i < length; i++) hash = hashStep(hash, buffer[i], seed);
  return hashEnd(hash);
}
