import { hashEnd, hashSeed, hashStep } from './hash';
import { IntColumn } from './int-column';
import { RunInterner } from './run-interner';

/** Bytes of an integer. */
const WORD = 4;

/**
 * Numbers byte strings from 0 in the order of first sight, equal ones the same. Looking one up costs no string and no
 * object. A byte string is the run of its length and its bytes, four to an integer. The last four may begin within those before:
 * a loop over single bytes would take longer than all others.
 */
export class ByteInterner {
  readonly #runs = new RunInterner();
  /** Scratch: the run that is looked up. */
  readonly #run = new IntColumn();
  #byteLength = 0;

  get size(): number {
    return this.#runs.size;
  }

  /** Bytes of all byte strings. */
  get byteLength(): number {
    return this.#byteLength;
  }

  /** The number of the byte string that lies in `bytes` from `start` to before `end`. */
  intern(bytes: DataView, start: number, end: number): number {
    const before = this.size;
    const hash = this.#pack(bytes, start, end);
    const number = this.#runs.intern(this.#run.data, this.#run.length, hash);
    if (number === before) this.#byteLength += end - start;
    return number;
  }

  /** The same where the byte string has been seen; `UNKNOWN` where it has not, and it gets no number then. */
  find(bytes: DataView, start: number, end: number): number {
    const hash = this.#pack(bytes, start, end);
    return this.#runs.find(this.#run.data, this.#run.length, hash);
  }

  /** A copy of byte string `number`. */
  bytes(number: number): Uint8Array<ArrayBuffer> {
    const length = this.#runs.at(number, 0);
    const words = this.#runs.length(number) - 1;
    const bytes = new Uint8Array(Math.max(length, WORD));
    const view = viewOf(bytes);
    for (let i = 0; i < words; i++) {
      view.setInt32(Math.min(i * WORD, bytes.length - WORD), this.#runs.at(number, i + 1), true);
    }
    return bytes.subarray(0, length);
  }

  /** Forgets all. */
  clear(): void {
    this.#runs.clear();
    this.#byteLength = 0;
  }

  /** Writes the run of a byte string into the scratch; returns its hash. */
  #pack(bytes: DataView, start: number, end: number): number {
    const run = this.#run;
    const length = end - start;
    const words = 1 + ((length + WORD - 1) >> 2);
    run.length = 0;
    run.reserve(words);
    const { data } = run;
    const seed = hashSeed;
    let hash = hashStep(seed ^ words, length, seed);
    data[0] = length;
    const last = words - 1;
    for (let i = 1, at = start; i < last; i++, at += WORD) {
      const word = bytes.getInt32(at, true);
      data[i] = word;
      hash = hashStep(hash, word, seed);
    }
    if (last > 0) {
      const word = length < WORD ? shortWord(bytes, start, end) : bytes.getInt32(end - WORD, true);
      data[last] = word;
      hash = hashStep(hash, word, seed);
    }
    run.length = words;
    return hashEnd(hash);
  }
}

/** What the methods of `ByteInterner` take for `bytes`. */
export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** Fewer bytes than a word has, zeros behind them. */
function shortWord(bytes: DataView, start: number, end: number): number {
  let word = 0;
  for (let at = end - 1; at >= start; at--) word = (word << 8) | bytes.getUint8(at);
  return word;
}
