import { fileURLToPath } from 'node:url';
import { readFileSync } from './files';
import { entryModules, intrinsics } from './layer-entry';
import { require } from './require';

type Parts = typeof import('./late-parts');
/** The file, as `scripts/layer.mjs` wraps it. */
type Wrapped = (require: unknown, modules: unknown, intrinsics: unknown, url: string) => Parts;

const { url } = import.meta;
let parts: Parts | undefined;

/**
 * See `late.ts`. It is not loaded as a module of Node.js: hooks on `require` and `import` would see it, and an `import` could wait for
 * the thread pool. Its frames bear the name of the entry, so that they count as ours.
 */
export function late(): Parts {
  if (parts) return parts;
  const { Script } = require('node:vm') as typeof import('node:vm');
  const text = readFileSync(fileURLToPath(new URL('./late.js', url)), 'utf8');
  const wrapped = new Script(text, { filename: url }).runInThisContext() as Wrapped;
  parts = wrapped(require, entryModules, intrinsics, url);
  return parts;
}
