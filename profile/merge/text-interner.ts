import { ByteInterner, viewOf } from '../model/byte-interner';
import { IntColumn } from '../model/int-column';

/** Numbers texts that are given as UTF-8; those that read the same have one number, also where their bytes are broken. */
export class TextInterner {
  readonly #table = new ByteInterner();
  /** For each byte string the number of what it reads as. */
  readonly #proper = new IntColumn();
  readonly #decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  readonly #encoder = new TextEncoder();

  /** The number of the text that is in `bytes` from `start` to before `end`. */
  intern(bytes: DataView, start: number, end: number): number {
    const number = this.#table.intern(bytes, start, end);
    if (number === this.#proper.length) this.#add(number);
    return this.#proper.at(number);
  }

  /** Bytes of all texts. */
  get byteLength(): number {
    return this.#table.byteLength;
  }

  text(number: number): string {
    return this.#decoder.decode(this.#table.bytes(number));
  }

  #add(number: number): void {
    const bytes = this.#table.bytes(number);
    const proper = bytes.every((byte) => byte < 0x80) ? bytes : this.#encoder.encode(this.#decoder.decode(bytes));
    const other = this.#table.intern(viewOf(proper), 0, proper.length);
    this.#proper.push(other);
    if (other > number) this.#proper.push(other);
  }
}
