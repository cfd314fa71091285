import type { Int64 } from '../model/int64';
import { LENGTH_DELIMITED, VARINT } from './wire-type';

const INITIAL_CAPACITY = 1 << 14;
const MAX_VARINT_BYTES = 10;
/** A UTF-16 code unit takes at most this many bytes of UTF-8. */
const MAX_BYTES_PER_CHAR = 3;

/**
 * Writes protobuf fields one after the other into a buffer that grows.
 *
 * Nothing is allocated for a field: a nested message is written in place, behind one byte kept free for its length, and
 * moved only when its length takes more bytes than that.
 */
export class WireWriter {
  #bytes = new Uint8Array(INITIAL_CAPACITY);
  #length = 0;
  readonly #utf8 = new TextEncoder();

  /** An integer field; zero is left out, as proto3 has it. */
  intField(field: number, value: Int64): void {
    if (value === 0) return;
    this.#tag(field, VARINT);
    this.varint(value);
  }

  /** A boolean field; `false` is left out, as proto3 has it. */
  boolField(field: number, value: boolean): void {
    if (value) this.intField(field, 1);
  }

  /** One element of a repeated string field, empty or not. A lone surrogate, which UTF-8 lacks, becomes U+FFFD. */
  stringField(field: number, value: string): void {
    const start = this.begin(field);
    this.#reserve(value.length * MAX_BYTES_PER_CHAR);
    for (let i = 0; i < value.length; i++) {
      const code = value.charCodeAt(i);
      if (code > 0x7f) {
        this.#length += this.#utf8.encodeInto(value.slice(i), this.#bytes.subarray(this.#length)).written;
        break;
      }
      this.#bytes[this.#length++] = code;
    }
    this.end(start);
  }

  /** A packed field of ids, which are one more than `indices` from `from` to before `to`. */
  packedIds(field: number, indices: Int32Array, from: number, to: number): void {
    const start = this.begin(field);
    this.#reserve((to - from) * MAX_VARINT_BYTES);
    const bytes = this.#bytes;
    let at = this.#length;
    for (let i = from; i < to; i++) {
      let rest = indices[i] + 1;
      while (rest > 0x7f) {
        bytes[at++] = (rest & 0x7f) | 0x80;
        rest >>>= 7;
      }
      bytes[at++] = rest;
    }
    this.#length = at;
    this.end(start);
  }

  /** Fields that have been written before. */
  append(fields: Uint8Array): void {
    this.#reserve(fields.length);
    this.#bytes.set(fields, this.#length);
    this.#length += fields.length;
  }

  /** How many bytes were written. */
  get length(): number {
    return this.#length;
  }

  /** What was written after the first `start` bytes, in an array of its own. */
  since(start: number): Uint8Array<ArrayBuffer> {
    return this.#bytes.slice(start, this.#length);
  }

  /** Begins a nested message or a packed field; hand the result to `end`. */
  begin(field: number): number {
    this.#tag(field, LENGTH_DELIMITED);
    this.#reserve(1);
    return ++this.#length;
  }

  /** Ends what `begin` began at `start`. */
  end(start: number): void {
    const size = this.#length - start;
    const extra = varintSize(size) - 1;
    if (extra > 0) {
      this.#reserve(extra);
      this.#bytes.copyWithin(start + extra, start, this.#length);
    }
    this.#length = start - 1;
    this.varint(size);
    this.#length += size;
  }

  /**
   * A bare varint: 64 bits, a negative value as its two's complement.
   *
   * @throws RangeError for what is no integer, or takes more than 64 bits
   */
  varint(value: Int64): void {
    this.#reserve(MAX_VARINT_BYTES);
    if (typeof value === 'number' && value >= 0 && Number.isSafeInteger(value)) this.#safeVarint(value);
    else this.#bigVarint(toUint64(value));
  }

  /** What was written, in an array of its own. */
  finish(): Uint8Array<ArrayBuffer> {
    return this.since(0);
  }

  #tag(field: number, wireType: number): void {
    this.varint(field * 8 + wireType);
  }

  #safeVarint(value: number): void {
    let rest = value;
    // Bit operations cover 31 bits only; arithmetic is exact up to 2^53.
    while (rest > 0x7fffffff) {
      this.#bytes[this.#length++] = (rest % 0x80) | 0x80;
      rest = Math.floor(rest / 0x80);
    }
    while (rest > 0x7f) {
      this.#bytes[this.#length++] = (rest & 0x7f) | 0x80;
      rest >>>= 7;
    }
    this.#bytes[this.#length++] = rest;
  }

  #bigVarint(value: bigint): void {
    let rest = value;
    while (rest > 0x7fn) {
      this.#bytes[this.#length++] = Number(rest & 0x7fn) | 0x80;
      rest >>= 7n;
    }
    this.#bytes[this.#length++] = Number(rest);
  }

  #reserve(count: number): void {
    const needed = this.#length + count;
    if (needed <= this.#bytes.length) return;
    const grown = new Uint8Array(Math.max(needed, this.#bytes.length * 2));
    grown.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = grown;
  }
}

function varintSize(value: number): number {
  let size = 1;
  for (let rest = value; rest > 0x7f; rest = Math.floor(rest / 0x80)) size++;
  return size;
}

function toUint64(value: Int64): bigint {
  if (typeof value === 'number' && !Number.isSafeInteger(value)) {
    throw new RangeError(`${value} is not an exact integer: round it, or pass a bigint`);
  }
  const exact = BigInt(value);
  const wrapped = BigInt.asUintN(64, exact);
  if (exact !== wrapped && exact !== BigInt.asIntN(64, exact)) {
    throw new RangeError(`${value} takes more than 64 bits`);
  }
  return wrapped;
}
