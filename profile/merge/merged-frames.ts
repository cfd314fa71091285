import { hashEnd, hashSeed, hashStep } from '../model/hash';
import { mappingKey, type NumberedLocation } from '../model/identity';
import { IntColumn } from '../model/int-column';
import { addInt64, compareInt64, highHalf, int64Of, lowHalf, subInt64 } from '../model/int64';
import { Numbering } from '../model/numbering';
import type { Fn, Location, Mapping } from '../model/profile';
import { NO_MAPPING, ProfileColumns, ROW } from '../model/profile-columns';
import { leastNotEmpty } from '../model/profile-header';
import type { RunBatch } from '../model/run-batch';
import { RunInterner } from '../model/run-interner';
import { keyRanks } from './merge-order';
import { TextInterner } from './text-interner';

const UNKNOWN = -1;

/**
 * The mappings, functions and locations of all merged profiles, numbered; the same ones have one number (see
 * `identity.ts`). A function is the run of its row, a location that of its mapping's number, offset in it, whether it is
 * folded, and its lines.
 */
export class MergedFrames {
  readonly #texts = new TextInterner();
  readonly #mappings = new Numbering<Mapping>();
  readonly #functions = new RunInterner();
  readonly #locations = new RunInterner();
  /** Number of the main binary's mapping: the one with the least key where profiles disagree. */
  #mainMapping = NO_MAPPING;
  /** The latest profile, and the numbers of what it has, by place; most of them are looked up when asked for. */
  #columns = new ProfileColumns();
  #mappingNumbers: number[] = [];
  readonly #textNumbers = new IntColumn();
  readonly #functionNumbers = new IntColumn();
  readonly #locationNumbers = new IntColumn();
  /** Scratch: the location, and the function, that is looked up. */
  readonly #location = new IntColumn();
  readonly #function = new Int32Array(ROW);

  /** Goes on with the locations of another profile; all its mappings count, whatever refers to them. */
  begin(columns: ProfileColumns): void {
    this.#columns = columns;
    this.#mappingNumbers = columns.mappings.map((mapping) => this.#mappingNumber(mapping));
    this.#mainMapping = this.#lesserMapping(this.#mainMapping, this.#mappingNumbers[0] ?? NO_MAPPING);
    this.#textNumbers.fill(UNKNOWN, columns.stringCount);
    this.#functionNumbers.fill(UNKNOWN, columns.functions.length / ROW);
    this.#locationNumbers.fill(UNKNOWN, columns.locations.length / ROW);
  }

  /** Appends a run to `batch`: `first`, and the numbers of the latest profile's locations `places[start … end - 1]`. */
  appendRun(batch: RunBatch, first: number, places: Int32Array, start: number, end: number): void {
    const { integers } = batch;
    const length = end - start + 1;
    integers.reserve(length);
    const run = integers.data;
    let at = integers.length;
    const { data } = this.#locationNumbers;
    const seed = hashSeed;
    let hash = hashStep(seed ^ length, first, seed);
    run[at++] = first;
    for (let i = start; i < end; i++) {
      const place = places[i];
      const known = data[place];
      const number = known === UNKNOWN ? this.#locationNumber(place) : known;
      run[at++] = number;
      hash = hashStep(hash, number, seed);
    }
    integers.length = at;
    batch.end(hashEnd(hash));
  }

  /** The number of the latest profile's location at `place`. */
  numberOf(place: number): number {
    const known = this.#locationNumbers.at(place);
    return known === UNKNOWN ? this.#locationNumber(place) : known;
  }

  get functionCount(): number {
    return this.#functions.size;
  }

  get locationCount(): number {
    return this.#locations.size;
  }

  /** Bytes of all names and paths. */
  get textBytes(): number {
    return this.#texts.byteLength;
  }

  /** Mappings by number, and their keys. */
  get mappings(): Readonly<Numbering<Mapping>> {
    return this.#mappings;
  }

  /** All functions, by number. */
  functions(): Fn[] {
    return Array.from({ length: this.#functions.size }, (_, fn) => ({
      name: this.#texts.text(this.#functions.at(fn, 0)),
      systemName: this.#texts.text(this.#functions.at(fn, 1)),
      filename: this.#texts.text(this.#functions.at(fn, 2)),
      startLine: this.#linePlace(this.#functions, fn, 3),
    }));
  }

  /** All mappings, the main binary's first, and all locations by number; these share what they are made of. */
  locations(): { mappings: Mapping[]; locations: Location[] } {
    const mappings = this.#mappings.items.map((mapping) => ({ ...mapping }));
    const functions = this.functions();
    const locations = this.numbered().map(({ mapping, offset, isFolded, lines }): Location => {
      const of = mappings[mapping];
      return {
        mapping: of,
        address: of ? addInt64(offset, of.memoryStart) : offset,
        lines: lines.map(({ fn, line, column }) => ({ fn: functions[fn] as Fn, line, column })),
        isFolded,
      };
    });
    return { mappings: this.#mappingOrder().map((mapping) => mappings[mapping] as Mapping), locations };
  }

  /** All locations, by number, in terms of other numbers. */
  numbered(): NumberedLocation[] {
    const runs = this.#locations;
    return Array.from({ length: runs.size }, (_, location) => ({
      mapping: runs.at(location, 0),
      offset: int64Of(runs.at(location, 1), runs.at(location, 2)),
      isFolded: runs.at(location, 3) !== 0,
      lines: Array.from({ length: (runs.length(location) - 4) / ROW }, (_, line) => ({
        fn: runs.at(location, 4 + line * ROW),
        line: this.#linePlace(runs, location, 5 + line * ROW),
        column: this.#linePlace(runs, location, 7 + line * ROW),
      })),
    }));
  }

  #mappingOrder(): number[] {
    const mappingRank = keyRanks(this.#mappings.keys);
    const rank = (mapping: number) => (mapping === this.#mainMapping ? -1 : mappingRank[mapping]);
    return [...mappingRank.keys()].sort((a, b) => rank(a) - rank(b));
  }

  #linePlace(runs: RunInterner, run: number, at: number): number {
    return Number(int64Of(runs.at(run, at), runs.at(run, at + 1)));
  }

  #mappingNumber(mapping: Mapping): number {
    const number = this.#mappings.of(mappingKey(mapping), () => ({ ...mapping }));
    this.#mappings.items[number] = mergeMappings(this.#mappings.items[number] as Mapping, mapping);
    return number;
  }

  #lesserMapping(a: number, b: number): number {
    if (a === NO_MAPPING || b === NO_MAPPING) return Math.max(a, b);
    return this.#mappings.keys[a] < this.#mappings.keys[b] ? a : b;
  }

  #locationNumber(place: number): number {
    const { locations, lines } = this.#columns;
    const at = place * ROW;
    const run = this.#location;
    run.clear();
    this.#pushOffset(locations.at(at), locations.at(at + 1), locations.at(at + 2));
    run.push(locations.at(at + 3));
    for (let line = locations.at(at + 4); line < this.#columns.linesEnd(place); line += ROW) {
      const fn = this.#functionNumber(lines.at(line));
      run.pushRow(fn, lines.at(line + 1), lines.at(line + 2), lines.at(line + 3), lines.at(line + 4));
    }
    const number = this.#locations.intern(run.data, run.length);
    this.#locationNumbers.data[place] = number;
    return number;
  }

  /** The mapping, and the address from its start: the system loads a binary anywhere. */
  #pushOffset(mapping: number, low: number, high: number): void {
    const run = this.#location;
    const start = mapping === NO_MAPPING ? 0 : (this.#columns.mappings[mapping] as Mapping).memoryStart;
    const offset = start === 0 ? undefined : subInt64(int64Of(low, high), start);
    run.push(mapping === NO_MAPPING ? NO_MAPPING : this.#mappingNumbers[mapping]);
    run.push(offset === undefined ? low : lowHalf(offset));
    run.push(offset === undefined ? high : highHalf(offset));
  }

  #functionNumber(place: number): number {
    const known = this.#functionNumbers.at(place);
    if (known !== UNKNOWN) return known;
    const { functions } = this.#columns;
    const at = place * ROW;
    const run = this.#function;
    for (let i = 0; i < 3; i++) run[i] = this.#textNumber(functions.at(at + i));
    run[3] = functions.at(at + 3);
    run[4] = functions.at(at + 4);
    const number = this.#functions.intern(run, ROW);
    this.#functionNumbers.data[place] = number;
    return number;
  }

  #textNumber(place: number): number {
    const known = this.#textNumbers.at(place);
    if (known !== UNKNOWN) return known;
    const { view, strings } = this.#columns;
    const number = this.#texts.intern(view, strings.at(place * 2), strings.at(place * 2 + 1));
    this.#textNumbers.data[place] = number;
    return number;
  }
}

/** One description of two mappings with equal keys; the lesser address range, as the binary was loaded at several. */
function mergeMappings(a: Mapping, b: Mapping): Mapping {
  const range = compareInt64(a.memoryStart, b.memoryStart) || compareInt64(a.memoryLimit, b.memoryLimit);
  const { memoryStart, memoryLimit } = range <= 0 ? a : b;
  return {
    memoryStart,
    memoryLimit,
    fileOffset: a.fileOffset,
    filename: leastNotEmpty(a.filename, b.filename),
    buildId: leastNotEmpty(a.buildId, b.buildId),
    hasFunctions: a.hasFunctions && b.hasFunctions,
    hasFilenames: a.hasFilenames && b.hasFilenames,
    hasLineNumbers: a.hasLineNumbers && b.hasLineNumbers,
    hasInlineFrames: a.hasInlineFrames && b.hasInlineFrames,
  };
}
