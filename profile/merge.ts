import { functionKey, labelsKey, locationKey, mappingKey, type NumberedLocation } from './identity';
import { addInt64, compareInt64, type Int64, subInt64 } from './int64';
import { equalLabels, normalizedLabels } from './label';
import { leastNotEmpty, mergeHeaders, type ProfileHeader } from './merge-header';
import { keyRanks, locationRanks, sortSamples } from './merge-order';
import type { Fn, Label, Location, Mapping, Profile, Sample } from './model';
import { Numbering } from './numbering';
import { RunTable } from './run-table';
import { commonLength, locationAt } from './stack';

const NO_MAPPING = -1;

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
 * Takes memory for the result, not for the number of profiles.
 */
export class ProfileMerger {
  #header: ProfileHeader | undefined;
  readonly #comments = new Set<string>();
  readonly #functions = new Numbering<Fn>();
  readonly #mappings = new Numbering<Mapping>();
  readonly #locations = new Numbering<NumberedLocation>();
  readonly #labelSets = new Numbering<Label[]>();
  /** A sample is the run of its label set's number and its locations' numbers, root first. */
  readonly #samples = new RunTable();
  /** Values of all samples, one after the other. */
  readonly #values: Int64[] = [];
  /** Number of the main binary's mapping: the one with the least key where profiles disagree. */
  #mainMapping = NO_MAPPING;
  /** Scratch: the run of the latest sample. */
  #run = new Int32Array(64);

  /** @throws IncompatibleProfilesError; nothing has been added then */
  add(profile: Profile): void {
    this.#header = mergeHeaders(this.#header ?? neutralHeader(profile), profile);
    for (const comment of profile.comments) this.#comments.add(comment);

    const mappingOf = memoize((mapping: Mapping) => this.#mappingNumber(mapping));
    const functionOf = memoize((fn: Fn) => this.#functions.of(functionKey(fn), () => ({ ...fn })));
    const locationOf = memoize((location: Location) => this.#locationNumber(location, mappingOf, functionOf));

    this.#mainMapping = this.#lesserMapping(this.#mainMapping, profile.mappings.map(mappingOf)[0] ?? NO_MAPPING);
    let previous: Sample | undefined;
    for (const sample of profile.samples) {
      if (sample.values.every((value) => value === 0)) continue;
      const length = this.#fillRun(sample, previous, locationOf);
      this.#addValues(this.#samples.intern(this.#run, length), sample.values);
      previous = sample;
    }
  }

  /**
   * What the profiles added so far are together, sharing nothing with them; more may be added afterwards.
   *
   * @throws Error when none has been added
   */
  result(): Profile {
    if (!this.#header) throw new Error('No profiles to merge: add one at least');
    const { sampleTypes, periodType } = this.#header;
    const width = sampleTypes.length;
    const mappingRank = keyRanks(this.#mappings.keys);
    const locationRank = locationRanks(this.#locations.items, mappingRank, keyRanks(this.#functions.keys));
    const order = sortSamples(this.#nonZeroSamples(width), this.#samples, locationRank, keyRanks(this.#labelSets.keys));

    const mappings = this.#mappings.items.map((mapping) => ({ ...mapping }));
    const functions = this.#functions.items.map((fn) => ({ ...fn }));
    const locations = this.#locations.items.map((location) => denumbered(location, mappings, functions));
    return {
      ...this.#header,
      sampleTypes: sampleTypes.map((type) => ({ ...type })),
      ...(periodType && { periodType: { ...periodType } }),
      samples: order.map((sample) => this.#sample(sample, width, locations)),
      mappings: this.#mappingOrder(mappingRank).map((mapping) => mappings[mapping] as Mapping),
      comments: [...this.#comments].sort(),
    };
  }

  #mappingNumber(mapping: Mapping): number {
    const number = this.#mappings.of(mappingKey(mapping), () => ({ ...mapping }));
    this.#mappings.items[number] = mergeMappings(this.#mappings.items[number] as Mapping, mapping);
    return number;
  }

  #lesserMapping(a: number, b: number): number {
    if (a === NO_MAPPING || b === NO_MAPPING) return Math.max(a, b);
    return (this.#mappings.keys[a] as string) < (this.#mappings.keys[b] as string) ? a : b;
  }

  #locationNumber(
    { mapping, address, lines, isFolded }: Location,
    mappingOf: (mapping: Mapping) => number,
    functionOf: (fn: Fn) => number,
  ): number {
    const location: NumberedLocation = {
      mapping: mapping ? mappingOf(mapping) : NO_MAPPING,
      offset: mapping ? subInt64(address, mapping.memoryStart) : address,
      isFolded,
      lines: lines.map(({ fn, line, column }) => ({ fn: functionOf(fn), line, column })),
    };
    return this.#locations.of(locationKey(location), () => location);
  }

  /** Makes the scratch run that of a sample, and says how long it is; `previous` is the sample that it has now. */
  #fillRun(
    { locations: stack, labels }: Sample,
    previous: Sample | undefined,
    locationOf: (location: Location) => number,
  ): number {
    const length = stack.length + 1;
    if (length > this.#run.length) this.#run = enlarged(this.#run, length * 2);
    // Neighbours have their labels and most of their callers in common, and comparing is cheaper than looking up.
    if (!previous || !equalLabels(labels, previous.labels)) {
      this.#run[0] = this.#labelSets.of(labelsKey(labels), () =>
        normalizedLabels(labels).map((label) => ({ ...label })),
      );
    }
    for (let depth = commonLength(stack, previous?.locations ?? [], true); depth < stack.length; depth++) {
      this.#run[depth + 1] = locationOf(locationAt(stack, depth, true));
    }
    return length;
  }

  #addValues(sample: number, values: readonly Int64[]): void {
    const first = sample * values.length;
    for (let i = 0; i < values.length; i++) {
      this.#values[first + i] = addInt64(this.#values[first + i] ?? 0, values[i] as Int64);
    }
  }

  #nonZeroSamples(width: number): number[] {
    const samples: number[] = [];
    for (let sample = 0; sample < this.#samples.size; sample++) {
      for (let i = sample * width; i < (sample + 1) * width; i++) {
        if (this.#values[i] === 0) continue;
        samples.push(sample);
        break;
      }
    }
    return samples;
  }

  #sample(sample: number, width: number, locations: readonly Location[]): Sample {
    const stack: Location[] = [];
    for (let i = this.#samples.length(sample) - 1; i > 0; i--) {
      stack.push(locations[this.#samples.at(sample, i)] as Location);
    }
    const labels = this.#labelSets.items[this.#samples.at(sample, 0)] as Label[];
    return {
      locations: stack,
      values: this.#values.slice(sample * width, (sample + 1) * width),
      labels: labels.map((label) => ({ ...label })),
    };
  }

  /** The main mapping first. */
  #mappingOrder(mappingRank: Int32Array): number[] {
    const rank = (mapping: number) => (mapping === this.#mainMapping ? -1 : (mappingRank[mapping] as number));
    return [...mappingRank.keys()].sort((a, b) => rank(a) - rank(b));
  }
}

/** A header that changes nothing in a merge with that of `profile`. */
function neutralHeader({ sampleTypes, periodType, period }: Profile): ProfileHeader {
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

function denumbered(location: NumberedLocation, mappings: readonly Mapping[], functions: readonly Fn[]): Location {
  const mapping = mappings[location.mapping];
  return {
    mapping,
    address: mapping ? addInt64(location.offset, mapping.memoryStart) : location.offset,
    lines: location.lines.map(({ fn, line, column }) => ({ fn: functions[fn] as Fn, line, column })),
    isFolded: location.isFolded,
  };
}

function enlarged(array: Int32Array, length: number): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(length);
  larger.set(array);
  return larger;
}

/** `number`, asked once for each thing. */
function memoize<T>(number: (thing: T) => number): (thing: T) => number {
  const numbers = new Map<T, number>();
  return (thing) => {
    let known = numbers.get(thing);
    if (known === undefined) {
      known = number(thing);
      numbers.set(thing, known);
    }
    return known;
  };
}
