import { type Int64, int64 } from '../../../profile/model/int64';
import {
  emptyProfile,
  type Fn,
  type Label,
  type Location,
  type Mapping,
  type Profile,
  type Sample,
} from '../../../profile/model/profile';
import type { Random } from './random';

const SAMPLE_TYPES = [
  { type: 'samples', unit: 'count' },
  { type: 'wall', unit: 'nanoseconds' },
];

/**
 * A profile with a bit of everything, drawn from few names and places, so that two of them have much in common:
 * inlined lines, several mappings at changing addresses, labels of both kinds, negative values and ones beyond 2^53.
 */
export function randomProfile(random: Random): Profile {
  const mappings = Array.from({ length: random.below(4) }, () => randomMapping(random));
  const functions = Array.from({ length: 1 + random.below(8) }, () => randomFunction(random));
  const locations = Array.from({ length: 1 + random.below(12) }, () => randomLocation(random, mappings, functions));
  return {
    ...emptyProfile(SAMPLE_TYPES.map((type) => ({ ...type }))),
    periodType: { type: 'wall', unit: 'nanoseconds' },
    period: random.pick([0, 10_000_000, 20_000_000]),
    timeNanos: random.pick<Int64>([0, 1_764_000_000_000_000_000n, 1_764_000_000_000_000_001n]),
    durationNanos: random.below(1000),
    comments: Array.from({ length: random.below(3) }, () => random.pick(['a comment', 'another one', 'ünï ✓ 🔥'])),
    defaultSampleType: random.pick(['', 'wall', 'samples']),
    dropFrames: random.pick(['', 'drop']),
    keepFrames: random.pick(['', 'keep']),
    docUrl: random.pick(['', 'https://example.com/a', 'https://example.com/b']),
    samples: Array.from({ length: random.below(20) }, () => randomSample(random, locations)),
    mappings,
  };
}

function randomMapping(random: Random): Mapping {
  const memoryStart = random.pick<Int64>([0, 0x400000, 0x7f0000000000, int64(0xffff_ffff_8000_0000n)]);
  return {
    memoryStart,
    memoryLimit: int64(BigInt(memoryStart) + BigInt(random.pick([0xfff, 0x1000, 0x1001]))),
    fileOffset: random.pick([0, 0x1000]),
    filename: random.pick(['', 'orders', 'abc']),
    buildId: random.pick(['', 'abc', 'def']),
    hasFunctions: random.chance(0.5),
    hasFilenames: random.chance(0.5),
    hasLineNumbers: random.chance(0.5),
    hasInlineFrames: random.chance(0.5),
  };
}

function randomFunction(random: Random): Fn {
  return {
    name: random.pick(['', 'handler', 'render', 'größe', '1:2']),
    systemName: random.pick(['', '_ZN6render']),
    filename: random.pick(['', '/var/task/index.js', 'node:fs']),
    startLine: random.pick([0, 1, 300]),
  };
}

function randomLocation(random: Random, mappings: readonly Mapping[], functions: readonly Fn[]): Location {
  const mapping = mappings.length > 0 && random.chance(0.8) ? random.pick(mappings) : undefined;
  return {
    mapping,
    address: int64(BigInt(mapping?.memoryStart ?? 0) + BigInt(random.below(3))),
    lines: Array.from({ length: random.below(4) }, () => ({
      fn: random.pick(functions),
      line: random.below(3),
      column: random.pick([0, 0, 70_000]),
    })),
    isFolded: random.chance(0.1),
  };
}

function randomSample(random: Random, locations: readonly Location[]): Sample {
  const value = () => random.pick<Int64>([0, 0, 1, -1, 127, 128, 300, 2 ** 31, 2 ** 53 - 1, -(2 ** 53 - 1), 2n ** 62n]);
  return {
    locations: Array.from({ length: random.below(6) }, () => random.pick(locations)),
    values: SAMPLE_TYPES.map(value),
    labels: Array.from({ length: random.below(3) }, () => randomLabel(random)),
  };
}

function randomLabel(random: Random): Label {
  const key = random.pick(['phase', 'version']);
  return random.chance(0.5)
    ? { key, str: random.pick(['init', 'invoke']) }
    : { key, num: random.pick<Int64>([1, 2, -(2n ** 63n)]), unit: random.pick(['', 'bytes']) };
}
