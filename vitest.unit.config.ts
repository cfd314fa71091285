import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { defineConfig } from 'vitest/config';

/** Tests of code alone: without a browser, other processes, or anything that has to be bundled before. */

const root = import.meta.dirname;

/** What tests of more than code use, they or what they import. */
const MORE_THAN_CODE = /assetPath\(|assets\/|playwright|node:child_process|worker_threads|'esbuild'|aws-cdk/;

/** Tests of code alone that take seconds each. */
const SLOW = [
  'cli/fetch/consolidator',
  'profile/**/{decode-damaged,exports,inflated,merge,merge-of-merges,regressions}',
  'runtime/waits/lend-origins',
].map((name) => `test/${name}.test.ts`);

/** Whether `file` or what it imports of this repository is more than code. */
function isMoreThanCode(file: string, seen: Set<string>): boolean {
  if (seen.has(file)) return false;
  seen.add(file);
  const text = readFileSync(file, 'utf8');
  if (MORE_THAN_CODE.test(text)) return true;
  const imports = Array.from(text.matchAll(/from '(\.[^']+)'/g), ([, path]) => join(dirname(file), path));
  return imports.some((path) => sourceOf(path).some((source) => isMoreThanCode(source, seen)));
}

function sourceOf(path: string): string[] {
  const name = path.slice(dirname(path).length + 1);
  return readdirSync(dirname(path))
    .filter((each) => each === `${name}.ts` || each === `${name}.tsx` || (each === name && /\.m?ts$/.test(name)))
    .map((each) => join(dirname(path), each));
}

function testsOf(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.test.ts'))
    .map((name) => join(root, folder, name));
}

export default defineConfig({
  resolve: { extensions: ['.ts', '.mts', '.mjs', '.js', '.json'] },
  test: {
    include: ['cli', 'local', 'profile', 'runtime', 'ui']
      .flatMap((room) => testsOf(`test/${room}`))
      .filter((file) => !isMoreThanCode(file, new Set()))
      .map((file) => relative(root, file)),
    exclude: ['**/node_modules/**', ...SLOW],
    isolate: false,
  },
});
