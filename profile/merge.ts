import { ColumnsReader } from './columns-reader';
import { encodeProfile } from './encode';
import { functionKey, labelsKey, type NumberedLocation } from './identity';
import { IntColumn } from './int-column';
import { addInt64 } from './int64';
import { normalizedLabels } from './label';
import { mergeHeaders, type ProfileHeader } from './merge-header';
import { keyRanks, locationRanks, sortSamples } from './merge-order';
import { MergedFrames } from './merged-frames';
import { MergedSamples } from './merged-samples';
import type { Fn, Label, Location, Mapping, Profile, Sample } from './model';
import { Numbering } from './numbering';
import type { ProfileColumns } from './profile-columns';
import { RunBatch } from './run-batch';
import { RunTable } from './run-table';

/** Number of the label set of samples that are left out. */
const LEFT_OUT = -1;
const UNKNOWN = -2;

/**
 * What becomes of samples with these labels: the labels that they are to have, or nothing where they are to be left out.
 * Called once for each set of labels in a profile.
 */
export type RewriteLabels = (labels: Label[]) => Label[] | undefined;

/** How a profile is merged. */
export interface MergeOptions {
  /** @default - all samples are merged with the labels that they have */
  labels?: RewriteLabels;
}

/**
 * All of `profiles` as one. The iterable is read once, one profile at a time.
 *
 * @see ProfileMerger for the rules
 * @throws IncompatibleProfilesError; an Error when there is no profile
 */
export function mergeProfiles(profiles: Iterable<Profile>): Profile {
  const merger = new ProfileMerger();
  for (const profile of profiles) merger.add(profile);
  return merger.result();
}

/**
 * Merges profiles as google/pprof does: adds up the values of samples with the same stack and the same labels, leaves
 * out samples that are zero, and combines the headers (see `mergeHeaders`). See `identity.ts` for what is the same.
 *
 * Unlike there, merging is associative and commutative to the byte: whatever the order of the profiles and however they
 * are grouped, the encoded result is the same. So the result is sorted; where sources say different things, the least
 * is taken, not the first; and mappings stay when nothing refers to them any more. A mapping claims what all its
 * sources claim (that functions, files, lines, inlined frames are resolved).
 *
 * Works on encoded profiles, without an object or a string for a sample, a stack or a function: a fleet's snapshots say
 * the same thousands of times over. Takes memory for the result, not for the number of profiles.
 */
export class ProfileMerger {
  #header: ProfileHeader | undefined;
  readonly #comments = new Set<string>();
  readonly #frames = new MergedFrames();
  readonly #labelSets = new Numbering<Label[]>();
  /** A sample is the run of its label set's number and its locations' numbers, the leaf's first; its payload are its values. */
  #samples = new RunTable();
  readonly #reader = new ColumnsReader();
  /** Scratch: the runs of the latest profile's samples, which samples they are, and their rows. */
  readonly #batch = new RunBatch();
  readonly #batched = new IntColumn();
  readonly #rows = new IntColumn();
  /** Scratch: numbers of the latest profile's label sets. */
  readonly #labelNumbers = new IntColumn();

  /** How many samples the result has at most; those whose values have cancelled each other out are counted too. */
  get sampleCount(): number {
    return this.#samples.size;
  }

  /** @throws IncompatibleProfilesError; nothing has been added then */
  add(profile: Profile, options?: MergeOptions): void {
    this.addEncoded(encodeProfile(profile), options);
  }

  /**
   * Adds the profile that `bytes`, not compressed, hold.
   *
   * @throws MalformedProfileError, IncompatibleProfilesError, and what `options.labels` throws; nothing has been added then
   */
  addEncoded(bytes: Uint8Array, options?: MergeOptions): void {
    this.addColumns(this.#reader.read(bytes), options);
  }

  /**
   * Adds a profile that has been read already.
   *
   * @throws IncompatibleProfilesError, and what `options.labels` throws; nothing has been added then
   */
  addColumns(columns: ProfileColumns, { labels: rewrite }: MergeOptions = {}): void {
    const header = mergeHeaders(this.#header ?? neutralHeader(columns.header), columns.header);
    this.#numberLabelSets(columns, rewrite);
    // Nothing fails from here on.
    if (!this.#header) this.#samples = new RunTable(header.sampleTypes.length * 2);
    this.#header = header;
    for (const comment of columns.comments) this.#comments.add(comment);
    this.#frames.begin(columns);
    this.#batch.clear();
    this.#batched.clear();
    const { stacks, stackStarts } = columns;
    for (let sample = 0; sample < columns.sampleCount; sample++) {
      const labels = this.#labelNumbers.at(columns.labelSets.at(sample));
      if (labels === LEFT_OUT || columns.isZero(sample)) continue;
      this.#frames.appendRun(this.#batch, labels, stacks.data, stackStarts.at(sample), stackStarts.at(sample + 1));
      this.#batched.push(sample);
    }
    this.#samples.internRows(this.#batch, this.#rows);
    for (let i = 0; i < this.#rows.length; i++) this.#addValues(this.#rows.at(i), columns, this.#batched.at(i));
  }

  /** Rewrites the labels of all that has been added so far, as `options.labels` would have done. */
  relabel(rewrite: RewriteLabels): void {
    const halves = (this.#header?.sampleTypes.length ?? 0) * 2;
    const samples = this.#samples;
    this.#samples = new RunTable(halves);
    const numbers = this.#labelSets.items.map((labels) => this.#labelNumber(labels, rewrite));
    const run = new IntColumn();
    for (let sample = 0; sample < samples.size; sample++) {
      const labels = numbers[samples.at(sample, 0)] as number;
      if (labels === LEFT_OUT) continue;
      run.clear();
      run.push(labels);
      run.append(samples.integers, samples.length(sample) - 1, samples.start(sample) + 1);
      const row = this.#samples.internRow(run.data, run.length);
      for (let i = 0; i < halves; i += 2) {
        this.#samples.addToPayload(row, i, samples.payloadAt(sample, i), samples.payloadAt(sample, i + 1));
      }
    }
  }

  /**
   * What the profiles added so far are together, sharing nothing with them; more may be added afterwards.
   *
   * @throws Error when none has been added
   */
  result(): Profile {
    const { profile, samples } = this.#merged();
    return { ...profile, samples: Array.from(samples.order, (sample) => sampleOf(samples, sample)) };
  }

  /**
   * The result as bytes of pprof's format, not compressed: what `encodeProfile` makes of it, in less time and memory.
   *
   * @param further - samples that follow the merged ones as they are, also where they are zero
   * @throws Error when nothing has been added
   */
  encoded(further: readonly Sample[] = []): Uint8Array<ArrayBuffer> {
    const { profile, samples } = this.#merged();
    return encodeProfile({ ...profile, samples: [...further] }, samples);
  }

  #merged(): { profile: Omit<Profile, 'samples'>; samples: MergedSamples } {
    if (!this.#header) throw new Error('No profiles to merge: add one at least');
    const { sampleTypes, periodType } = this.#header;
    const functions = this.#frames.functions();
    const numbered = this.#frames.locations();
    const mappingRank = keyRanks(this.#frames.mappings.keys);
    const locationRank = locationRanks(numbered, mappingRank, keyRanks(functions.map(functionKey)));
    const order = sortSamples(this.#nonZeroSamples(), this.#samples, locationRank, keyRanks(this.#labelSets.keys));

    const mappings = this.#frames.mappings.items.map((mapping) => ({ ...mapping }));
    const locations = numbered.map((location) => denumbered(location, mappings, functions));
    const profile = {
      ...this.#header,
      sampleTypes: sampleTypes.map((type) => ({ ...type })),
      ...(periodType && { periodType: { ...periodType } }),
      mappings: this.#mappingOrder(mappingRank).map((mapping) => mappings[mapping] as Mapping),
      comments: [...this.#comments].sort(),
    };
    const { items } = this.#labelSets;
    return { profile, samples: new MergedSamples(this.#samples, order, sampleTypes.length, locations, items) };
  }

  /** Looks up the label sets of samples that count. */
  #numberLabelSets(columns: ProfileColumns, rewrite: RewriteLabels | undefined): void {
    const numbers = this.#labelNumbers;
    numbers.fill(UNKNOWN, columns.labelStarts.length);
    for (let sample = 0; sample < columns.sampleCount; sample++) {
      const set = columns.labelSets.at(sample);
      if (numbers.at(set) !== UNKNOWN || columns.isZero(sample)) continue;
      numbers.data[set] = this.#labelNumber(columns.labels(set), rewrite);
    }
  }

  #labelNumber(labels: Label[], rewrite: RewriteLabels | undefined): number {
    const wanted = rewrite ? rewrite(labels) : labels;
    if (!wanted) return LEFT_OUT;
    return this.#labelSets.of(labelsKey(wanted), () => normalizedLabels(wanted).map((label) => ({ ...label })));
  }

  #addValues(row: number, { values, header }: ProfileColumns, sample: number): void {
    const halves = header.sampleTypes.length * 2;
    const first = sample * halves;
    for (let i = 0; i < halves; i += 2) {
      this.#samples.addToPayload(row, i, values.at(first + i), values.at(first + i + 1));
    }
  }

  #nonZeroSamples(): Int32Array {
    const halves = (this.#header?.sampleTypes.length ?? 0) * 2;
    const samples = new Int32Array(this.#samples.size);
    let count = 0;
    for (let sample = 0; sample < this.#samples.size; sample++) {
      for (let i = 0; i < halves; i++) {
        if (this.#samples.payloadAt(sample, i) === 0) continue;
        samples[count++] = sample;
        break;
      }
    }
    return samples.subarray(0, count);
  }

  /** The main mapping first. */
  #mappingOrder(mappingRank: Int32Array): number[] {
    const main = this.#frames.mainMapping;
    const rank = (mapping: number) => (mapping === main ? -1 : (mappingRank[mapping] as number));
    return [...mappingRank.keys()].sort((a, b) => rank(a) - rank(b));
  }
}

/** A header that changes nothing in a merge with `header`. */
function neutralHeader({ sampleTypes, periodType, period }: ProfileHeader): ProfileHeader {
  return {
    sampleTypes: sampleTypes.map((type) => ({ ...type })),
    periodType: periodType && { ...periodType },
    period,
    timeNanos: 0,
    durationNanos: 0,
    defaultSampleType: '',
    dropFrames: '',
    keepFrames: '',
    docUrl: '',
  };
}

function denumbered(location: NumberedLocation, mappings: readonly Mapping[], functions: readonly Fn[]): Location {
  const mapping = mappings[location.mapping];
  return {
    mapping,
    address: mapping ? addInt64(location.offset, mapping.memoryStart) : location.offset,
    lines: location.lines.map(({ fn, line, column }) => ({ fn: functions[fn] as Fn, line, column })),
    isFolded: location.isFolded,
  };
}

function sampleOf(samples: MergedSamples, sample: number): Sample {
  const labels = samples.labelSets[samples.labelSet(sample)] as Label[];
  return {
    locations: Array.from(
      { length: samples.depth(sample) },
      (_, i) => samples.locations[samples.location(sample, i)] as Location,
    ),
    values: Array.from({ length: samples.width }, (_, i) => samples.value(sample, i)),
    labels: labels.map((label) => ({ ...label })),
  };
}
