import { describe, expect, it } from 'vitest';
import { limits } from '../../lib/contract/limits';
import { MergeTooLargeError, ProfileMerger } from '../../profile/merge/merge';
import { decodeProfile } from '../../profile/pprof/decode';
import { MalformedProfileError } from '../../profile/pprof/malformed-profile-error';
import { readRecording } from '../../ui/recording';
import { inflatedFields } from './support/inflated';
import { bytes, int, message, strings, varint } from './support/proto-bytes';

/** More than enough of any field. */
const size = limits.strings * 8;
const sizeOf: Readonly<Record<string, number>> = { 'deep stacks': limits.stackFrames * 1.01 };

describe('R04: a field that is there more often than in any profile', () => {
  it.each(inflatedFields)('$name: is refused by decoder, merger and page', ({ name, content, refusedFor }) => {
    const input = content(sizeOf[name] ?? size);
    const merger = new ProfileMerger();
    for (const read of [decodeProfile, readRecording, (each: Uint8Array) => merger.addEncoded(each)]) {
      const refusal = refusalOf(() => read(input));
      expect(refusal).toBeInstanceOf(MalformedProfileError);
      expect(refusal?.message).toMatch(new RegExp(`more than [0-9,]+ ${refusedFor}, which no profile has`));
    }
    expect(merger.sampleCount).toBe(0);
  });

  it.each([
    ['one string', [limits.stringBytes + 1], 'a string of 1,048,577 bytes, longer than any profile has'],
    ['all strings', new Array<number>(129).fill(limits.stringBytes), 'more bytes of strings than any profile has'],
  ])('text: %s', (_, lengths, reason) => {
    const filled = lengths.map((length) =>
      Buffer.concat([bytes([...varint(6 * 8 + 2), ...varint(length)]), Buffer.alloc(length, 'x')]),
    );
    expect(() => decodeProfile(Buffer.concat([bytes(strings()), ...filled]))).toThrow(reason);
  });

  it('of merges: what the others leave no room for is refused, and the rest is merged', () => {
    const merger = new ProfileMerger();
    /** One stack of functions that have the longest names. */
    const profileOf = (first: string, count: number): Uint8Array => {
      const ids = Array.from({ length: count }, (_, i) => i + 1);
      const name = (id: number) => Buffer.alloc(limits.stringBytes, `${first}${id} `);
      return Buffer.concat([
        bytes(message(1), message(6)),
        ...ids.flatMap((id) => [bytes([...varint(6 * 8 + 2), ...varint(limits.stringBytes)]), name(id)]),
        ...ids.map((id) => bytes(message(5, int(1, id), int(2, id)))),
        bytes(message(4, int(1, 1), ...ids.map((id) => message(4, int(1, id))))),
        bytes(message(2, int(1, 1), int(2, 1))),
      ]);
    };
    merger.addEncoded(profileOf('a', 64));
    merger.addEncoded(profileOf('b', 62));
    expect(() => merger.addEncoded(profileOf('c', 3))).toThrow(MergeTooLargeError);
    merger.addEncoded(profileOf('d', 2));
    expect(merger.sampleCount).toBe(3);
  });

  it('label sets that are all different', () => {
    // Unknown fields of a label are different bytes, and no other labels.
    const sample = Uint8Array.from(
      message(2, message(2, [1]), message(3, int(1, 1), int(2, 1), message(60_000, 'x'.repeat(4_000)))),
    );
    const samples = Array.from({ length: Math.ceil(limits.labelBytes / 4_000) }, (_, i) => {
      const each = Buffer.from(sample);
      each.writeUInt32LE(i, each.length - 4);
      return each;
    });
    const input = Buffer.concat([bytes(message(1, int(1, 1)), strings('wall')), ...samples]);
    expect(() => decodeProfile(input)).toThrow('more bytes of different labels than any profile has');
  });
});

function refusalOf(read: () => unknown): Error | undefined {
  try {
    read();
  } catch (error) {
    return error as Error;
  }
  return undefined;
}
