import type { MergedSamples } from '../merge/merged-samples';
import { hasValue } from '../model/label';
import type { Fn, Label, Line, Location, Mapping, Profile, Sample, ValueType } from '../model/profile';
import { WireWriter } from './wire-writer';

/**
 * `profile` as bytes of pprof's protobuf format, not compressed.
 *
 * The same profile gives the same bytes: ids and string indices count up in the order of first use. Functions,
 * locations and mappings are distinguished by reference, so a caller shares the object of whatever shall be written once.
 * Labels without a value are left out (see `normalizedLabels`).
 *
 * The string table comes last, and its last string is one that is used: no proper prefix of the bytes is a valid
 * profile, wherever it is cut.
 *
 * @param merged - samples that come before those of `profile`
 * @throws RangeError for a number that is no integer, or takes more than 64 bits
 * @see https://github.com/google/pprof/blob/main/proto/profile.proto
 */
export function encodeProfile(profile: Profile, merged?: MergedSamples): Uint8Array<ArrayBuffer> {
  const encoder = new Encoder();
  encoder.profile(profile, merged);
  return encoder.writer.finish();
}

class Encoder {
  readonly writer = new WireWriter();
  readonly #strings = new Map<string, number>([['', 0]]);
  readonly #locations = new Map<Location, number>();
  readonly #mappings = new Map<Mapping, number>();
  readonly #functions = new Map<Fn, number>();

  profile(profile: Profile, merged: MergedSamples | undefined): void {
    const w = this.writer;
    for (const mapping of profile.mappings) idOf(this.#mappings, mapping);
    for (const type of profile.sampleTypes) this.#valueType(1, type);
    if (merged) this.#mergedSamples(merged);
    for (const sample of profile.samples) this.#sample(sample);
    for (const [location, id] of this.#locations) this.#location(location, id);
    for (const [mapping, id] of this.#mappings) this.#mapping(mapping, id);
    for (const [fn, id] of this.#functions) this.#function(fn, id);
    w.intField(7, this.#string(profile.dropFrames));
    w.intField(8, this.#string(profile.keepFrames));
    w.intField(9, profile.timeNanos);
    w.intField(10, profile.durationNanos);
    if (profile.periodType?.type || profile.periodType?.unit) this.#valueType(11, profile.periodType);
    w.intField(12, profile.period);
    if (profile.comments.length > 0) this.#comments(profile.comments);
    w.intField(14, this.#string(profile.defaultSampleType));
    w.intField(15, this.#string(profile.docUrl));
    for (const text of this.#strings.keys()) w.stringField(6, text);
  }

  #valueType(field: number, { type, unit }: ValueType): void {
    const start = this.writer.begin(field);
    this.writer.intField(1, this.#string(type));
    this.writer.intField(2, this.#string(unit));
    this.writer.end(start);
  }

  #sample({ locations, values, labels }: Sample): void {
    const w = this.writer;
    const start = w.begin(2);
    if (locations.length > 0) {
      const packed = w.begin(1);
      for (const location of locations) w.varint(idOf(this.#locations, location));
      w.end(packed);
    }
    if (values.length > 0) {
      const packed = w.begin(2);
      for (const value of values) w.varint(value);
      w.end(packed);
    }
    for (const label of labels) if (hasValue(label)) this.#label(label);
    w.end(start);
  }

  /** Does for each what `#sample` does, without objects; a label set's bytes are made once. Comes before all others. */
  #mergedSamples(samples: MergedSamples): void {
    for (const location of samples.locations) idOf(this.#locations, location);
    const labelSets: Uint8Array[] = [];
    for (let i = 0; i < samples.count; i++) this.#mergedSample(samples, i, labelSets);
  }

  #mergedSample(samples: MergedSamples, index: number, labelSets: Uint8Array[]): void {
    const w = this.writer;
    const { stacks, starts } = samples;
    const start = w.begin(2);
    const first = starts[index];
    const end = starts[index + 1];
    if (first !== end) w.packedIds(1, stacks, first, end);
    const packed = w.begin(2);
    for (let type = 0; type < samples.width; type++) w.varint(samples.value(index, type));
    w.end(packed);
    const set = samples.labelSetOf[index];
    const labels = labelSets[set];
    if (labels) w.append(labels);
    else labelSets[set] = this.#labels(samples.labelSets[set] as Label[]);
    w.end(start);
  }

  /** The bytes written. */
  #labels(labels: readonly Label[]): Uint8Array {
    const start = this.writer.length;
    for (const label of labels) if (hasValue(label)) this.#label(label);
    return this.writer.since(start);
  }

  #label(label: Label): void {
    const w = this.writer;
    const start = w.begin(3);
    w.intField(1, this.#string(label.key));
    if ('str' in label) {
      w.intField(2, this.#string(label.str));
    } else {
      w.intField(3, label.num);
      w.intField(4, this.#string(label.unit));
    }
    w.end(start);
  }

  #mapping(mapping: Mapping, id: number): void {
    const w = this.writer;
    const start = w.begin(3);
    w.intField(1, id);
    w.intField(2, mapping.memoryStart);
    w.intField(3, mapping.memoryLimit);
    w.intField(4, mapping.fileOffset);
    w.intField(5, this.#string(mapping.filename));
    w.intField(6, this.#string(mapping.buildId));
    w.boolField(7, mapping.hasFunctions);
    w.boolField(8, mapping.hasFilenames);
    w.boolField(9, mapping.hasLineNumbers);
    w.boolField(10, mapping.hasInlineFrames);
    w.end(start);
  }

  #location({ mapping, address, lines, isFolded }: Location, id: number): void {
    const w = this.writer;
    const start = w.begin(4);
    w.intField(1, id);
    if (mapping) w.intField(2, idOf(this.#mappings, mapping));
    w.intField(3, address);
    for (const line of lines) this.#line(line);
    w.boolField(5, isFolded);
    w.end(start);
  }

  #line({ fn, line, column }: Line): void {
    const w = this.writer;
    const start = w.begin(4);
    w.intField(1, idOf(this.#functions, fn));
    w.intField(2, line);
    w.intField(3, column);
    w.end(start);
  }

  #function(fn: Fn, id: number): void {
    const w = this.writer;
    const start = w.begin(5);
    w.intField(1, id);
    w.intField(2, this.#string(fn.name));
    w.intField(3, this.#string(fn.systemName));
    w.intField(4, this.#string(fn.filename));
    w.intField(5, fn.startLine);
    w.end(start);
  }

  #comments(comments: string[]): void {
    const packed = this.writer.begin(13);
    for (const comment of comments) this.writer.varint(this.#string(comment));
    this.writer.end(packed);
  }

  #string(text: string): number {
    return indexIn(this.#strings, text, 0);
  }
}

/** Ids begin with 1: 0 stands for "none". */
function idOf<T>(ids: Map<T, number>, item: T): number {
  return indexIn(ids, item, 1);
}

function indexIn<T>(indices: Map<T, number>, item: T, first: number): number {
  let index = indices.get(item);
  if (index === undefined) {
    index = indices.size + first;
    indices.set(item, index);
  }
  return index;
}
