import { IntColumn } from './int-column';

const INITIAL_BYTES = 1 << 10;
const INITIAL_SLOTS = 1 << 6;
/** What `clear` keeps for the next time; more is given back. */
const KEPT_BYTES = 1 << 22;
const KEPT_SLOTS = 1 << 20;
const EMPTY = -1;

/**
 * Numbers byte strings from 0 in the order of first sight, equal ones the same: `RunTable` for bytes. Looking a text up
 * costs no string and no object.
 */
export class ByteTable {
  #pool = new Uint8Array(INITIAL_BYTES);
  /** Where each byte string starts in the pool; one more than there are: the last says where the next will start. */
  readonly #starts = new IntColumn();
  readonly #hashes = new IntColumn();
  #slots = new Int32Array(INITIAL_SLOTS).fill(EMPTY);

  constructor() {
    this.#starts.push(0);
  }

  get size(): number {
    return this.#hashes.length;
  }

  /** The number of the byte string that lies in `bytes` from `start` to before `end`. */
  intern(bytes: Uint8Array, start: number, end: number): number {
    const hash = hashOf(bytes, start, end);
    const mask = this.#slots.length - 1;
    let slot = hash & mask;
    for (let found = this.#slots[slot] as number; found !== EMPTY; found = this.#slots[slot] as number) {
      if (this.#hashes.at(found) === hash && this.#equals(found, bytes, start, end)) return found;
      slot = (slot + 1) & mask;
    }
    const number = this.size;
    this.#slots[slot] = number;
    this.#append(bytes, start, end, hash);
    if (this.size * 2 > this.#slots.length) this.#rehash();
    return number;
  }

  /** Byte string `number`; not a copy. */
  bytes(number: number): Uint8Array {
    return this.#pool.subarray(this.#starts.at(number), this.#starts.at(number + 1));
  }

  /** Forgets all. */
  clear(): void {
    if (this.#pool.length > KEPT_BYTES) this.#pool = new Uint8Array(INITIAL_BYTES);
    if (this.#slots.length > KEPT_SLOTS) this.#slots = new Int32Array(INITIAL_SLOTS);
    this.#slots.fill(EMPTY);
    this.#hashes.clear();
    this.#starts.clear();
    this.#starts.push(0);
  }

  #equals(number: number, bytes: Uint8Array, start: number, end: number): boolean {
    let at = this.#starts.at(number);
    if (this.#starts.at(number + 1) - at !== end - start) return false;
    for (let i = start; i < end; i++) if (this.#pool[at++] !== bytes[i]) return false;
    return true;
  }

  #append(bytes: Uint8Array, start: number, end: number, hash: number): void {
    const to = this.#starts.at(this.size);
    const needed = to + end - start;
    if (needed > this.#pool.length) {
      const grown = new Uint8Array(Math.max(needed, this.#pool.length * 2));
      grown.set(this.#pool);
      this.#pool = grown;
    }
    for (let i = start, at = to; i < end; i++) this.#pool[at++] = bytes[i] as number;
    this.#starts.push(needed);
    this.#hashes.push(hash);
  }

  #rehash(): void {
    this.#slots = new Int32Array(this.#slots.length * 2).fill(EMPTY);
    const mask = this.#slots.length - 1;
    for (let number = 0; number < this.size; number++) {
      let slot = this.#hashes.at(number) & mask;
      while (this.#slots[slot] !== EMPTY) slot = (slot + 1) & mask;
      this.#slots[slot] = number;
    }
  }
}

/** FNV-1a, finished as MurmurHash3 is, so that the lower bits depend on all of the bytes. */
function hashOf(bytes: Uint8Array, start: number, end: number): number {
  let hash = end - start;
  for (let i = start; i < end; i++) hash = Math.imul(hash ^ (bytes[i] as number), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}
