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
 * A profile as a table of columns: what is many in it takes neither an object nor a string. `ColumnsReader` fills one in
 * for each profile that it reads, the merger and the viewer take it.
 *
 * All columns are signed integers of 32 bits. A place is the index of a message in the file, from 0, so it points to a
 * row of another table here; an integer of 64 bits takes two columns, `low` and `high`. Tables with rows have `ROW`
 * columns each, one row after the other.
 *
 * | table | indexed by | columns |
 * | --- | --- | --- |
 * | `strings` | string | first byte and end in the encoded profile |
 * | `mappings` | mapping | objects: a profile has few |
 * | `functions` | function | name, system name and file (strings); first line (`low`, `high`; 1-based, 0: unknown) |
 * | `locations` | location | mapping or `NO_MAPPING`; address (`low`, `high`); 1: folded; where its lines start in `lines` |
 * | `lines` | see `locations` | function; line, column (`low`, `high` each; 1-based, 0: unknown), the innermost first |
 * | `stackStarts` | sample | where its stack starts in `stacks`; one more than samples: the end of the last |
 * | `stacks` | see `stackStarts` | location, the leaf first |
 * | `values` | sample × sample type | value (`low`, `high`) in the unit of the sample type |
 * | `labelSets` | sample | label set |
 * | `labelStarts` | label set | where its labels start in `labelRows`; one more than sets: the end of the last |
 * | `labelRows` | see `labelStarts` | key, string (strings); number (`low`, `high`); unit (string). Without a string: a number |
 *
 * From it follow a `StackTable` (locations as objects, values as doubles) and `FrameStacks` (functions in place of
 * locations), of which trees, sums and pictures are made.
 */
export class ProfileColumns {
  header: ProfileHeader = emptyProfile([]);
  comments: string[] = [];
  mappings: Mapping[] = [];
  readonly functions = new IntColumn();
  readonly locations = new IntColumn();
  readonly lines = new IntColumn();
  readonly stacks = new IntColumn();
  readonly stackStarts = new IntColumn();
  readonly values = new IntColumn();
  readonly labelSets = new IntColumn();
  readonly labelRows = new IntColumn();
  readonly labelStarts = new IntColumn();
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
