import { limits } from '../../../lib/contract/limits';
import { ProfileMerger } from '../../../profile/merge/merge';
import type { Profile } from '../../../profile/model/profile';
import { IncompatibleProfilesError } from '../../../profile/model/profile-header';
import { decodeProfile } from '../../../profile/pprof/decode';
import { encodeProfile } from '../../../profile/pprof/encode';
import { MalformedProfileError } from '../../../profile/pprof/malformed-profile-error';
import { damaged } from './damage';
import { inflatedFields } from './inflated';
import { encodeWithOracle } from './oracle';
import { Random } from './random';
import { randomProfile } from './random-profile';

/** What became of the inputs. */
export interface FuzzCounts {
  inputs: number;
  /** Profiles all the same. */
  accepted: number;
  refused: number;
  /** The most that an input took: milliseconds, and bytes more of resident memory than before it. */
  time: number;
  memory: number;
}

/** Longest that one input may take, milliseconds: most have some hundred bytes, and inflated ones some ten megabytes. */
const longest = 2_000;
const longestInflated = 20_000;

/** Most memory that one input may take, bytes: the limits of the format let it be so much, see `limits.ts`. */
const mostMemory = 2 * limits.bytes;

/** One input of so many has a field inflated, to so many bytes at most. */
const inflatedOf = 5_000;
const mostInflated = 96 * 2 ** 20;

/**
 * Gives `count` damaged profiles to the decoder and to a merger.
 *
 * @param inflated - whether some have a field over and over: takes longer
 *
 * @throws Error that shows how to repeat it, where one of them fails with anything but a MalformedProfileError, takes too
 *   long, or too much memory, accepts what the other refuses, or where a refused profile changes what has been merged
 */
export function fuzz(count: number, seed: number, { inflated = true } = {}): FuzzCounts {
  const counts: FuzzCounts = { inputs: 0, accepted: 0, refused: 0, time: 0, memory: 0 };
  for (let round = 0; counts.inputs < count; round++) {
    const random = new Random(seed + round);
    const profile = randomProfile(random);
    const original = random.chance(0.7) ? encodeProfile(profile) : encodeWithOracle(profile);
    const merger = new ProfileMerger();
    merger.addEncoded(original);
    for (let i = 0; i < 100 && counts.inputs < count; i++) {
      const isInflated = inflated && random.below(inflatedOf) === 0;
      const input = isInflated ? inflate(original, random) : damaged(original, random);
      const memory = process.memoryUsage.rss();
      const start = performance.now();
      try {
        counts[tryInput(input, merger) ? 'accepted' : 'refused']++;
        counts.time = Math.max(counts.time, performance.now() - start);
        counts.memory = Math.max(counts.memory, process.memoryUsage.rss() - memory);
        if (counts.memory > mostMemory) throw new Error(`It took ${(counts.memory / 2 ** 20).toFixed(0)} MB`);
      } catch (error) {
        const content = isInflated ? `${input.length} bytes, inflated` : Buffer.from(input).toString('hex');
        throw new Error(`--seed ${seed + round} --count 100, input ${i} (${content})`, { cause: error });
      }
      counts.inputs++;
    }
  }
  return counts;
}

/** `original` with one of the fields that can be repeated there any number of times. */
function inflate(original: Uint8Array, random: Random): Uint8Array {
  const { content } = random.pick(inflatedFields);
  const field = content(1 + random.below(mostInflated));
  return random.chance(0.5) ? field : Buffer.concat([original, field]);
}

/** Whether decoder and merger accept `input`. */
function tryInput(input: Uint8Array, merger: ProfileMerger): boolean {
  const start = performance.now();
  const decoded = orRefusal(() => decodeProfile(input));
  const alone = new ProfileMerger();
  const merged = orRefusal(() => alone.addEncoded(input));
  if (describe(decoded) !== describe(merged)) {
    throw new Error(`The decoder says "${describe(decoded)}", the merger "${describe(merged)}"`);
  }
  if (decoded instanceof MalformedProfileError) {
    const before = merger.sampleCount;
    orRefusal(() => merger.addEncoded(input));
    if (merger.sampleCount !== before) throw new Error('A refused profile has changed what was merged');
  } else {
    encodeProfile(decoded as Profile);
    const again = new ProfileMerger();
    again.addMerged(alone);
    if (!Buffer.from(again.finish().encoded()).equals(alone.finish().encoded()))
      throw new Error('Merged once more it is another profile');
    addIfCompatible(merger, input);
  }
  const took = performance.now() - start;
  if (took > (input.length > 2 ** 20 ? longestInflated : longest)) throw new Error(`It took ${took.toFixed(0)} ms`);
  return !(decoded instanceof MalformedProfileError);
}

function orRefusal<T>(read: () => T): T | MalformedProfileError {
  try {
    return read();
  } catch (error) {
    if (error instanceof MalformedProfileError) return error;
    throw error;
  }
}

function describe(result: unknown): string {
  return result instanceof MalformedProfileError ? result.message : 'accepted';
}

function addIfCompatible(merger: ProfileMerger, input: Uint8Array): void {
  try {
    merger.addEncoded(input);
  } catch (error) {
    if (!(error instanceof IncompatibleProfilesError)) throw error;
  }
}
