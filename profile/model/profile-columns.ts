import { viewOf } from './byte-interner';
import { IntColumn } from './int-column';
import { type Int64, int64Of } from './int64';
import { emptyProfile, type Label, type Mapping } from './profile';
import type { ProfileHeader } from './profile-header';

/** How many integers a row of a table has. Of an integer of 64 bits the lower half comes first. */
export const ROW = 5;

/** The place of no mapping. */
export const NO_MAPPING = -1;

/**
 * An encoded profile as tables of integers: what is many in it takes neither an object nor a string.
 *
 * Functions, locations, mappings and strings are meant by their places, from 0 in the order of the file. See
 * `ColumnsReader`, which fills in the same tables for one profile after the other.
 */
export class ProfileColumns {
  header: ProfileHeader = emptyProfile([]);
  comments: string[] = [];
  mappings: Mapping[] = [];
  /** Name, system name, file; first line. */
  readonly functions = new IntColumn();
  /** Mapping or `NO_MAPPING`; address; whether it is folded; index in `lines` of its first line. */
  readonly locations = new IntColumn();
  /** Function; line; column. */
  readonly lines = new IntColumn();
  /** The locations of all samples, the leaf of each first. */
  readonly stacks = new IntColumn();
  /** Where each sample's stack starts, and then the length of all. */
  readonly stackStarts = new IntColumn();
  /** The values of all samples, as halves. */
  readonly values = new IntColumn();
  /** Of each sample. */
  readonly labelSets = new IntColumn();
  /** Key, string; number; unit. A label without a string is a number. */
  readonly labelRows = new IntColumn();
  /** Where each label set starts in `labelRows`, and then the length of all. */
  readonly labelStarts = new IntColumn();
  /** Start and end of each string. */
  readonly strings = new IntColumn();
  /** Bytes of all strings. */
  textBytes = 0;
  #bytes: Uint8Array = new Uint8Array();
  #view = viewOf(this.#bytes);
  #texts: (string | undefined)[] = [];
  readonly #utf8 = new TextDecoder('utf-8', { ignoreBOM: true });

  /** The encoded profile. */
  get view(): DataView {
    return this.#view;
  }

  get sampleCount(): number {
    return this.labelSets.length;
  }

  get stringCount(): number {
    return this.strings.length / 2;
  }

  /** Makes room for the profile that `bytes` are. */
  clear(bytes: Uint8Array): void {
    this.#bytes = bytes;
    this.#view = viewOf(bytes);
    this.#texts = [];
    for (const column of [
      this.functions,
      this.locations,
      this.lines,
      this.stacks,
      this.stackStarts,
      this.values,
      this.labelSets,
      this.labelRows,
      this.labelStarts,
      this.strings,
    ]) {
      column.clear();
    }
  }

  /** The string at `place`, which is there; what is not UTF-8 becomes U+FFFD. */
  text(place: number): string {
    const known = this.#texts[place];
    if (known !== undefined) return known;
    const bytes = this.#bytes.subarray(this.strings.at(place * 2), this.strings.at(place * 2 + 1));
    const text = this.#utf8.decode(bytes);
    this.#texts[place] = text;
    return text;
  }

  /** Where the lines of a location end in `lines`. */
  linesEnd(location: number): number {
    const next = (location + 1) * ROW;
    return next < this.locations.length ? this.locations.at(next + 4) : this.lines.length;
  }

  /** Whether all values of a sample are zero. */
  isZero(sample: number): boolean {
    const width = this.header.sampleTypes.length * 2;
    const { data } = this.values;
    for (let i = sample * width; i < (sample + 1) * width; i++) if (data[i] !== 0) return false;
    return true;
  }

  /** Whether a sample has a stack. */
  hasStack(sample: number): boolean {
    return this.stackStarts.at(sample) !== this.stackStarts.at(sample + 1);
  }

  /** The number that a label of a set is, without making objects of the others; undefined: there is no such. */
  numberLabel(labelSet: number, key: string): Int64 | undefined {
    const rows = this.labelRows;
    for (let at = this.labelStarts.at(labelSet); at < this.labelStarts.at(labelSet + 1); at += ROW) {
      if (this.text(rows.at(at)) !== key || this.text(rows.at(at + 1)) !== '') continue;
      return int64Of(rows.at(at + 2), rows.at(at + 3));
    }
    return undefined;
  }

  /** The labels of a set, as objects of the caller's. */
  labels(labelSet: number): Label[] {
    const labels: Label[] = [];
    for (let at = this.labelStarts.at(labelSet); at < this.labelStarts.at(labelSet + 1); at += ROW) {
      const rows = this.labelRows;
      const key = this.text(rows.at(at));
      const str = this.text(rows.at(at + 1));
      if (str !== '') labels.push({ key, str });
      else labels.push({ key, num: int64Of(rows.at(at + 2), rows.at(at + 3)), unit: this.text(rows.at(at + 4)) });
    }
    return labels;
  }
}
