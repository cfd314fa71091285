import { mkdir, readdir, stat, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { openCache, trimCache } from '../../../cli/snapshots/cache';
import { folderOfTest } from '../../support/temporary-folder';

let folder: string;
beforeEach(async () => {
  folder = folderOfTest('cache');
});

const object = (key: string, size = 100) => ({ key, etag: `"${key}"`, size });
const content = (size = 100) => ({ bytes: new Uint8Array(size).fill(7), metadata: { version: '42' } });

async function filesOf(): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true });
  const files = await Promise.all(
    entries.map(async (name) => ((await stat(join(folder, name))).isFile() ? [join(folder, name)] : [])),
  );
  return files.flat();
}

describe('openCache', () => {
  it('gives back what was written, and nothing for another ETag, length or bucket', async () => {
    const cache = openCache(folder, 'bucket');
    await cache.write(object('a'), content());
    expect(await cache.read(object('a'))).toMatchObject({ metadata: { version: '42' } });
    expect((await cache.read(object('a')))?.bytes).toHaveLength(100);
    expect(await cache.read({ ...object('a'), etag: '"b"' })).toBeUndefined();
    expect(await cache.read(object('a', 99))).toBeUndefined();
    expect(await openCache(folder, 'other').read(object('a'))).toBeUndefined();
    expect([await cache.has(object('a')), await cache.has(object('b'))]).toEqual([true, false]);
  });

  it.each(['../../../escaped', `${'k'.repeat(1024)}`, 'with\u0000zero and \u001b[2J', 'ü/😀', ''])(
    'makes no path of the key %j',
    async (key) => {
      const cache = openCache(folder, 'bucket');
      await cache.write(object(key), content());
      expect(await cache.read(object(key))).toBeDefined();
      const [file = ''] = await filesOf();
      expect(file.slice(folder.length)).toMatch(/^\/[0-9a-f]{2}\/[0-9a-f]{64}$/);
    },
  );

  it('takes a file that is cut or of something else for absent', async () => {
    const cache = openCache(folder, 'bucket');
    await cache.write(object('a'), content());
    const [file = ''] = await filesOf();
    for (const damaged of ['', '{"etag":"\\"a\\""', '{"etag":"\\"a\\"","metadata":{}}\nshort', '\u0000\u0001\n']) {
      await writeFile(file, damaged);
      expect(await cache.read(object('a'))).toBeUndefined();
    }
  });
});

describe('trimCache', () => {
  /** A file of the cache that was written so many minutes ago. */
  async function aged(name: string, size: number, minutes: number): Promise<string> {
    const path = join(folder, name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, Buffer.alloc(size));
    const then = new Date(Date.now() - minutes * 60_000);
    await utimes(path, then, then);
    return path;
  }

  it('removes what was downloaded first until the rest fits', async () => {
    await aged('aa/1', 400, 30);
    const newer = [await aged('bb/2', 400, 20), await aged('aa/3', 400, 10)];
    expect(trimCache(folder, 1000)).toBe(400);
    expect((await filesOf()).sort()).toEqual(newer.sort());
    expect(trimCache(folder, 1000)).toBe(0);
    expect(trimCache(folder, 0)).toBe(800);
    expect(await filesOf()).toEqual([]);
  });

  it('removes what a killed run has left, but not what another is writing', async () => {
    await aged('aa/1.17-ab.tmp', 10, 60 * 25);
    const underway = await aged('aa/2.18-cd.tmp', 10, 1);
    expect(trimCache(folder, 1000)).toBe(10);
    expect(await filesOf()).toEqual([underway]);
  });

  it('may run twice at a time, beside runs that read and write', async () => {
    const cache = openCache(folder, 'bucket');
    const names = Array.from({ length: 50 }, (_, i) => object(`k${i}`));
    await Promise.all([
      ...names.map((each) => cache.write(each, content())),
      trimCache(folder, 2000),
      trimCache(folder, 2000),
      ...names.map((each) => cache.read(each)),
    ]);
    trimCache(folder, 2000);
    const left = await Promise.all(names.map((each) => cache.read(each)));
    const whole = left.filter((each) => each !== undefined);
    expect(whole.length).toBeGreaterThan(0);
    expect(whole.every(({ bytes }) => bytes.length === 100)).toBe(true);
  });

  it('has nothing to do where there is no cache', async () => {
    expect(trimCache(join(folder, 'none'))).toBe(0);
  });
});
