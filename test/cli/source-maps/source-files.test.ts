import { mkdir, readdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import { keepSources, sourcesAtHand } from '../../../cli/source-maps/source-files';
import { at, fn, profileOf, sample } from '../../profile/support/profiles';
import { temporaryFolder } from '../../support/temporary-folder';

const folder = temporaryFolder('source-files');
beforeAll(async () => {
  await mkdir(join(folder, 'project/src'), { recursive: true });
  await mkdir(join(folder, 'project/.secret'));
  await Promise.all(
    [
      'outside.ts',
      'project/src/a.ts',
      'project/src/b.ts',
      'project/.env.ts',
      'project/.secret/c.ts',
      'project/key',
    ].map((file) => writeFile(join(folder, file), `// ${file}`)),
  );
  await symlink(join(folder, 'outside.ts'), join(folder, 'project/src/link.ts'));
});

const naming = (...files: string[]) => profileOf(...files.map((file) => sample(1, at(fn('f', file)))));
const textsOf = async (file: string, ...names: string[]) =>
  Object.fromEntries(await sourcesAtHand(join(folder, file), naming(...names), join(folder, 'project')));

describe('The text of source files', () => {
  it('lies beside the merged profile, and is taken before what is in the folder', async () => {
    const file = join(folder, 'out/wall.consolidated.pb.gz');
    await keepSources(file, new Map([['src/a.ts', 'as it was deployed']]));
    expect(await textsOf('out/wall.consolidated.pb.gz', 'src/a.ts', 'src/b.ts')).toEqual({
      'src/a.ts': 'as it was deployed',
      'src/b.ts': '// project/src/b.ts',
    });
    await keepSources(file, new Map());
    expect(await readdir(join(folder, 'out'))).toEqual([]);
  });

  it('is that of the folder where nothing was kept, by relative and absolute names', async () => {
    const absolute = join(folder, 'project/src/b.ts');
    expect(await textsOf('cpu.pprof', 'src/a.ts', absolute)).toEqual({
      'src/a.ts': '// project/src/a.ts',
      [absolute]: '// project/src/b.ts',
    });
  });

  it.each([
    '../outside.ts',
    'src/../../outside.ts',
    'src/link.ts',
    '/etc/passwd',
    '.env.ts',
    '.secret/c.ts',
    'src/../.secret/c.ts',
    'key',
    'src',
    '',
    'src/a.ts\0',
  ])('is not read for a profile that names %j', async (name) => {
    expect(await textsOf('cpu.pprof', name)).toEqual({});
  });

  it.each([
    ['damaged', Buffer.from('{}')],
    ['no JSON', gzipSync('x')],
    ['no texts', gzipSync('{"src/n.ts": 1}')],
    ['null', gzipSync('null')],
    ['a bomb', gzipSync(Buffer.alloc(2 ** 26))],
  ])('is as good as absent where what was kept is %s', async (_, content) => {
    await writeFile(join(folder, 'bad.sources.json.gz'), content);
    expect(await textsOf('bad.consolidated.pb.gz', 'src/n.ts')).toEqual({});
  });
});
