import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const docs = join(import.meta.dirname, '../../docs');
const document = readFileSync(join(docs, 'architecture.md'), 'utf8');

function section(heading: string): string {
  return document.split(`\n## ${heading}\n`)[1]?.split('\n## ')[0] ?? '';
}

/** Whether the file at `path`, relative to the document, has `name` in it. */
function has(path: string, name: string): boolean {
  const file = join(docs, path);
  return existsSync(file) && readFileSync(file, 'utf8').includes(name);
}

describe('Find the code to change', () => {
  const rows = Array.from(
    section('Find the code to change').matchAll(/^\| (.+?) \| \[(.+?)\]\((.+?)\) \| `(.+?)` \|$/gm),
    ([, what, text, path, name]) => ({ what, text, path, name }) as Record<'what' | 'text' | 'path' | 'name', string>,
  );

  it('has some thirty rows', () => expect(rows.length).toBeGreaterThanOrEqual(30));

  it('has no other rows', () => {
    const lines = section('Find the code to change').split('\n');
    expect(lines.filter((line) => line.startsWith('|'))).toHaveLength(rows.length + 2);
  });

  it.each(rows)('$what: $name is in $text', ({ text, path, name }) => {
    expect(path).toBe(`../${text}`);
    expect(has(path, name)).toBe(true);
  });
});

describe('One sample', () => {
  const links = Array.from(
    section("One sample, from V8's stack to a rectangle").matchAll(/\[`(\w+)`\]\((\S+?)\)/g),
    ([, name, path]) => ({ name, path }) as Record<'name' | 'path', string>,
  );

  it('links to files', () => expect(links.length).toBeGreaterThan(20));

  it.each(links)('$name is in $path', ({ name, path }) => expect(has(path, name)).toBe(true));
});
