import { IntColumn } from './int-column';

const INITIAL_SLOTS = 1 << 6;
const EMPTY = -1;

/**
 * Numbers runs of 32-bit integers (stacks of location numbers, for one) from 0 in the order of first sight, equal runs
 * the same.
 *
 * An open-addressing hash table over one pool of integers: a fleet's snapshots bring the same stacks thousands of times
 * over, and a string or an object for each would cost more than all the rest of a merge.
 */
export class RunTable {
  readonly #pool = new IntColumn();
  /** Where each run starts in the pool; one more than there are runs: the last says where the next will start. */
  readonly #starts = new IntColumn();
  /** A slot is the number of a run, and its hash: most of the others are told apart without a look at the pool. */
  #slots = new Int32Array(INITIAL_SLOTS * 2).fill(EMPTY);

  constructor() {
    this.#starts.push(0);
  }

  get size(): number {
    return this.#starts.length - 1;
  }

  /** The number of the run that `buffer`'s first `length` integers are. */
  intern(buffer: Int32Array, length: number): number {
    const hash = hashOf(buffer, length);
    const slots = this.#slots;
    const mask = slots.length / 2 - 1;
    let slot = hash & mask;
    for (let run = slots[slot * 2] as number; run !== EMPTY; run = slots[slot * 2] as number) {
      if (slots[slot * 2 + 1] === hash && this.#equals(run, buffer, length)) return run;
      slot = (slot + 1) & mask;
    }
    const run = this.size;
    slots[slot * 2] = run;
    slots[slot * 2 + 1] = hash;
    this.#pool.append(buffer, length);
    this.#starts.push(this.#pool.length);
    if (this.size * 4 > slots.length) this.#enlarge();
    return run;
  }

  /** How many integers run number `run` has. */
  length(run: number): number {
    return this.#starts.at(run + 1) - this.#starts.at(run);
  }

  /** The integer at `index` of run number `run`. */
  at(run: number, index: number): number {
    return this.#pool.at(this.#starts.at(run) + index);
  }

  /** Copies run number `run` to the beginning of `into`, which is long enough. */
  copy(run: number, into: Int32Array): void {
    into.set(this.#pool.data.subarray(this.#starts.at(run), this.#starts.at(run + 1)));
  }

  #equals(run: number, buffer: Int32Array, length: number): boolean {
    const start = this.#starts.at(run);
    if (this.#starts.at(run + 1) - start !== length) return false;
    const { data } = this.#pool;
    for (let i = 0; i < length; i++) if (data[start + i] !== buffer[i]) return false;
    return true;
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

/** MurmurHash3 of whole words, without the seed: neighbouring numbers scatter well. */
function hashOf(buffer: Int32Array, length: number): number {
  let hash = length;
  for (let i = 0; i < length; i++) {
    let word = Math.imul(buffer[i] as number, 0xcc9e2d51);
    word = (word << 15) | (word >>> 17);
    hash ^= Math.imul(word, 0x1b873593);
    hash = (hash << 13) | (hash >>> 19);
    hash = (Math.imul(hash, 5) + 0xe6546b64) | 0;
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}
