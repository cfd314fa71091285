import { hashEnd, hashSeed, hashStep } from './hash';
import { IntColumn } from './int-column';

const INITIAL_BYTES = 1 << 10;
const INITIAL_SLOTS = 1 << 6;
/** What `clear` keeps for the next time; more is given back. */
const KEPT_BYTES = 1 << 22;
const KEPT_SLOTS = 1 << 20;
const EMPTY = -1;
/** Bytes that are looked at together. */
const WORD = 4;
/** The number of what is not there. */
export const UNKNOWN = -1;

/**
 * Numbers byte strings from 0 in the order of first sight, equal ones the same: `RunInterner` for bytes. Looking a text up
 * costs no string and no object. Bytes are read four at a time, which takes a view.
 */
export class ByteInterner {
  #pool = new Uint8Array(INITIAL_BYTES);
  #view = viewOf(this.#pool);
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

  /** Bytes of all byte strings. */
  get byteLength(): number {
    return this.#starts.at(this.size);
  }

  /** The number of the byte string that lies in `bytes` from `start` to before `end`. */
  intern(bytes: DataView, start: number, end: number): number {
    const hash = hashOf(bytes, start, end);
    const slot = this.#slot(bytes, start, end, hash);
    const found = this.#slots[slot];
    if (found !== EMPTY) return found;
    const number = this.size;
    this.#slots[slot] = number;
    this.#append(bytes, start, end, hash);
    if (this.size * 2 > this.#slots.length) this.#rehash();
    return number;
  }

  /** The same where the byte string has been seen; `UNKNOWN` where it has not, and it gets no number then. */
  find(bytes: DataView, start: number, end: number): number {
    const found = this.#slots[this.#slot(bytes, start, end, hashOf(bytes, start, end))];
    return found === EMPTY ? UNKNOWN : found;
  }

  /** Byte string `number`; not a copy. */
  bytes(number: number): Uint8Array {
    return this.#pool.subarray(this.#starts.at(number), this.#starts.at(number + 1));
  }

  /** Forgets all. */
  clear(): void {
    if (this.#pool.length > KEPT_BYTES) this.#usePool(new Uint8Array(INITIAL_BYTES));
    if (this.#slots.length > KEPT_SLOTS) this.#slots = new Int32Array(INITIAL_SLOTS);
    this.#slots.fill(EMPTY);
    this.#hashes.clear();
    this.#starts.clear();
    this.#starts.push(0);
  }

  /** Where the byte string is, or belongs. */
  #slot(bytes: DataView, start: number, end: number, hash: number): number {
    const slots = this.#slots;
    const mask = slots.length - 1;
    let slot = hash & mask;
    for (let found = slots[slot]; found !== EMPTY; found = slots[slot]) {
      if (this.#hashes.at(found) === hash && this.#equals(found, bytes, start, end)) break;
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  #equals(number: number, bytes: DataView, start: number, end: number): boolean {
    const view = this.#view;
    const from = this.#starts.at(number);
    const length = end - start;
    if (this.#starts.at(number + 1) - from !== length) return false;
    if (length < WORD) {
      for (let i = 0; i < length; i++) if (view.getUint8(from + i) !== bytes.getUint8(start + i)) return false;
      return true;
    }
    const last = length - WORD;
    for (let i = 0; i < last; i += WORD) if (view.getInt32(from + i) !== bytes.getInt32(start + i)) return false;
    return view.getInt32(from + last) === bytes.getInt32(start + last);
  }

  #usePool(pool: Uint8Array<ArrayBuffer>): void {
    this.#pool = pool;
    this.#view = viewOf(pool);
  }

  #append(bytes: DataView, start: number, end: number, hash: number): void {
    const to = this.#starts.at(this.size);
    const needed = to + end - start;
    if (needed > this.#pool.length) {
      const grown = new Uint8Array(Math.max(needed, this.#pool.length * 2));
      grown.set(this.#pool);
      this.#usePool(grown);
    }
    for (let i = start, at = to; i < end; i++) this.#pool[at++] = bytes.getUint8(i);
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

/** What the methods of `ByteInterner` take for `bytes`. */
export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** The last word may begin within the one before: a loop over single bytes would take longer than all words. */
function hashOf(bytes: DataView, start: number, end: number): number {
  const seed = hashSeed;
  let hash = seed ^ (end - start);
  if (end - start < WORD) {
    for (let at = start; at < end; at++) hash = hashStep(hash, bytes.getUint8(at), seed);
    return hashEnd(hash);
  }
  const last = end - WORD;
  for (let at = start; at < last; at += WORD) hash = hashStep(hash, bytes.getInt32(at, true), seed);
  return hashEnd(hashStep(hash, bytes.getInt32(last, true), seed));
}
