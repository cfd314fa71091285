import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import {
  emptyMapping,
  type Label,
  type Location,
  type Mapping,
  type Profile,
  type Sample,
} from '../profile/model/profile';
import { encodeProfile } from '../profile/pprof/encode';
import { Random } from '../test/profile/support/random';
import { generatedProfile } from './generated-profile';

/** Stacks in a snapshot, of those that the function runs into. */
const stacksPerSnapshot = 888;
const shape = { functions: 400, meanDepth: 25 };

/** What a set of snapshots is like, on average. */
export interface SnapshotShape {
  /** Bytes. */
  gzipped: number;
  inflated: number;
  samples: number;
  depth: number;
  /** Different stacks in all of them together. */
  stacks: number;
}

/** A snapshot, and what it is made of. */
export interface GeneratedSnapshot {
  gzipped: Uint8Array;
  /** Bytes. */
  inflated: number;
  /** The numbers of its stacks, each different. */
  stacks: ReadonlySet<number>;
  /** Frames of all of them together. */
  frames: number;
}

/**
 * `count` wall snapshots of one function, the same each time: 888 samples, drawn from a call tree of `allStacks` stacks
 * by Zipf's law, so that some stacks are in every snapshot and most in few. Functions, mapping and labels are as the
 * runtime writes them.
 */
export function* generatedSnapshots(count: number, allStacks = 200_000): Generator<GeneratedSnapshot> {
  const whole = asWritten(generatedProfile(allStacks, shape));
  const draw = zipf(whole.samples.length, new Random(1));
  const random = new Random(2);
  for (let i = 0; i < count; i++) {
    const stacks = new Set<number>();
    while (stacks.size < stacksPerSnapshot) stacks.add(draw());
    // In the order of the call tree, as the runtime writes them.
    const samples = [...stacks].sort((a, b) => a - b).map((index) => sampled(whole.samples[index] as Sample, random));
    const bytes = encodeProfile({
      ...whole,
      samples,
      timeNanos: BigInt(1_763_805_600 + i * 60) * 1_000_000_000n,
      durationNanos: 60_000_000_000,
    });
    const frames = samples.reduce((sum, { locations }) => sum + locations.length, 0);
    yield { gzipped: gzipSync(bytes), inflated: bytes.length, stacks, frames };
  }
}

/** Writes {@link generatedSnapshots} into `folder`. */
export function writeSnapshots(folder: string, count: number, allStacks?: number): SnapshotShape {
  const seen = new Set<number>();
  const total = { gzipped: 0, inflated: 0, frames: 0 };
  let i = 0;
  for (const { gzipped, inflated, stacks, frames } of generatedSnapshots(count, allStacks)) {
    writeFileSync(join(folder, `${String(i++).padStart(5, '0')}.pb.gz`), gzipped);
    for (const stack of stacks) seen.add(stack);
    total.gzipped += gzipped.length;
    total.inflated += inflated;
    total.frames += frames;
  }
  return {
    gzipped: total.gzipped / count,
    inflated: total.inflated / count,
    samples: stacksPerSnapshot,
    depth: total.frames / count / stacksPerSnapshot,
    stacks: seen.size,
  };
}

/** `profile` with what the runtime says of functions, code and invocations. */
function asWritten(profile: Profile): Profile {
  const mapping: Mapping = {
    ...emptyMapping(),
    filename: 'OrdersStack-Checkout-1A2B3C',
    buildId: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
    hasFunctions: true,
    hasFilenames: true,
    hasLineNumbers: true,
  };
  const written = new Map<Location, Location>();
  const write = (location: Location): Location => {
    const known = written.get(location);
    if (known) return known;
    const [{ fn }] = location.lines as [Location['lines'][0]];
    const column = 1 + ((fn.startLine * 13) % 80);
    const named = { ...fn, systemName: `${fn.name}:${fn.startLine}:${column}` };
    const result = { ...location, mapping, lines: [{ fn: named, line: fn.startLine, column }] };
    written.set(location, result);
    return result;
  };
  const labelSets = Array.from({ length: 24 }, (_, i) => labelSet(i));
  return {
    ...profile,
    mappings: [mapping],
    periodType: { type: 'wall', unit: 'nanoseconds' },
    period: 10_000_000,
    samples: profile.samples.map((sample, i) => ({
      ...sample,
      locations: sample.locations.map(write),
      labels: labelSets[(i * 7) % labelSets.length] as Label[],
    })),
  };
}

function labelSet(i: number): Label[] {
  return [
    { key: 'phase', str: 'invoke' },
    { key: 'version', str: String(41 + (i % 2)) },
    { key: 'cold_start', str: i % 8 === 0 ? 'true' : 'false' },
    { key: 'outcome', str: i % 12 === 5 ? 'error' : 'ok' },
    { key: 'duration', num: [46, 64, 91, 128, 182, 256][i % 6], unit: 'milliseconds' },
  ];
}

function sampled(sample: Sample, random: Random): Sample {
  const hits = 1 + random.below(50);
  const wall = hits * 1e7 + random.below(1e6);
  return { ...sample, values: [hits, random.chance(0.3) ? 0 : wall, wall] };
}

/** Draws from `count` things, the nth of them 1/n as often as the first; which is the nth is random. */
function zipf(count: number, random: Random): () => number {
  const things = random.shuffled([...new Array(count).keys()]);
  const upTo = new Float64Array(count);
  let sum = 0;
  for (let i = 0; i < count; i++) {
    sum += 1 / (i + 1);
    upTo[i] = sum;
  }
  return () => {
    const at = random.fraction() * sum;
    let low = 0;
    let high = count - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (upTo[middle] < at) low = middle + 1;
      else high = middle;
    }
    return things[low];
  };
}
