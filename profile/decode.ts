import { isGzip } from './gzip-magic';
import { IdTable } from './id-table';
import { type Int64, unsigned } from './int64';
import { MalformedProfileError } from './malformed-profile-error';
import {
  emptyMapping,
  type Fn,
  type Label,
  type Line,
  type Location,
  type Mapping,
  type Profile,
  type Sample,
  type ValueType,
} from './model';
import { type Span, WireReader } from './wire-reader';

/**
 * The profile that `bytes`, not compressed, hold in pprof's protobuf format.
 *
 * Reads what the format allows: fields in any order, packed or not, unknown ones, integers of 64 bits, several lines to
 * a location. As google/pprof does, it lets a string win where a label has a number too, drops labels without a value,
 * and takes an empty period type for none. Strings that are not UTF-8 get U+FFFD where they are broken. Memory is bound
 * by a multiple of the input's size.
 *
 * A profile written by `encodeProfile` is refused wherever it is cut off. In one of another producer a cut is noticed
 * unless it falls between two top-level fields and takes nothing away that the rest refers to: protobuf has no end mark.
 *
 * @throws MalformedProfileError with the offset and the reason, for anything else than one whole, consistent profile
 * @see https://github.com/google/pprof/blob/main/proto/profile.proto
 */
export function decodeProfile(bytes: Uint8Array): Profile {
  if (bytes.length === 0) throw new MalformedProfileError(0, 'it is empty');
  if (isGzip(bytes)) throw new MalformedProfileError(0, 'it is still compressed with gzip; decompress it first');
  return new Decoder(bytes).profile();
}

/** Where the messages of each kind lie. They are read after that, each kind when all that it refers to is there. */
interface Outline {
  sampleTypes: Span[];
  samples: Span[];
  mappings: Span[];
  locations: Span[];
  functions: Span[];
  strings: Span[];
  periodType: Span | undefined;
  comments: Int64[];
  /** Values of the integer fields, by field number. */
  ints: Map<number, Int64>;
}

class Decoder {
  readonly #reader: WireReader;
  readonly #utf8 = new TextDecoder('utf-8', { ignoreBOM: true });
  #strings: string[] = [];
  /** Scratch for a sample's location ids. */
  readonly #ids: Int64[] = [];

  constructor(private readonly bytes: Uint8Array) {
    this.#reader = new WireReader(bytes);
  }

  profile(): Profile {
    const outline = this.#outline();
    this.#strings = this.#stringTable(outline.strings);
    const int = (field: number) => outline.ints.get(field) ?? 0;
    const text = (field: number) => this.#string(int(field), this.bytes.length);

    const mappings = new IdTable<Mapping>('mapping', outline.mappings.length);
    const functions = new IdTable<Fn>('function', outline.functions.length);
    const locations = new IdTable<Location>('location', outline.locations.length);
    const mappingList = outline.mappings.map((span) => this.#mapping(span, mappings));
    for (const span of outline.functions) this.#function(span, functions);
    for (const span of outline.locations) this.#location(span, locations, mappings, functions);

    const sampleTypes = outline.sampleTypes.map((span) => this.#valueType(span));
    const firstSample = outline.samples[0];
    if (firstSample && sampleTypes.length === 0) {
      throw new MalformedProfileError(firstSample.start, 'samples, but no sample types');
    }
    const profile: Profile = {
      sampleTypes,
      defaultSampleType: text(14),
      samples: outline.samples.map((span) => this.#sample(span, locations, sampleTypes.length)),
      mappings: mappingList,
      period: int(12),
      timeNanos: int(9),
      durationNanos: int(10),
      comments: outline.comments.map((index) => this.#string(index, this.bytes.length)),
      dropFrames: text(7),
      keepFrames: text(8),
      docUrl: text(15),
    };
    const periodType = outline.periodType && this.#valueType(outline.periodType);
    if (periodType && (periodType.type !== '' || periodType.unit !== '')) profile.periodType = periodType;
    return profile;
  }

  #outline(): Outline {
    const r = this.#reader;
    const outline: Outline = {
      sampleTypes: [],
      samples: [],
      mappings: [],
      locations: [],
      functions: [],
      strings: [],
      periodType: undefined,
      comments: [],
      ints: new Map(),
    };
    while (r.nextField()) {
      switch (r.field) {
        case 1:
          outline.sampleTypes.push(r.span());
          break;
        case 2:
          outline.samples.push(r.span());
          break;
        case 3:
          outline.mappings.push(r.span());
          break;
        case 4:
          outline.locations.push(r.span());
          break;
        case 5:
          outline.functions.push(r.span());
          break;
        case 6:
          outline.strings.push(r.span());
          break;
        case 9:
          if (outline.ints.get(9)) throw new MalformedProfileError(r.fieldStart, 'two profiles, one after the other');
          outline.ints.set(9, r.int());
          break;
        case 11:
          outline.periodType = r.span();
          break;
        case 13:
          r.ints(outline.comments);
          break;
        case 7:
        case 8:
        case 10:
        case 12:
        case 14:
        case 15:
          outline.ints.set(r.field, r.int());
          break;
        default:
          r.skip();
      }
    }
    return outline;
  }

  #stringTable(spans: Span[]): string[] {
    const first = spans[0];
    if (!first) throw new MalformedProfileError(this.bytes.length, 'no string table');
    if (first.start !== first.end) {
      throw new MalformedProfileError(first.start, 'the first string of the string table is not the empty one');
    }
    return spans.map(({ start, end }) => this.#utf8.decode(this.bytes.subarray(start, end)));
  }

  #string(index: Int64, offset: number): string {
    const text = typeof index === 'number' ? this.#strings[index] : undefined;
    if (text === undefined) {
      const reason = `a reference to string ${unsigned(index)} of a table of ${this.#strings.length}`;
      throw new MalformedProfileError(offset, reason);
    }
    return text;
  }

  /** The current field's value as a string of the string table. */
  #text(): string {
    return this.#string(this.#reader.int(), this.#reader.fieldStart);
  }

  /** The current field's value as a place in a source file. */
  #place(): number {
    const value = this.#reader.int();
    if (typeof value === 'number') return value;
    throw new MalformedProfileError(this.#reader.fieldStart, `the line or column ${value}, which no file has`);
  }

  #valueType({ start, end }: Span): ValueType {
    const r = this.#reader;
    const valueType: ValueType = { type: '', unit: '' };
    r.select(start, end);
    while (r.nextField()) {
      if (r.field === 1) valueType.type = this.#text();
      else if (r.field === 2) valueType.unit = this.#text();
      else r.skip();
    }
    return valueType;
  }

  #mapping({ start, end }: Span, mappings: IdTable<Mapping>): Mapping {
    const r = this.#reader;
    let id: Int64 = 0;
    const mapping = emptyMapping();
    r.select(start, end);
    while (r.nextField()) {
      if (r.field === 1) id = r.int();
      else if (r.field === 2) mapping.memoryStart = r.int();
      else if (r.field === 3) mapping.memoryLimit = r.int();
      else if (r.field === 4) mapping.fileOffset = r.int();
      else if (r.field === 5) mapping.filename = this.#text();
      else if (r.field === 6) mapping.buildId = this.#text();
      else if (r.field === 7) mapping.hasFunctions = r.bool();
      else if (r.field === 8) mapping.hasFilenames = r.bool();
      else if (r.field === 9) mapping.hasLineNumbers = r.bool();
      else if (r.field === 10) mapping.hasInlineFrames = r.bool();
      else r.skip();
    }
    mappings.add(id, mapping, start);
    return mapping;
  }

  #function({ start, end }: Span, functions: IdTable<Fn>): void {
    const r = this.#reader;
    let id: Int64 = 0;
    const fn: Fn = { name: '', systemName: '', filename: '', startLine: 0 };
    r.select(start, end);
    while (r.nextField()) {
      if (r.field === 1) id = r.int();
      else if (r.field === 2) fn.name = this.#text();
      else if (r.field === 3) fn.systemName = this.#text();
      else if (r.field === 4) fn.filename = this.#text();
      else if (r.field === 5) fn.startLine = this.#place();
      else r.skip();
    }
    functions.add(id, fn, start);
  }

  #location(
    { start, end }: Span,
    locations: IdTable<Location>,
    mappings: IdTable<Mapping>,
    functions: IdTable<Fn>,
  ): void {
    const r = this.#reader;
    let id: Int64 = 0;
    let mappingId: Int64 = 0;
    const location: Location = { mapping: undefined, address: 0, lines: [], isFolded: false };
    const lines: Span[] = [];
    r.select(start, end);
    while (r.nextField()) {
      if (r.field === 1) id = r.int();
      else if (r.field === 2) mappingId = r.int();
      else if (r.field === 3) location.address = r.int();
      else if (r.field === 4) lines.push(r.span());
      else if (r.field === 5) location.isFolded = r.bool();
      else r.skip();
    }
    if (mappingId !== 0) location.mapping = mappings.get(mappingId, start);
    for (const span of lines) location.lines.push(this.#line(span, functions));
    locations.add(id, location, start);
  }

  #line({ start, end }: Span, functions: IdTable<Fn>): Line {
    const r = this.#reader;
    let functionId: Int64 = 0;
    let line = 0;
    let column = 0;
    r.select(start, end);
    while (r.nextField()) {
      if (r.field === 1) functionId = r.int();
      else if (r.field === 2) line = this.#place();
      else if (r.field === 3) column = this.#place();
      else r.skip();
    }
    return { fn: functions.get(functionId, start), line, column };
  }

  #sample({ start, end }: Span, table: IdTable<Location>, valueCount: number): Sample {
    const r = this.#reader;
    const ids = this.#ids;
    ids.length = 0;
    const values: Int64[] = [];
    const labelSpans: Span[] = [];
    r.select(start, end);
    while (r.nextField()) {
      if (r.field === 1) r.ints(ids);
      else if (r.field === 2) r.ints(values);
      else if (r.field === 3) labelSpans.push(r.span());
      else r.skip();
    }
    if (values.length !== valueCount) {
      const reason = `a sample with ${values.length} values, in a profile of ${valueCount} sample types`;
      throw new MalformedProfileError(start, reason);
    }
    const locations = ids.map((id) => table.get(id, start));
    const labels: Label[] = [];
    for (const span of labelSpans) {
      const label = this.#label(span);
      if (label) labels.push(label);
    }
    return { locations, values, labels };
  }

  #label({ start, end }: Span): Label | undefined {
    const r = this.#reader;
    let key = '';
    let str = '';
    let num: Int64 = 0;
    let unit = '';
    r.select(start, end);
    while (r.nextField()) {
      if (r.field === 1) key = this.#text();
      else if (r.field === 2) str = this.#text();
      else if (r.field === 3) num = r.int();
      else if (r.field === 4) unit = this.#text();
      else r.skip();
    }
    if (str !== '') return { key, str };
    return num !== 0 || unit !== '' ? { key, num, unit } : undefined;
  }
}
