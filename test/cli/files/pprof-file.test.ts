import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { inflatedAhead } from '../../../cli/files/pprof-file';

const noise = (length: number) => Uint8Array.from({ length }, (_, i) => (i * 7919) % 251);

describe('What is inflated ahead of time', () => {
  it.each([0, 1, 100, 3_000, 5_000, 200_000])('is its content, in a buffer of its own: %i bytes', async (length) => {
    const content = noise(length);
    const inflated = inflatedAhead(gzipSync(content));
    expect(Buffer.compare(inflated, content)).toBe(0);
    // Handing it over takes nothing else away: neither another's content nor Node.js's pool of small buffers.
    const others = [inflatedAhead(gzipSync(content)), Buffer.from('pooled')];
    structuredClone(inflated, { transfer: [inflated.buffer] });
    expect(inflated.length).toBe(0);
    expect(others.map(({ length }) => length)).toEqual([length, 6]);
  });

  it.each<[string, Uint8Array]>([
    ['is not gzipped', noise(100)],
    ['is empty', new Uint8Array()],
    ['is damaged', gzipSync(noise(5_000)).subarray(0, 60)],
    ['is large', gzipSync(new Uint8Array(5 * 1024 * 1024))],
    ['is larger than it says', Buffer.concat([gzipSync(new Uint8Array(5 * 1024 * 1024)), gzipSync(noise(10))])],
    ['was gzipped twice', gzipSync(gzipSync(noise(100)))],
  ])('is left as it is where it %s', async (_what, bytes) => {
    const copy = inflatedAhead(bytes);
    expect(Buffer.compare(copy, bytes)).toBe(0);
    expect(copy.buffer).not.toBe(bytes.buffer);
  });
});
