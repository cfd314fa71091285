import type { IntColumn } from '../model/int-column';
import { type Int64, int64Of, unsigned } from '../model/int64';
import type { IdTable } from './id-table';
import { MalformedProfileError } from './malformed-profile-error';
import { FIXED32, FIXED64, LENGTH_DELIMITED, VARINT } from './wire-type';

const MAX_VARINT_BYTES = 10;

/**
 * Reads protobuf fields from a window of `bytes`, never beyond the window's end.
 *
 * One reader serves a whole profile: `select` moves the window to a nested message, so that every error carries an
 * offset into the whole input. What was read last is in fields of the reader, so that reading makes no objects.
 *
 * @throws MalformedProfileError from every method that reads
 */
export class WireReader {
  /** Number of the field that `nextField` found. */
  field = 0;
  /** Where the current field begins: the offset to blame. */
  fieldStart = 0;
  /** Where the message or string that `span` found lies; `end` is the byte after it. */
  start = 0;
  end = 0;
  /** The halves of the integer that was read last. */
  low = 0;
  high = 0;
  #wireType = VARINT;
  #position = 0;
  #limit: number;

  constructor(private readonly bytes: Uint8Array) {
    this.#limit = bytes.length;
  }

  /** Moves the window. */
  select(start: number, end: number): void {
    this.#position = start;
    this.fieldStart = start;
    this.#limit = end;
  }

  /** Goes to the next field; `false` at the end of the window. Read or skip its value before the next call. */
  nextField(): boolean {
    if (this.#position === this.#limit) return false;
    this.fieldStart = this.#position;
    this.#varint();
    this.field = this.low >>> 3;
    if (this.field === 0 || this.high !== 0) this.#fail('a field number out of range');
    this.#wireType = this.low & 7;
    return true;
  }

  /** The field's value as a signed integer; an unsigned one beyond 2^63 comes out negative. */
  int(): Int64 {
    this.long();
    return int64Of(this.low, this.high);
  }

  bool(): boolean {
    this.long();
    return (this.low | this.high) !== 0;
  }

  /** Reads the field's value, which is in `low` and `high` then. */
  long(): void {
    this.#expect(VARINT);
    this.#varint();
  }

  /**
   * Appends the elements of a repeated integer field, packed or not, each with its lower half first.
   *
   * @param most - elements that `into` may have from index `from` on
   * @param kind - what they are, in the plural, for the error
   */
  longs(into: IntColumn, most: number, kind: string, from = 0): void {
    if (this.#wireType === VARINT) {
      this.#varint();
      this.requireRoom((into.length - from) / 2 + 1, most, kind);
      into.push(this.low);
      into.push(this.high);
      return;
    }
    this.span();
    const { bytes, start, end } = this;
    into.reserve(this.#elements((into.length - from) / 2, most, kind) * 2);
    const { data } = into;
    let { length } = into;
    for (let at = start; at < end; ) {
      let byte = bytes[at];
      let next = at + 1;
      let low = byte & 0x7f;
      let high = 0;
      for (let shift = 7; byte >= 0x80 && shift < 28 && next < end; shift += 7) {
        byte = bytes[next++];
        low |= (byte & 0x7f) << shift;
      }
      if (byte >= 0x80 && next < end && bytes[next] < 0x80) {
        byte = bytes[next++];
        low |= byte << 28;
        high = byte >>> 4;
      }
      if (byte >= 0x80) {
        this.#longVarint(at, end);
        next = this.#position;
        low = this.low;
        high = this.high;
      }
      data[length++] = low;
      data[length++] = high;
      at = next;
    }
    this.#position = end;
    into.length = length;
  }

  /**
   * Appends the places of what a repeated field of ids, packed or not, refers to; `offset` is that of its message.
   * The others as in `longs`.
   */
  places(ids: IdTable, into: IntColumn, offset: number, most: number, kind: string, from: number): void {
    if (this.#wireType === VARINT) {
      this.#varint();
      this.requireRoom(into.length - from + 1, most, kind);
      into.push(ids.place(this.low, this.high, offset));
      return;
    }
    this.span();
    const { bytes, start, end } = this;
    const { dense } = ids;
    into.reserve(this.#elements(into.length - from, most, kind));
    const { data } = into;
    let { length } = into;
    let at = start;
    while (at < end) {
      const first = bytes[at];
      // Whether there is a second byte is reckoned with, as a branch that nobody can foretell takes longer.
      const further = first >> 7;
      const second = bytes[(at + further) | 0] & -further;
      if (second >= 0x80 || at + further === end) {
        this.#longVarint(at, end);
        at = this.#position;
        data[length++] = ids.place(this.low, this.high, offset);
        continue;
      }
      at += 1 + further;
      const id = (first & 0x7f) | (second << 7);
      const known = id < dense.length ? dense[id] : 0;
      data[length++] = known !== 0 ? known - 1 : ids.place(id, 0, offset);
    }
    this.#position = end;
    into.length = length;
  }

  /** Finds where the field's message or string lies; the reader is behind it then. */
  span(): void {
    this.#expect(LENGTH_DELIMITED);
    this.#varint();
    this.start = this.#position;
    // Nearly every length is a small one, and `int64Of` takes longer than all the rest.
    this.#advance(this.high === 0 && this.low >= 0 ? this.low : int64Of(this.low, this.high));
    this.end = this.#position;
  }

  /**
   * Appends where this field's message or string lies, start and end, and those of fields like it right behind it.
   * Its number is below 16. The others as in `longs`.
   */
  spans(into: IntColumn, most: number, kind: string): void {
    this.span();
    this.requireRoom(into.length / 2 + 1, most, kind);
    into.push(this.start);
    into.push(this.end);
    const { bytes } = this;
    const limit = this.#limit;
    const tag = this.field * 8 + LENGTH_DELIMITED;
    let at = this.#position;
    while (at + 2 < limit && bytes[at] === tag && into.length < most * 2) {
      const first = bytes[at + 1];
      const second = first < 0x80 ? 0 : bytes[at + 2];
      const start = at + (first < 0x80 ? 2 : 3);
      const end = start + ((first & 0x7f) | (second << 7));
      if (second >= 0x80 || end > limit) break; // a length of more than two bytes, or a wrong one
      into.push(start);
      into.push(end);
      at = end;
    }
    this.#position = at;
  }

  /**
   * Refuses a field of which there are more than anything plausible has.
   *
   * @throws MalformedProfileError if `count` is more than `most`
   */
  requireRoom(count: number, most: number, kind: string): void {
    if (count > most) this.#fail(`it has more than ${most.toLocaleString('en-US')} ${kind}, which no profile has`);
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

  /** For how many elements of the packed field in `start … end` to make room: their bytes, unless that is too many. */
  #elements(before: number, most: number, kind: string): number {
    const { bytes, start, end } = this;
    if (before + end - start <= most) return end - start;
    let count = 0;
    for (let at = start; at < end; at++) if (bytes[at] < 0x80) count++;
    this.requireRoom(before + count, most, kind);
    return count;
  }

  #varint(): void {
    const { bytes } = this;
    const at = this.#position;
    const first = bytes[at];
    if (first < 0x80 && at < this.#limit) {
      this.#position = at + 1;
      this.low = first;
      this.high = 0;
      return;
    }
    // Most numbers of functions, locations and strings take two bytes.
    const second = bytes[at + 1];
    if (second < 0x80 && at + 1 < this.#limit) {
      this.#position = at + 2;
      this.low = (first & 0x7f) | (second << 7);
      this.high = 0;
    } else {
      this.#longVarint(at, this.#limit);
    }
  }

  /** Up to 64 bits; those beyond are lost, as in Go. */
  #longVarint(start: number, end: number): void {
    const limit = Math.min(end, start + MAX_VARINT_BYTES);
    let low = 0;
    let high = 0;
    for (let at = start, shift = 0; at < limit; at++, shift += 7) {
      const byte = this.bytes[at];
      const bits = byte & 0x7f;
      if (shift < 32) low |= bits << shift;
      if (shift === 28) high = bits >>> 4;
      else if (shift > 32) high |= bits << (shift - 32);
      if (byte < 0x80) {
        this.#position = at + 1;
        this.low = low;
        this.high = high;
        return;
      }
    }
    const reason = limit === end ? 'it ends within a number' : 'a number of more than 10 bytes';
    throw new MalformedProfileError(start, reason);
  }

  #advance(count: Int64): void {
    if (typeof count !== 'number' || count < 0 || count > this.#limit - this.#position) {
      this.#fail(
        `field ${this.field} needs ${unsigned(count)} bytes, but only ${this.#limit - this.#position} are left`,
      );
    }
    this.#position += count;
  }

  #expect(wireType: number): void {
    if (this.#wireType !== wireType) {
      this.#fail(`field ${this.field} has the wire type ${this.#wireType} instead of ${wireType}`);
    }
  }

  #fail(reason: string): never {
    throw new MalformedProfileError(this.fieldStart, reason);
  }
}
