import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../../support/temporary-folder';
import { packed, wallProfile } from '../../support/profiles';
import { runCommand } from '../../support/run-command';

const folder = temporaryFolder('view');
beforeAll(async () => {
  await mkdir(join(folder, 'src'));
  await writeFile(join(folder, 'src/index.ts'), 'text as it is here');
  await writeFile(join(folder, 'own.pb.gz'), packed(wallProfile({ file: 'src/index.ts' })));
  await writeFile(join(folder, 'page.html'), '<html>');
  await mkdir(join(folder, 'out/S/F'), { recursive: true });
  await writeFile(join(folder, 'out/S/F/wall.consolidated.pb.gz'), packed(wallProfile({ file: 'src/index.ts' })));
  await writeFile(
    join(folder, 'out/S/F/wall.sources.json.gz'),
    gzipSync(JSON.stringify({ 'src/index.ts': 'text as it was deployed' })),
  );
});

const run = (...args: string[]) => runCommand(args, { cwd: folder });
const merged = 'out/S/F/wall.consolidated.pb.gz';

describe.concurrent('profiled-fn view', () => {
  it.each([
    ['own.pb.gz', 'text as it is here'],
    [merged, 'text as it was deployed'],
  ])('of %s shows the %s', async (file, text) => {
    const page = `${text.replaceAll(' ', '-')}.html`;
    expect((await run('view', file, '--html', page, '--embed-sources')).code).toBe(0);
    expect(await readFile(join(folder, page), 'utf8')).toContain(text);
    const exported = await run('export', file, '--format', 'html', '--focus', 'render', '--embed-sources');
    expect(exported.stdout).toContain(text);
  });

  it('puts what fetch has kept into a page, and files of the folder only where they are asked for', async () => {
    const kept = await run('view', merged, '--html', 'kept.html');
    expect(kept.stderr).toMatch(/^Page written/);
    expect(await readFile(join(folder, 'kept.html'), 'utf8')).toContain('text as it was deployed');
    const foreign = await run('view', 'own.pb.gz', '--html', 'foreign.html');
    const note = 'Note: the text of 1 source file in this folder is not in the page; --embed-sources adds it.\n';
    expect(foreign.stderr.startsWith(note)).toBe(true);
    expect(await readFile(join(folder, 'foreign.html'), 'utf8')).not.toContain('text as it is here');
    const exported = await run('export', 'own.pb.gz', '--format', 'html');
    expect([exported.stdout.includes('text as it is here'), exported.stderr]).toEqual([false, note]);
  });

  it('shows what can be read, and names the rest', async () => {
    const { code, stderr } = await run('view', 'page.html', 'own.pb.gz', 'nope.pb.gz', '--html', 'part.html');
    expect(code).toBe(0);
    expect(stderr).toMatch(
      /^Left out: page\.html cannot be read: .*\nLeft out: There is no file nope\.pb\.gz\.\nNote: .*\nPage written: part\.html/,
    );
  });

  it('takes the source files beside a profile for what they are', async () => {
    const beside = 'out/S/F/wall.sources.json.gz';
    const { code, stderr } = await run('view', merged, beside, '--html', 'all.html');
    expect([code, stderr]).toEqual([0, expect.stringMatching(/^Page written: all\.html/)]);
    expect((await run('view', beside, '--html', 'none.html')).stderr).toMatch(
      /^profiled-fn: out\/S\/F\/wall\.sources\.json\.gz cannot be read: /,
    );
  });
});
