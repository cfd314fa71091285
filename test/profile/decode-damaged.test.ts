import { describe, expect, it } from 'vitest';
import type { Profile } from '../../profile/model/profile';
import { decodeProfile } from '../../profile/pprof/decode';
import { encodeProfile } from '../../profile/pprof/encode';
import { MalformedProfileError } from '../../profile/pprof/malformed-profile-error';
import { WireReader } from '../../profile/pprof/wire-reader';
import { fuzz } from './support/fuzz';
import { encodeWithOracle } from './support/oracle';
import { int, varint } from './support/proto-bytes';
import { Random } from './support/random';
import { randomProfile } from './support/random-profile';

/** The profile, or the error; anything but a MalformedProfileError goes through. */
function attempt(bytes: Uint8Array): Profile | MalformedProfileError {
  try {
    return decodeProfile(bytes);
  } catch (error) {
    if (error instanceof MalformedProfileError) return error;
    throw error;
  }
}

describe('A profile that is cut off', () => {
  it('is refused wherever the cut is, if it was written here', () => {
    for (let seed = 0; seed < 20; seed++) {
      const whole = encodeProfile(randomProfile(new Random(seed)));
      for (let length = 0; length < whole.length; length++) {
        const result = attempt(whole.subarray(0, length));
        expect(result, `seed ${seed}, first ${length} bytes`).toBeInstanceOf(MalformedProfileError);
      }
    }
  });

  // pprof-format writes the header after the string table; with no text of its own there, all of it can get lost.
  it('of another producer is refused, unless nothing but a header is cut off', () => {
    const header = { comments: [], defaultSampleType: '', docUrl: '', dropFrames: '', keepFrames: '' };
    const profile = { ...randomProfile(new Random(5)), ...header, timeNanos: 1, durationNanos: 1, period: 1 };
    const whole = encodeWithOracle(profile);
    const accepted: number[] = [];
    for (let length = 0; length < whole.length; length++) {
      const result = attempt(whole.subarray(0, length));
      if (result instanceof MalformedProfileError) continue;
      accepted.push(length);
      expect(result.samples).toEqual(profile.samples);
      expect(result.mappings).toEqual(profile.mappings);
    }
    expect(accepted).toEqual(fieldsAfterStringTable(whole));
  });
});

describe('A profile that is damaged', () => {
  it('is either refused or consistent enough to be written again, by decoder and merger alike, in no time', () => {
    const { inputs, accepted, refused } = fuzz(3000, 2024, { inflated: false });
    expect(inputs).toBe(3000);
    expect(refused).toBeGreaterThan(inputs / 4);
    expect(accepted).toBeGreaterThan(inputs / 100);
  });

  it('cannot make the reader allocate for a size that it merely claims', () => {
    const absurd = [2 ** 31, 2 ** 40, 2n ** 63n, -1];
    for (const field of [1, 2, 3, 4, 5, 6, 11, 13, 99]) {
      for (const length of absurd) {
        const input = Uint8Array.from([...varint(field * 8 + 2), ...varint(length), ...int(1, 1)]);
        expect(attempt(input)).toBeInstanceOf(MalformedProfileError);
      }
    }
  });
});

/** Where the top-level fields after the last string begin. */
function fieldsAfterStringTable(bytes: Uint8Array): number[] {
  const reader = new WireReader(bytes);
  let starts: number[] = [];
  while (reader.nextField()) {
    starts = reader.field === 6 ? [] : [...starts, reader.fieldStart];
    reader.skip();
  }
  return starts;
}
