const INITIAL_SLOTS = 1 << 10;
const EMPTY = -1;

/**
 * Numbers runs of 32-bit integers (stacks of location numbers, for one) from 0 in the order of first sight, equal runs
 * the same.
 *
 * An open-addressing hash table over one pool of integers: a fleet's snapshots bring the same stacks thousands of times
 * over, and a string or an object for each would cost more than all the rest of a merge.
 */
export class RunTable {
  #pool = new Int32Array(INITIAL_SLOTS);
  /** Where each run starts in the pool; one more than there are runs: the last says where the next will start. */
  readonly #starts: number[] = [0];
  readonly #hashes: number[] = [];
  #slots = new Int32Array(INITIAL_SLOTS).fill(EMPTY);

  get size(): number {
    return this.#hashes.length;
  }

  /** The number of the run that `buffer`'s first `length` integers are. */
  intern(buffer: Int32Array, length: number): number {
    const hash = hashOf(buffer, length);
    const mask = this.#slots.length - 1;
    let slot = hash & mask;
    for (let run = this.#slots[slot] as number; run !== EMPTY; run = this.#slots[slot] as number) {
      if (this.#hashes[run] === hash && this.#equals(run, buffer, length)) return run;
      slot = (slot + 1) & mask;
    }
    const run = this.size;
    this.#slots[slot] = run;
    this.#append(buffer, length, hash);
    if (this.size * 2 > this.#slots.length) this.#rehash();
    return run;
  }

  /** How many integers run number `run` has. */
  length(run: number): number {
    return (this.#starts[run + 1] as number) - (this.#starts[run] as number);
  }

  /** The integer at `index` of run number `run`. */
  at(run: number, index: number): number {
    return this.#pool[(this.#starts[run] as number) + index] as number;
  }

  #equals(run: number, buffer: Int32Array, length: number): boolean {
    const start = this.#starts[run] as number;
    if (this.length(run) !== length) return false;
    for (let i = 0; i < length; i++) if (this.#pool[start + i] !== buffer[i]) return false;
    return true;
  }

  #append(buffer: Int32Array, length: number, hash: number): void {
    const start = this.#starts[this.size] as number;
    if (start + length > this.#pool.length) {
      const grown = new Int32Array(Math.max(start + length, this.#pool.length * 2));
      grown.set(this.#pool);
      this.#pool = grown;
    }
    this.#pool.set(buffer.subarray(0, length), start);
    this.#starts.push(start + length);
    this.#hashes.push(hash);
  }

  #rehash(): void {
    this.#slots = new Int32Array(this.#slots.length * 2).fill(EMPTY);
    const mask = this.#slots.length - 1;
    for (let run = 0; run < this.size; run++) {
      let slot = (this.#hashes[run] as number) & mask;
      while (this.#slots[slot] !== EMPTY) slot = (slot + 1) & mask;
      this.#slots[slot] = run;
    }
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
