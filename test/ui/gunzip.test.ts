import { gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { gunzip } from '../../ui/gunzip';

const bytes = (text: string) => new Uint8Array(Buffer.from(text));
const gzipped = (text: string) => new Uint8Array(gzipSync(text));

it('gzip is inflated', async () => {
  const text = 'profile '.repeat(100_000);
  expect(Buffer.from(await gunzip(gzipped(text))).toString()).toBe(text);
});

it('what is not gzip stays as it is', async () => {
  expect(await gunzip(bytes('profile'))).toEqual(bytes('profile'));
  expect(await gunzip(new Uint8Array())).toEqual(new Uint8Array());
});

it('a file that inflates to more than the limit is refused', async () => {
  const bomb = gzipped('\0'.repeat(1_000_000));
  expect(bomb.length).toBeLessThan(2_000);
  await expect(gunzip(bomb, 100_000)).rejects.toThrow('inflates to more than 100000 bytes');
  expect((await gunzip(bomb, 1_000_000)).length).toBe(1_000_000);
});

it('gzip that is cut off or broken is refused', async () => {
  const whole = gzipped('profile '.repeat(1_000));
  await expect(gunzip(whole.slice(0, -12))).rejects.toThrow('broken or cut off');
  const broken = whole.map((byte, i) => (i > 10 ? byte ^ 0xff : byte));
  await expect(gunzip(broken)).rejects.toThrow('broken or cut off');
});
