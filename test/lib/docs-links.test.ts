import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';

const root = join(import.meta.dirname, '../..');
const documents = [
  'README.md',
  ...[
    'docs',
    ...readdirSync(join(root, 'examples'), { withFileTypes: true }).map(({ name }) => `examples/${name}`),
  ].flatMap((folder) => markdownIn(folder)),
];

function markdownIn(folder: string): string[] {
  return readdirSync(join(root, folder))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `${folder}/${name}`);
}

/** The anchors of a document's headings, as GitHub makes them. */
function anchorsOf(markdown: string): string[] {
  return Array.from(markdown.matchAll(/^#+ (.*)$/gm), ([, heading]) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\p{M} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

it.each(documents)('links of %s lead to files and headings that are there', (name) => {
  const links = Array.from(
    readFileSync(join(root, name), 'utf8').matchAll(/\]\((?!\w+:)([^)\s]*)\)/g),
    ([, link]) => link,
  );
  const dead = links.filter((link) => {
    const [path, anchor] = link.split('#');
    const target = path ? join(root, dirname(name), path) : join(root, name);
    if (!existsSync(target)) return true;
    return anchor !== undefined && !anchorsOf(readFileSync(target, 'utf8')).includes(anchor);
  });
  expect(dead).toEqual([]);
});

it('the tests that prove the promises of the constructs are there', () => {
  const rows = readFileSync(join(root, 'docs/constructs.md'), 'utf8').split('\n');
  const missing = rows.flatMap((row) => {
    let folder = '';
    return Array.from(row.matchAll(/`([\w./-]+\.test\.ts)`/g), ([, file]) => {
      // `test/lib/a.test.ts`, and then others of the folder by their names alone.
      if (file.includes('/')) folder = dirname(file);
      return file.includes('/') ? file : join(folder, file);
    }).filter((file) => !existsSync(join(root, file)));
  });
  expect(missing).toEqual([]);
});
