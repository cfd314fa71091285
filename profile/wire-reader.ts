import { type Int64, int64, unsigned } from './int64';
import { MalformedProfileError } from './malformed-profile-error';
import { FIXED32, FIXED64, LENGTH_DELIMITED, VARINT } from './wire-type';

const MAX_VARINT_BYTES = 10;
const MAX_FIELD_NUMBER = 2 ** 29 - 1;

/** A part of the input: where it starts, and the byte after its end. */
export interface Span {
  start: number;
  end: number;
}

/**
 * Reads protobuf fields from a window of `bytes`, never beyond the window's end.
 *
 * One reader serves a whole profile: `select` moves the window to a nested message, so that every error carries an
 * offset into the whole input.
 *
 * @throws MalformedProfileError from every method that reads
 */
export class WireReader {
  /** Number of the field that `nextField` found. */
  field = 0;
  #wireType = VARINT;
  #fieldStart = 0;
  #position = 0;
  #end: number;

  constructor(private readonly bytes: Uint8Array) {
    this.#end = bytes.length;
  }

  /** Where the current field begins: the offset to blame. */
  get fieldStart(): number {
    return this.#fieldStart;
  }

  /** Moves the window. */
  select(start: number, end: number): void {
    this.#position = start;
    this.#fieldStart = start;
    this.#end = end;
  }

  /** Goes to the next field; `false` at the end of the window. Read or skip its value before the next call. */
  nextField(): boolean {
    if (this.#position === this.#end) return false;
    this.#fieldStart = this.#position;
    const tag = this.#varint();
    const field = typeof tag === 'number' ? Math.floor(tag / 8) : -1;
    if (field < 1 || field > MAX_FIELD_NUMBER) this.#fail('a field number out of range');
    this.field = field;
    this.#wireType = Number(tag) & 7;
    return true;
  }

  /** The field's value as a signed integer; an unsigned one beyond 2^63 comes out negative. */
  int(): Int64 {
    this.#expect(VARINT);
    return this.#varint();
  }

  bool(): boolean {
    return this.int() !== 0;
  }

  /** Appends the elements of a repeated integer field, packed or not. */
  ints(into: Int64[]): void {
    if (this.#wireType === VARINT) {
      into.push(this.#varint());
      return;
    }
    const { start, end } = this.span();
    const outerEnd = this.#end;
    this.#position = start;
    this.#end = end;
    while (this.#position < end) into.push(this.#varint());
    this.#end = outerEnd;
  }

  /** Where the field's message or string lies; the reader is behind it then. */
  span(): Span {
    this.#expect(LENGTH_DELIMITED);
    const length = this.#varint();
    const start = this.#position;
    this.#advance(length);
    return { start, end: this.#position };
  }

  /** Passes over the value of a field that nobody knows. */
  skip(): void {
    switch (this.#wireType) {
      case VARINT:
        this.#varint();
        return;
      case FIXED64:
        this.#advance(8);
        return;
      case LENGTH_DELIMITED:
        this.span();
        return;
      case FIXED32:
        this.#advance(4);
        return;
      default:
        this.#fail(`field ${this.field} has the wire type ${this.#wireType}, which pprof does not use`);
    }
  }
  /** Up to 64 bits, in three parts of 28, 28 and 8 bits, so that only a value beyond 2^53 costs a bigint. */
  #varint(): Int64 {
    const bytes = this.bytes;
    const start = this.#position;
    const limit = Math.min(this.#end, start + MAX_VARINT_BYTES);
    let low = 0;
    let middle = 0;
    let high = 0;
    for (let at = start; at < limit; at++) {
      const byte = bytes[at] as number;
      const bits = byte & 0x7f;
      const index = at - start;
      if (index < 4) low |= bits << (index * 7);
      else if (index < 8) middle |= bits << ((index - 4) * 7);
      else high |= bits << ((index - 8) * 7);
      if (byte < 0x80) {
        this.#position = at + 1;
        if (high === 0 && middle < 2 ** 25) return middle * 2 ** 28 + low;
        return int64((BigInt(high) << 56n) | (BigInt(middle) << 28n) | BigInt(low));
      }
    }
    const reason = limit === this.#end ? 'it ends within a number' : 'a number of more than 10 bytes';
    throw new MalformedProfileError(start, reason);
  }

  #advance(count: Int64): void {
    if (typeof count !== 'number' || count < 0 || count > this.#end - this.#position) {
      this.#fail(`field ${this.field} needs ${unsigned(count)} bytes, but only ${this.#end - this.#position} are left`);
    }
    this.#position += count;
  }

  #expect(wireType: number): void {
    if (this.#wireType !== wireType) {
      this.#fail(`field ${this.field} has the wire type ${this.#wireType} instead of ${wireType}`);
    }
  }

  #fail(reason: string): never {
    throw new MalformedProfileError(this.#fieldStart, reason);
  }
}
