import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../..');

/** The texts of what is written in these folders of the repository, by path; compiled output is left out. */
export function sourceFiles(...folders: string[]): Map<string, string> {
  const paths = folders.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map((path) => `${folder}/${path}`),
  );
  const sources = paths.filter((path) => /\.(ts|tsx|mts|mjs|cjs)$/.test(path) && !path.endsWith('.d.ts'));
  return new Map(sources.sort().map((path) => [path, readFileSync(join(root, path), 'utf8')]));
}
