import { decodeProfile } from '../../profile/decode';
import { encodeProfile } from '../../profile/encode';
import { MalformedProfileError } from '../../profile/malformed-profile-error';
import { ProfileMerger } from '../../profile/merge';
import { IncompatibleProfilesError } from '../../profile/merge-header';
import type { Profile } from '../../profile/model';
import { damaged } from './damage';
import { encodeWithOracle } from './oracle';
import { Random } from './random';
import { randomProfile } from './random-profile';

/** What became of the inputs. */
export interface FuzzCounts {
  inputs: number;
  /** Profiles all the same. */
  accepted: number;
  refused: number;
}

/** Longest that one input may take, milliseconds: they have some hundred bytes. */
const longest = 2000;

/**
 * Gives `count` damaged profiles to the decoder and to a merger.
 *
 * @throws Error that tells how to repeat it, where one of them fails with anything but a MalformedProfileError, takes too
 *   long, accepts what the other refuses, or where a refused profile changes what has been merged
 */
export function fuzz(count: number, seed: number): FuzzCounts {
  const counts: FuzzCounts = { inputs: 0, accepted: 0, refused: 0 };
  for (let round = 0; counts.inputs < count; round++) {
    const random = new Random(seed + round);
    const profile = randomProfile(random);
    const original = random.chance(0.7) ? encodeProfile(profile) : encodeWithOracle(profile);
    const merger = new ProfileMerger();
    merger.addEncoded(original);
    for (let i = 0; i < 100 && counts.inputs < count; i++) {
      const input = damaged(original, random);
      try {
        counts[tryInput(input, merger) ? 'accepted' : 'refused']++;
      } catch (error) {
        const hex = Buffer.from(input).toString('hex');
        throw new Error(`--seed ${seed + round} --count 100, input ${i} (${hex})`, { cause: error });
      }
      counts.inputs++;
    }
  }
  return counts;
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
  if (took > longest) throw new Error(`It took ${took.toFixed(0)} ms`);
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
