import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Profile } from '../../profile/model/profile';
import { decodeProfile } from '../../profile/pprof/decode';
import { encodeProfile } from '../../profile/pprof/encode';
import { gunzip } from '../../ui/gunzip';
import { at, fn, profileOf, sample } from '../profile/support/profiles';
import { temporaryFolder } from '../support/temporary-folder';
import { packed, wallProfile } from './support/profiles';
import { runCommand } from './support/run-command';

const folder = temporaryFolder('foreign');
const run = (...args: string[]) => runCommand(args, { cwd: folder });

/** The profile in a page, as the page reads it. */
async function embedded(page: string): Promise<Profile> {
  const base64 = /"base64":"([^"]+)"/.exec(await readFile(join(folder, page), 'utf8'))?.[1] ?? '';
  return decodeProfile(await gunzip(new Uint8Array(Buffer.from(base64, 'base64'))));
}

const encoded = Buffer.from(encodeProfile(wallProfile()));
const parts = [encoded.subarray(0, 50), encoded.subarray(50, 51), encoded.subarray(51)];
const named = Buffer.concat([
  Buffer.from([0x1f, 0x8b, 8, 8 + 4, 0, 0, 0, 0, 0, 3, 2, 0, 9, 9]),
  Buffer.from('name\0'),
  gzipSync(encoded).subarray(10),
]);
const dropping: Profile = {
  ...profileOf(sample(5e6, at(fn('malloc')), at(fn('alpha')), at(fn('main')))),
  dropFrames: 'malloc|operator new',
};

beforeAll(async () => {
  await writeFile(join(folder, 'drop.pb.gz'), packed(dropping));
});

describe('B09: what view accepts the page can open', () => {
  it.each([
    ['several members', Buffer.concat(parts.map((part) => gzipSync(part)))],
    ['an empty member first', Buffer.concat([gzipSync(''), gzipSync(encoded)])],
    ['an empty member last, as bgzip writes it', Buffer.concat([gzipSync(encoded), gzipSync('')])],
    ['zeros behind it', Buffer.concat([gzipSync(encoded), Buffer.alloc(512)])],
    ['something else behind zeros', Buffer.concat([gzipSync(encoded), Buffer.from('\0something else')])],
    ['a name and more in its header', named],
    ['no compression', encoded],
  ])('%s', async (what, bytes) => {
    const name = what.replace(/\W+/g, '-');
    await writeFile(join(folder, name), bytes);
    expect((await run('top', name)).stdout).toContain('render');
    const viewed = await run('view', name, '--html', `${name}.html`);
    expect(viewed.code, viewed.stderr).toBe(0);
    expect(await embedded(`${name}.html`)).toEqual(wallProfile());
  });
});

it('B09: what is no gzip behind a member is refused by all, as by Go', async () => {
  await writeFile(join(folder, 'else'), Buffer.concat([gzipSync(encoded), Buffer.from('something else')]));
  for (const args of [
    ['top', 'else'],
    ['view', 'else', '--html', 'else.html'],
  ]) {
    const { code, stderr } = await run(...args);
    expect([code, stderr]).toEqual([1, expect.stringContaining('its gzip data is damaged')]);
  }
});

describe('B11: frames that a profile drops itself', () => {
  const note = 'drop.pb.gz: its drop_frames hides 1 function and its callees; --all-frames shows all.\n';

  it.each([['top'], ['export', '--format', 'folded'], ['export', '--format', 'json']])(
    'are left out, which is said: %s',
    async (...command) => {
      const { stdout, stderr } = await run(...command, 'drop.pb.gz');
      expect([stdout.includes('alpha'), stdout.includes('malloc'), stderr]).toEqual([true, false, note]);
      const all = await run(...command, 'drop.pb.gz', '--all-frames');
      expect([all.stdout.includes('malloc'), all.stderr]).toEqual([true, '']);
    },
  );

  it('are there in pprof, and for the page, which leaves them out itself', async () => {
    await run('export', 'drop.pb.gz', '--format', 'pprof', '--out', 'out.pb.gz');
    expect(decodeProfile(gunzipSync(await readFile(join(folder, 'out.pb.gz'))))).toEqual(dropping);
    await run('export', 'drop.pb.gz', '--format', 'html', '--out', 'exported.html');
    await run('view', 'drop.pb.gz', '--html', 'viewed.html');
    await run('view', 'drop.pb.gz', '--html', 'all.html', '--all-frames');
    await run('export', 'drop.pb.gz', '--format', 'html', '--out', 'exported-all.html', '--all-frames');
    const dropFrames = async (page: string) => (await embedded(page)).dropFrames;
    expect(await dropFrames('exported.html')).toBe(dropping.dropFrames);
    expect(await dropFrames('viewed.html')).toBe(dropping.dropFrames);
    expect(await dropFrames('all.html')).toBe('');
    expect(await dropFrames('exported-all.html')).toBe('');
  });
});

it('A difference is refused by formats that hold nothing negative, with those that do', async () => {
  await writeFile(join(folder, 'difference.pb.gz'), packed(profileOf(sample(-5e6, at(fn('alpha'))))));
  for (const format of ['cpuprofile', 'folded', 'speedscope']) {
    const { code, stderr } = await run('export', 'difference.pb.gz', '--format', format);
    expect(code).toBe(1);
    expect(stderr).toMatch(/cannot hold negative values, and difference.pb.gz has some/);
  }
  expect((await run('top', 'difference.pb.gz')).stdout).toMatch(/-5 ms +-100%/);
});
