import { TASK_ROOT } from '../lib/contract/places';
import { emptyProfile, type Fn, type Label, type Location, type Profile, type Sample } from '../profile/model/profile';

const PACKAGES = ['@aws-sdk/client-s3', '@smithy/core', 'express', 'zod', 'lodash', 'pg', 'undici', 'jose'];

/** What the call tree of a generated profile is like. */
export interface GeneratedShape {
  /** How many functions it has. */
  functions: number;
  /** Frames of a stack, about. */
  meanDepth: number;
}

/**
 * A wall profile of `stacks` different stacks, the same each time: a call tree that branches near its leaves, as real
 * ones do, of functions in the user's files, packages and Node.js, with the labels of an invocation.
 */
export function generatedProfile(
  stacks: number,
  { functions, meanDepth }: GeneratedShape = { functions: 4000, meanDepth: 30 },
): Profile {
  const random = generator(stacks);
  const below = (limit: number): number => Math.floor(random() * limit);
  const locations = Array.from({ length: functions }, (_, i) => locationOf(i));
  const labelSets = Array.from({ length: 24 }, (_, i) => labelSet(i));
  const seen = new Set<string>();
  const samples: Sample[] = [];
  let path: number[] = [0];
  while (samples.length < stacks) {
    // Back a few calls from the stack before, and on another way from there.
    const keep = Math.max(1, path.length - 1 - Math.floor(-Math.log(1 - random()) * 6));
    path = path.slice(0, keep);
    const depth = Math.max(keep + 1, meanDepth + below(21) - 10);
    while (path.length < depth) {
      const caller = path[path.length - 1] ?? 0;
      // A function calls few others.
      path.push((caller * 7 + 1 + Math.floor(random() ** 3 * 12)) % functions);
    }
    const key = path.join();
    if (seen.has(key)) continue;
    seen.add(key);
    const count = 1 + Math.floor(random() ** 8 * 200);
    samples.push({
      locations: path.map((fn) => locations[fn]).reverse(),
      values: [count, random() < 0.3 ? 0 : count * 1e7, count * 1e7],
      labels: labelSets[below(labelSets.length)],
    });
  }
  return {
    ...emptyProfile([
      { type: 'samples', unit: 'count' },
      { type: 'cpu', unit: 'nanoseconds' },
      { type: 'wall', unit: 'nanoseconds' },
    ]),
    defaultSampleType: 'wall',
    samples,
  };
}

function locationOf(i: number): Location {
  const fn: Fn = { name: `function${i}`, systemName: '', filename: fileOf(i), startLine: 1 + ((i * 37) % 900) };
  return { address: 0, isFolded: false, lines: [{ fn, line: fn.startLine, column: 0 }] };
}

function fileOf(i: number): string {
  if (i % 10 === 0) return `node:internal/module${i % 30}`;
  if (i % 3 === 0) return `${TASK_ROOT}/src/module${i % 60}.ts`;
  return `${TASK_ROOT}/node_modules/${PACKAGES[i % PACKAGES.length]}/dist/file${i % 50}.js`;
}

function labelSet(i: number): Label[] {
  return [
    { key: 'cold_start', str: i % 8 === 0 ? 'true' : 'false' },
    { key: 'outcome', str: i % 12 === 5 ? 'error' : 'ok' },
    { key: 'version', str: String(41 + (i % 3)) },
  ];
}

/** mulberry32. */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
