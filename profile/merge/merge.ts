import { limits } from '../../lib/contract/limits';
import { functionKey, labelsKey } from '../model/identity';
import { IntColumn } from '../model/int-column';
import { highHalf, int64Of, lowHalf } from '../model/int64';
import { normalizedLabels } from '../model/label';
import { Numbering } from '../model/numbering';
import type { Label, Location, Profile, Sample, ValueType } from '../model/profile';
import { type ProfileColumns, ROW } from '../model/profile-columns';
import { mergeHeaders, neutralHeader, type ProfileHeader } from '../model/profile-header';
import { RunBatch } from '../model/run-batch';
import { RunInterner } from '../model/run-interner';
import { ColumnsReader } from '../pprof/columns-reader';
import { encodeProfile } from '../pprof/encode';
import { FinishedMerge } from './finished-merge';
import type { AddMergedOptions, DerivedValue, FinishOptions, MergeOptions, RewriteLabels } from './merge-options';
import { keyRanks, locationRanks, sortSamples } from './merge-order';
import { MergedFrames } from './merged-frames';
import { MergedSamples } from './merged-samples';

/** Number of the label set of samples that are left out. */
const LEFT_OUT = -1;
/** What it is before it is looked up. */
const UNUSED = -2;
const USED = -3;

/** With a further profile, a merge would hold more than a profile may: no reader would open it. */
export class MergeTooLargeError extends Error {
  override readonly name = 'MergeTooLargeError';

  constructor(
    /** What there would be too much of, in the plural. */
    readonly what: string,
    readonly most: number,
  ) {
    super(`Merged with the others, there would be more than ${most.toLocaleString('en-US')} ${what}`);
  }
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
  #samples = new RunInterner();
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

  /** What each of a sample's values counts. */
  get sampleTypes(): readonly ValueType[] {
    return this.#header?.sampleTypes ?? [];
  }

  /** @throws IncompatibleProfilesError; nothing has been added then */
  add(profile: Profile, options?: MergeOptions): void {
    this.addEncoded(encodeProfile(profile), options);
  }

  /**
   * Adds the profile that `bytes`, not compressed, hold.
   *
   * @throws MalformedProfileError, IncompatibleProfilesError, MergeTooLargeError, and what `options.labels` throws; nothing
   *   has been added then
   */
  addEncoded(bytes: Uint8Array, options?: MergeOptions): void {
    this.addColumns(this.#reader.read(bytes), options);
  }

  /**
   * Adds a profile that has been read already.
   *
   * @throws IncompatibleProfilesError, MergeTooLargeError, and what `options.labels` throws; nothing has been added then
   */
  addColumns(columns: ProfileColumns, { labels: rewrite }: MergeOptions = {}): void {
    this.#mergedHeader(columns.header); // fails first
    this.#requireRoom(columns);
    this.#numberLabelSets(columns, rewrite);
    // Nothing fails from here on.
    this.#addHeader(columns.header, columns.comments);
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
    const samples = this.#samples;
    this.#samples = new RunInterner(this.#width * 2);
    this.#addRuns(samples, this.#width, this.#labelNumbersOf(this.#labelSets.items, rewrite));
  }

  /** All locations that have been added so far, by number. */
  locations(): Location[] {
    return this.#frames.locations().locations;
  }

  /**
   * Adds all that `other` has been given, as if its result were added, in less time and memory.
   *
   * @throws IncompatibleProfilesError; nothing has been added then
   */
  addMerged(other: ProfileMerger, { locations, derived }: AddMergedOptions = {}): void {
    const own = other.#requireHeader();
    const sampleTypes = derived ? [...own.sampleTypes, derived.sampleType] : own.sampleTypes;
    this.#addHeader({ ...own, sampleTypes }, other.#comments);
    const frames = other.#frames.locations();
    const values = sampleTypes.map(() => 0);
    // A profile that has each location once says what they are.
    const once = (locations ?? frames.locations).map((each): Sample => ({ locations: [each], values, labels: [] }));
    const columns = this.#reader.read(
      encodeProfile({ ...own, sampleTypes, mappings: frames.mappings, comments: [], samples: once }),
    );
    this.#frames.begin(columns);
    const numbers = Int32Array.from(once, (_, i) => this.#frames.numberOf(columns.stacks.at(i)));
    this.#addRuns(other.#samples, other.#width, this.#labelNumbersOf(other.#labelSets.items), numbers, derived);
  }

  /**
   * What the profiles added so far are together, sharing nothing with them; more may be added afterwards.
   *
   * @throws Error when none has been added
   */
  result(): Profile {
    const { profile, samples } = this.#merged();
    return { ...profile, samples: Array.from({ length: samples.count }, (_, index) => samples.sample(index)) };
  }

  /**
   * The same without objects for samples. Good until more is added.
   *
   * @throws Error when nothing has been added
   */
  finish({ records = [], comments = [], derived }: FinishOptions = {}): FinishedMerge {
    const { profile, samples } = this.#merged(derived);
    const values = profile.sampleTypes.map(() => 0);
    const further = records.map((labels): Sample => ({ locations: [], values, labels: [...labels] }));
    return new FinishedMerge({ ...profile, samples: further, comments: [...profile.comments, ...comments] }, samples);
  }

  #merged(derived?: DerivedValue): { profile: Omit<Profile, 'samples'>; samples: MergedSamples } {
    const { sampleTypes: own, periodType, ...header } = this.#requireHeader();
    const sampleTypes = derived ? [...own, derived.sampleType] : own;
    const functionRank = keyRanks(this.#frames.functions().map(functionKey));
    const locationRank = locationRanks(this.#frames.numbered(), keyRanks(this.#frames.mappings.keys), functionRank);
    const order = sortSamples(this.#nonZeroSamples(), this.#samples, locationRank, keyRanks(this.#labelSets.keys));
    const { mappings, locations } = this.#frames.locations();
    const profile = {
      ...header,
      sampleTypes: sampleTypes.map((type) => ({ ...type })),
      ...(periodType && { periodType: { ...periodType } }),
      mappings,
      comments: [...this.#comments].sort(),
    };
    const tables = { runs: this.#samples, width: own.length, locations, labelSets: this.#labelSets.items };
    return { profile, samples: new MergedSamples(tables, order, derived) };
  }

  /** How many values a sample has. */
  get #width(): number {
    return this.sampleTypes.length;
  }

  #requireHeader(): ProfileHeader {
    if (!this.#header) throw new Error('No profiles to merge: add one at least');
    return this.#header;
  }

  #mergedHeader(header: ProfileHeader): ProfileHeader {
    return mergeHeaders(this.#header ?? neutralHeader(header), header);
  }

  /** As if nothing in `columns` were known: most of it is, so this refuses only what is near the limits. */
  #requireRoom({ sampleCount, stacks, functions, locations, textBytes }: ProfileColumns): void {
    const samples = this.#samples;
    const frames = this.#frames;
    const sizes: [what: string, most: number, size: number][] = [
      ['samples', limits.samples, samples.size + sampleCount],
      ['locations on stacks', limits.stackFrames, samples.totalLength + stacks.length],
      ['functions', limits.functions, frames.functionCount + functions.length / ROW],
      ['locations', limits.locations, frames.locationCount + locations.length / ROW],
      ['bytes of text', limits.textBytes, frames.textBytes + textBytes],
    ];
    for (const [what, most, size] of sizes) if (size > most) throw new MergeTooLargeError(what, most);
  }

  /** @throws IncompatibleProfilesError; nothing has been added then */
  #addHeader(header: ProfileHeader, comments: Iterable<string>): void {
    const merged = this.#mergedHeader(header);
    if (!this.#header) this.#samples = new RunInterner(merged.sampleTypes.length * 2);
    this.#header = merged;
    for (const comment of comments) this.#comments.add(comment);
  }

  /** Adds the samples of a table, each of `width` values, with other numbers of label sets, and of locations. */
  #addRuns(
    samples: RunInterner,
    width: number,
    labelSets: readonly number[],
    locations?: Int32Array,
    derived?: DerivedValue,
  ): void {
    const run = new IntColumn();
    for (let sample = 0; sample < samples.size; sample++) {
      const labels = labelSets[samples.at(sample, 0)];
      if (labels === LEFT_OUT) continue;
      run.clear();
      run.push(labels);
      run.append(samples.integers, samples.length(sample) - 1, samples.start(sample) + 1);
      if (locations) for (let i = 1; i < run.length; i++) run.data[i] = locations[run.at(i)];
      const row = this.#samples.internRow(run.data, run.length);
      for (let i = 0; i < width * 2; i += 2) {
        this.#samples.addToPayload(row, i, samples.payloadAt(sample, i), samples.payloadAt(sample, i + 1));
      }
      if (!derived) continue;
      const from = derived.from * 2;
      const value = derived.value(int64Of(samples.payloadAt(sample, from), samples.payloadAt(sample, from + 1)));
      this.#samples.addToPayload(row, width * 2, lowHalf(value), highHalf(value));
    }
  }

  #labelNumbersOf(sets: readonly Label[][], rewrite?: RewriteLabels): number[] {
    return sets.map((labels) => this.#labelNumber(labels, rewrite));
  }

  /** Looks up the label sets of samples that count. */
  #numberLabelSets(columns: ProfileColumns, rewrite: RewriteLabels | undefined): void {
    const numbers = this.#labelNumbers;
    numbers.fill(UNUSED, columns.labelStarts.length);
    markUsed(columns, numbers.data);
    for (let set = 0; set < numbers.length; set++) {
      if (numbers.at(set) === USED) numbers.data[set] = this.#labelNumber(columns.labels(set), rewrite);
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
    const halves = this.#width * 2;
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
}

/** Marks the label sets of samples that count. A small function, which V8 optimizes soon. */
function markUsed(columns: ProfileColumns, sets: Int32Array): void {
  for (let sample = 0; sample < columns.sampleCount; sample++) {
    if (!columns.isZero(sample)) sets[columns.labelSets.at(sample)] = USED;
  }
}
