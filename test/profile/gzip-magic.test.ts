import { gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { isGzip } from '../../profile/pprof/gzip-magic';

it('gzip is told from anything else by its first two bytes', () => {
  expect(isGzip(gzipSync('text'))).toBe(true);
  expect(isGzip(Uint8Array.of(0x1f))).toBe(false);
  expect(isGzip(Uint8Array.of(0x0a, 0x8b))).toBe(false);
  expect(isGzip(new Uint8Array())).toBe(false);
});
