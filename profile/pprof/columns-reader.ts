import { limits } from '../../lib/contract/limits';
import { ByteInterner, viewOf } from '../model/byte-interner';
import { IntColumn } from '../model/int-column';
import { type Int64, int64Of, unsigned } from '../model/int64';
import { emptyMapping, type Mapping, type ValueType } from '../model/profile';
import { NO_MAPPING, ProfileColumns, ROW } from '../model/profile-columns';
import { UNKNOWN } from '../model/run-interner';
import { isGzip } from './gzip-magic';
import { IdTable } from './id-table';
import { MalformedProfileError } from './malformed-profile-error';
import { ProfileOutline } from './profile-outline';
import { WireReader } from './wire-reader';

/** Bytes of samples in a large profile. */
const LARGE = 1 << 20;

/**
 * Reads encoded profiles, not compressed, into tables of integers. The tables are used again for the next profile, so
 * that reading thousands of snapshots leaves next to nothing to collect.
 *
 * Reads what the format allows: fields in any order, packed or not, unknown ones, integers of 64 bits, several lines to
 * a location. As google/pprof does, it lets a string win where a label has a number too, drops labels without a value,
 * and takes an empty period type for none. Memory is bound by a multiple of the input's size, and by
 * how many there may be of each; see `limits.ts`.
 */
export class ColumnsReader {
  readonly #columns = new ProfileColumns();
  readonly #outline = new ProfileOutline();
  /** The bytes of samples' labels: a profile has few different ones, and each is read once. */
  readonly #labelBytes = new ByteInterner();
  /** Scratch: spans of the messages within a message. */
  readonly #inner = new IntColumn();
  #reader = new WireReader(new Uint8Array());
  /** Length of the input: where what is missing is missed. */
  #end = 0;

  /**
   * The profile that `bytes` hold; good until the next call.
   *
   * @throws MalformedProfileError with the offset and the reason, for anything else than one whole, consistent profile
   */
  read(bytes: Uint8Array): ProfileColumns {
    if (bytes.length === 0) throw new MalformedProfileError(0, 'it is empty');
    if (isGzip(bytes)) throw new MalformedProfileError(0, 'it is still compressed with gzip; decompress it first');
    this.#reader = new WireReader(bytes);
    this.#end = bytes.length;
    this.#labelBytes.clear();
    const columns = this.#columns;
    columns.clear(bytes);
    const outline = this.#outline;
    outline.read(this.#reader);

    this.#strings(outline.strings);
    const mappings = new IdTable('mapping', outline.mappings.length / 2);
    const functions = new IdTable('function', outline.functions.length / 2);
    const locations = new IdTable('location', outline.locations.length / 2);
    columns.mappings = outline.mappings.mapPairs((start, end, place) => this.#mapping(start, end, place, mappings));
    for (let i = 0; i < outline.functions.length; i += 2) {
      this.#function(outline.functions.at(i), outline.functions.at(i + 1), i / 2, functions);
    }
    for (let i = 0; i < outline.locations.length; i += 2) {
      this.#location(outline.locations.at(i), outline.locations.at(i + 1), i / 2, locations, mappings, functions);
    }
    this.#header();
    const valueCount = columns.header.sampleTypes.length;
    if (outline.samples.length > 0 && valueCount === 0) {
      throw new MalformedProfileError(outline.samples.at(0), 'samples, but no sample types');
    }
    this.#makeRoom(outline.samples);
    for (let i = 0; i < outline.samples.length; i += 2) {
      this.#sample(outline.samples.at(i), outline.samples.at(i + 1), valueCount, locations);
    }
    columns.stackStarts.push(columns.stacks.length);
    columns.labelStarts.push(columns.labelRows.length);
    return columns;
  }

  /** Room for the stacks of a large profile, once: a column that grows is there twice. What is not used takes no memory. */
  #makeRoom(samples: IntColumn): void {
    const bytes = samples.length === 0 ? 0 : samples.at(samples.length - 1) - samples.at(0);
    if (bytes > LARGE) this.#columns.stacks.reserve(Math.min(bytes, limits.stackFrames + limits.stackDepth));
  }

  /** Lets go of the profile that was read last, which may be a large one. */
  forget(): void {
    this.#reader = new WireReader(new Uint8Array());
    this.#columns.clear(new Uint8Array());
  }

  #strings(spans: IntColumn): void {
    if (spans.length === 0) throw new MalformedProfileError(this.#end, 'no string table');
    if (spans.at(0) !== spans.at(1)) {
      throw new MalformedProfileError(spans.at(0), 'the first string of the string table is not the empty one');
    }
    this.#columns.textBytes = textBytesOf(spans);
    this.#columns.strings.append(spans.data, spans.length);
  }

  #header(): void {
    const columns = this.#columns;
    const outline = this.#outline;
    const int = (field: number) => outline.ints.get(field) ?? 0;
    const text = (field: number) => this.#headerText(int(field));
    const sampleTypes = outline.sampleTypes.mapPairs((start, end) => this.#valueType(start, end));
    const periodType = outline.periodTypes.mapPairs((start, end) => this.#valueType(start, end)).at(-1);
    columns.comments = outline.comments.mapPairs((low, high) => this.#headerText(int64Of(low, high)));
    columns.header = {
      sampleTypes,
      defaultSampleType: text(14),
      ...(periodType && (periodType.type !== '' || periodType.unit !== '') && { periodType }),
      period: int(12),
      timeNanos: int(9),
      durationNanos: int(10),
      dropFrames: text(7),
      keepFrames: text(8),
      docUrl: text(15),
    };
  }

  #headerText(place: Int64): string {
    if (typeof place === 'number' && place >= 0 && place < this.#columns.stringCount) return this.#columns.text(place);
    throw this.#noString(place, this.#end);
  }

  #noString(place: Int64, offset: number): MalformedProfileError {
    const reason = `a reference to string ${unsigned(place)} of a table of ${this.#columns.stringCount}`;
    return new MalformedProfileError(offset, reason);
  }

  /** The place of the string that the current field refers to. */
  #text(): number {
    const r = this.#reader;
    r.long();
    if (r.high !== 0 || r.low < 0 || r.low >= this.#columns.stringCount) {
      throw this.#noString(int64Of(r.low, r.high), r.fieldStart);
    }
    return r.low;
  }

  /** Reads the current field's value as a place in a source file, which a number of JavaScript holds. */
  #linePlace(): void {
    const r = this.#reader;
    r.long();
    const value = int64Of(r.low, r.high);
    if (typeof value === 'number') return;
    throw new MalformedProfileError(r.fieldStart, `the line or column ${value}, which no file has`);
  }

  #valueType(start: number, end: number): ValueType {
    const r = this.#reader;
    const valueType: ValueType = { type: '', unit: '' };
    r.select(start, end);
    while (r.nextField()) {
      if (r.field === 1) valueType.type = this.#columns.text(this.#text());
      else if (r.field === 2) valueType.unit = this.#columns.text(this.#text());
      else r.skip();
    }
    return valueType;
  }

  #mapping(start: number, end: number, place: number, mappings: IdTable): Mapping {
    const r = this.#reader;
    let id: Int64 = 0;
    const mapping = emptyMapping();
    r.select(start, end);
    while (r.nextField()) {
      if (r.field === 1) id = r.int();
      else if (r.field === 2) mapping.memoryStart = r.int();
      else if (r.field === 3) mapping.memoryLimit = r.int();
      else if (r.field === 4) mapping.fileOffset = r.int();
      else if (r.field === 5) mapping.filename = this.#columns.text(this.#text());
      else if (r.field === 6) mapping.buildId = this.#columns.text(this.#text());
      else if (r.field === 7) mapping.hasFunctions = r.bool();
      else if (r.field === 8) mapping.hasFilenames = r.bool();
      else if (r.field === 9) mapping.hasLineNumbers = r.bool();
      else if (r.field === 10) mapping.hasInlineFrames = r.bool();
      else r.skip();
    }
    mappings.add(id, place, start);
    return mapping;
  }

  #function(start: number, end: number, place: number, functions: IdTable): void {
    const r = this.#reader;
    let id: Int64 = 0;
    let name = 0;
    let systemName = 0;
    let filename = 0;
    let low = 0;
    let high = 0;
    r.select(start, end);
    while (r.nextField()) {
      if (r.field === 1) id = r.int();
      else if (r.field === 2) name = this.#text();
      else if (r.field === 3) systemName = this.#text();
      else if (r.field === 4) filename = this.#text();
      else if (r.field === 5) {
        this.#linePlace();
        low = r.low;
        high = r.high;
      } else r.skip();
    }
    functions.add(id, place, start);
    this.#columns.functions.pushRow(name, systemName, filename, low, high);
  }

  #location(
    start: number,
    end: number,
    place: number,
    locations: IdTable,
    mappings: IdTable,
    functions: IdTable,
  ): void {
    const r = this.#reader;
    const columns = this.#columns;
    const lines = this.#inner;
    let id: Int64 = 0;
    let mappingLow = 0;
    let mappingHigh = 0;
    let low = 0;
    let high = 0;
    let isFolded = false;
    lines.clear();
    r.select(start, end);
    r.requireRoom(columns.lines.length / ROW, limits.lines, 'lines of locations');
    while (r.nextField()) {
      if (r.field === 1) id = r.int();
      else if (r.field === 2) {
        r.long();
        mappingLow = r.low;
        mappingHigh = r.high;
      } else if (r.field === 3) {
        r.long();
        low = r.low;
        high = r.high;
      } else if (r.field === 4) {
        r.span();
        r.requireRoom(lines.length / 2 + 1, limits.linesOfLocation, 'lines of a location');
        lines.push(r.start);
        lines.push(r.end);
      } else if (r.field === 5) isFolded = r.bool();
      else r.skip();
    }
    const mapping = (mappingLow | mappingHigh) === 0 ? NO_MAPPING : mappings.place(mappingLow, mappingHigh, start);
    columns.locations.pushRow(mapping, low, high, isFolded ? 1 : 0, columns.lines.length);
    for (let i = 0; i < lines.length; i += 2) this.#line(lines.at(i), lines.at(i + 1), functions);
    locations.add(id, place, start);
  }

  #line(start: number, end: number, functions: IdTable): void {
    const r = this.#reader;
    let idLow = 0;
    let idHigh = 0;
    let lineLow = 0;
    let lineHigh = 0;
    let columnLow = 0;
    let columnHigh = 0;
    r.select(start, end);
    while (r.nextField()) {
      if (r.field === 1) {
        r.long();
        idLow = r.low;
        idHigh = r.high;
      } else if (r.field === 2) {
        this.#linePlace();
        lineLow = r.low;
        lineHigh = r.high;
      } else if (r.field === 3) {
        this.#linePlace();
        columnLow = r.low;
        columnHigh = r.high;
      } else r.skip();
    }
    this.#columns.lines.pushRow(functions.place(idLow, idHigh, start), lineLow, lineHigh, columnLow, columnHigh);
  }

  #sample(start: number, end: number, valueCount: number, locations: IdTable): void {
    const r = this.#reader;
    const { view, stacks, stackStarts, values, labelSets } = this.#columns;
    const labels = this.#inner;
    const firstValue = values.length;
    let labelSet = UNKNOWN;
    const firstFrame = stacks.length;
    stackStarts.push(firstFrame);
    labels.clear();
    r.select(start, end);
    r.requireRoom(firstFrame, limits.stackFrames, 'locations on stacks');
    r.requireRoom(firstValue / 2, limits.values, 'values');
    while (r.nextField()) {
      if (r.field === 1) r.places(locations, stacks, start, limits.stackDepth, 'locations on a stack', firstFrame);
      else if (r.field === 2) r.longs(values, limits.sampleTypes, 'values of a sample', firstValue);
      else if (r.field === 3) {
        // Labels come last, and nearly always are those of a sample before.
        if (labels.length === 0) labelSet = this.#labelBytes.find(view, r.fieldStart, end);
        if (labelSet !== UNKNOWN) break;
        r.span();
        r.requireRoom(labels.length / 2 + 1, limits.labelsOfSample, 'labels of a sample');
        labels.push(r.fieldStart);
        labels.push(r.end);
      } else r.skip();
    }
    const count = (values.length - firstValue) / 2;
    if (count !== valueCount) {
      const reason = `a sample with ${count} values, in a profile of ${valueCount} sample types`;
      throw new MalformedProfileError(start, reason);
    }
    labelSets.push(labelSet === UNKNOWN ? this.#labelSet(labels) : labelSet);
  }

  /** The number of the label set whose fields lie in `spans`. */
  #labelSet(spans: IntColumn): number {
    const { view, labelStarts, labelRows } = this.#columns;
    const first = spans.length === 0 ? 0 : spans.at(0);
    const last = spans.length === 0 ? 0 : spans.at(spans.length - 1);
    const room = limits.labelBytes - this.#labelBytes.byteLength;
    if (last - first > room)
      throw new MalformedProfileError(first, 'more bytes of different labels than any profile has');
    const set = isOneSpan(spans) ? this.#labelBytes.intern(view, first, last) : this.#internApart(view, spans);
    if (set < labelStarts.length) return set;
    labelStarts.push(labelRows.length);
    for (let i = 0; i < spans.length; i += 2) this.#label(spans.at(i), spans.at(i + 1));
    return set;
  }

  /** Labels that other fields lie between, which no producer is known to write. */
  #internApart(bytes: DataView, spans: IntColumn): number {
    const joined = new Uint8Array(spans.mapPairs((start, end) => end - start).reduce((a, b) => a + b));
    let at = 0;
    for (let i = 0; i < spans.length; i += 2) {
      for (let from = spans.at(i); from < spans.at(i + 1); from++) joined[at++] = bytes.getUint8(from);
    }
    return this.#labelBytes.intern(viewOf(joined), 0, at);
  }

  #label(start: number, end: number): void {
    const r = this.#reader;
    let key = 0;
    let str = 0;
    let low = 0;
    let high = 0;
    let unit = 0;
    r.select(start, end);
    r.nextField();
    r.span();
    r.select(r.start, r.end);
    while (r.nextField()) {
      if (r.field === 1) key = this.#text();
      else if (r.field === 2) str = this.#text();
      else if (r.field === 3) {
        r.long();
        low = r.low;
        high = r.high;
      } else if (r.field === 4) unit = this.#text();
      else r.skip();
    }
    const hasValue = this.#isText(str) || (low | high) !== 0 || this.#isText(unit);
    if (hasValue) this.#columns.labelRows.pushRow(key, str, low, high, unit);
  }

  /** Whether the string at `place` is not the empty one, which the table may have more than once. */
  #isText(place: number): boolean {
    const { strings } = this.#columns;
    return strings.at(place * 2) !== strings.at(place * 2 + 1);
  }
}

/** The bytes of all strings. */
function textBytesOf(spans: IntColumn): number {
  let sum = 0;
  for (let i = 0; i < spans.length; i += 2) {
    const start = spans.at(i);
    const length = spans.at(i + 1) - start;
    sum += length;
    if (length > limits.stringBytes || sum > limits.textBytes) {
      throw new MalformedProfileError(
        start,
        length > limits.stringBytes
          ? `a string of ${length.toLocaleString('en-US')} bytes, longer than any profile has`
          : 'more bytes of strings than any profile has',
      );
    }
  }
  return sum;
}

/** Whether `spans` lie one right after the other. */
function isOneSpan(spans: IntColumn): boolean {
  for (let i = 2; i < spans.length; i += 2) if (spans.at(i) !== spans.at(i - 1)) return false;
  return true;
}
