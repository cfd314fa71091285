import type { NumberedLocation } from '../model/identity';
import { compareInt64 } from '../model/int64';
import type { RunInterner } from '../model/run-interner';
import { multikeyQuicksort } from './multikey-quicksort';

/**
 * The order of a merged profile's parts. It depends on what they are, not on the numbers that they were given on the
 * way: merging in another order numbers them otherwise.
 */

/** For each of `count` numbered things its place in the order of `compare`. */
export function ranks(count: number, compare: (a: number, b: number) => number): Int32Array {
  const order = Array.from({ length: count }, (_, number) => number).sort(compare);
  const rank = new Int32Array(count);
  for (let place = 0; place < count; place++) rank[order[place]] = place;
  return rank;
}

/** For each key its place in the order of code units. */
export function keyRanks(keys: readonly string[]): Int32Array {
  return ranks(keys.length, (a, b) => (keys[a] < keys[b] ? -1 : 1));
}

/** For each location its place in the order of mapping, address, lines. */
export function locationRanks(
  locations: readonly NumberedLocation[],
  mappingRank: Int32Array,
  functionRank: Int32Array,
): Int32Array {
  const mapping = ({ mapping }: NumberedLocation) => mappingRank[mapping] ?? -1;
  return ranks(locations.length, (i, j) => {
    const a = locations[i] as NumberedLocation;
    const b = locations[j] as NumberedLocation;
    return (
      mapping(a) - mapping(b) ||
      compareInt64(a.offset, b.offset) ||
      Number(a.isFolded) - Number(b.isFolded) ||
      compareLines(a, b, functionRank)
    );
  });
}

function compareLines(a: NumberedLocation, b: NumberedLocation, functionRank: Int32Array): number {
  for (let i = 0; i < Math.min(a.lines.length, b.lines.length); i++) {
    const left = a.lines[i] as NumberedLocation['lines'][number];
    const right = b.lines[i] as NumberedLocation['lines'][number];
    const difference =
      functionRank[left.fn] - functionRank[right.fn] || left.line - right.line || left.column - right.column;
    if (difference !== 0) return difference;
  }
  return a.lines.length - b.lines.length;
}

/**
 * Sorts samples, runs of a label set and a stack (leaf first), by stack from its root on, then by labels. Stacks with the same callers
 * come next to each other, which compresses better, and makes building a call tree faster.
 */
export function sortSamples(
  samples: Int32Array,
  runs: RunInterner,
  locationRank: Int32Array,
  labelRank: Int32Array,
): Int32Array {
  const starts = new Int32Array(samples.length + 1);
  for (let i = 0; i < samples.length; i++) {
    starts[i + 1] = starts[i] + runs.length(samples[i]) + 1;
  }
  const letters = new Int32Array(starts[samples.length]);
  for (let i = 0; i < samples.length; i++) {
    const sample = samples[i];
    spell(runs.integers, runs.start(sample), letters, starts[i], starts[i + 1], locationRank);
    letters[starts[i + 1] - 1] = labelRank[runs.at(sample, 0)];
  }
  return multikeyQuicksort({ letters, starts }).map((index) => samples[index]);
}

/**
 * Writes the word of the run that begins at `run`, but for its last letter, to where it is in `letters`.
 *
 * A function of its own, as V8 optimizes what is called often sooner than what takes long.
 */
function spell(
  integers: Int32Array,
  run: number,
  letters: Int32Array,
  start: number,
  end: number,
  locationRank: Int32Array,
): void {
  const depth = end - start - 2;
  for (let i = 0; i < depth; i++) letters[start + i] = locationRank[integers[run + depth - i]] + 1;
  letters[start + depth] = 0; // the end of a stack is less than any location
}
