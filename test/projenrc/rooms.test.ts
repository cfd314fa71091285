import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, posix } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { roomRows, rooms, toolRooms } from '../../projenrc/rooms';

const root = join(import.meta.dirname, '../..');
const all = { ...rooms, ...toolRooms };
const names = Object.keys(all);
const topFolders = [...new Set(names.map((name) => name.split('/')[0]))];

/** What the linter says of a tree with these files, by file. */
function lint(files: Record<string, string>): Map<string, string[]> {
  const folder = mkdtempSync(join(tmpdir(), 'rooms-'));
  try {
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(join(folder, dirname(name)), { recursive: true });
      writeFileSync(join(folder, name), text);
    }
    const config = readFileSync(join(root, 'biome.jsonc'), 'utf8').replace(
      '"useIgnoreFile": true',
      '"useIgnoreFile": false',
    );
    writeFileSync(join(folder, 'biome.jsonc'), config);
    const args = ['lint', '--reporter=json', '--max-diagnostics=none', '.'];
    const { stdout } = spawnSync(join(root, 'node_modules/.bin/biome'), args, { cwd: folder, encoding: 'utf8' });
    const { diagnostics } = JSON.parse(stdout) as {
      diagnostics: { category: string; location: { path: string } }[];
    };
    const byFile = new Map<string, string[]>();
    for (const { category, location } of diagnostics) {
      const path = location.path.replace(/^\.\//, '');
      byFile.set(path, [...(byFile.get(path) ?? []), category]);
    }
    return byFile;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** A file in a room that imports `target`, a path of the repository or a package. */
function importing(file: string, target: string): string {
  const isPackage = !names.includes(target) && !target.includes('/') ? target.includes(':') : target.startsWith('@');
  const path = posix.relative(dirname(file), `${target}/any`);
  const name = isPackage ? target : path.startsWith('.') ? path : `./${path}`;
  return `import type { Any } from '${name}';\n\nexport type Own = Any;\n`;
}

/** Whether the table lets `room` import the room `other`, or a part of it. */
function mayImportRoom(room: string, other: string): boolean {
  const { imports } = all[room] as { imports: string[] };
  return imports.some((each) => other === each || other.startsWith(`${each}/`));
}

const pairs = names
  .flatMap((from) =>
    names
      .filter((to) => to !== from && !to.startsWith(`${from}/`))
      .flatMap((to) => ['', 'deep/', 'deep/down/'].map((below) => ({ from, to, below }))),
  )
  .filter(({ from, below }) => below === '' || !('isShell' in (all[from] as object)));

describe('the linter', () => {
  let found: Map<string, string[]>;
  const fileOf = ({ from, to, below }: (typeof pairs)[number]) => `${from}/${below}to-${to.replaceAll('/', '-')}.ts`;

  beforeAll(() => {
    const files = pairs.map((pair) => [fileOf(pair), importing(fileOf(pair), pair.to)] as const);
    found = lint({
      ...Object.fromEntries(files),
      'cli/fetch/one.ts': "import type { Two } from './two';\n\nexport type One = Two | 1;\n",
      'cli/fetch/two.ts': "import type { One } from './one';\n\nexport type Two = One[];\n",
      'profile/package.ts': "import { readFile } from 'node:fs/promises';\n\nexport const read = readFile;\n",
      'runtime/package.ts': "import { readFile } from 'node:fs/promises';\n\nexport const read = readFile;\n",
      'runtime/library.ts': "import { S3Client } from '@aws-sdk/client-s3';\n\nexport const client = S3Client;\n",
    });
  });

  it.each(names)('lets %s import other rooms as the table says, wherever its files are', (from) => {
    const wrong = pairs
      .filter((pair) => pair.from === from)
      .filter((pair) => {
        const isRefused = found.get(fileOf(pair))?.includes('lint/style/noRestrictedImports') ?? false;
        return isRefused === mayImportRoom(pair.from, pair.to);
      });
    expect(wrong).toEqual([]);
  });

  it('refuses imports that go round in a circle, of types too', () => {
    expect(found.get('cli/fetch/one.ts')).toContain('lint/suspicious/noImportCycles');
  });

  it('refuses packages that a room may not import', () => {
    expect(found.get('profile/package.ts')).toContain('lint/style/noRestrictedImports');
    expect(found.get('runtime/package.ts') ?? []).not.toContain('lint/style/noRestrictedImports');
    expect(found.get('runtime/library.ts')).toContain('lint/style/noRestrictedImports');
  });
});

describe('the table of rooms', () => {
  it('names rooms that are there', () => {
    expect(names.filter((name) => !existsSync(join(root, name)))).toEqual([]);
  });

  it.each(topFolders.filter((folder) => 'isShell' in (all[folder] as object)))('has all folders of %s', (folder) => {
    const folders = readdirSync(join(root, folder), { withFileTypes: true }).filter((each) => each.isDirectory());
    expect(folders.map(({ name }) => `${folder}/${name}`).filter((name) => !names.includes(name))).toEqual([]);
  });

  it('has no circle', () => {
    const behind = new Set<string>();
    for (let left = names; left.length > 0; ) {
      const next = left.filter((name) => names.every((other) => !mayImportRoom(name, other) || behind.has(other)));
      expect(next, `a circle in ${left.join(', ')}`).not.toEqual([]);
      for (const name of next) behind.add(name);
      left = left.filter((name) => !behind.has(name));
    }
  });

  it('is the one in docs/architecture.md', () => {
    const rows = readFileSync(join(root, 'docs/architecture.md'), 'utf8').split('\n');
    expect(roomRows().filter((row) => !rows.includes(row))).toEqual([]);
  });
});
