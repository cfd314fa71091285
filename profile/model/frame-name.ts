import { TASK_ROOT } from '../../lib/contract/places';
import type { Fn } from './profile';

const ANONYMOUS = '(anonymous)';
const NODE_MODULES = 'node_modules/';
const FILE_SCHEME = 'file://';
/** Where Lambda puts a function's code. */

/**
 * A function's name for people. A function without one gets its place, `(anonymous) handler.ts:12`: tools that add up
 * by name would make one out of all anonymous functions otherwise.
 */
export function displayName({ name, filename, startLine }: Fn): string {
  if (name !== '' && name !== ANONYMOUS) return name;
  const file = filename.slice(Math.max(filename.lastIndexOf('/'), filename.lastIndexOf('\\')) + 1);
  if (file === '') return ANONYMOUS;
  return startLine > 0 ? `${ANONYMOUS} ${file}:${startLine}` : `${ANONYMOUS} ${file}`;
}

/** A path without what says nothing: all up to the last `node_modules/`, `file://`, and Lambda's code directory. */
export function shortenPath(file: string): string {
  const path = file.startsWith(FILE_SCHEME) ? file.slice(FILE_SCHEME.length) : file;
  const modules = path.lastIndexOf(`/${NODE_MODULES}`);
  if (modules >= 0) return path.slice(modules + 1 + NODE_MODULES.length);
  if (path.startsWith(NODE_MODULES)) return path.slice(NODE_MODULES.length);
  return path.startsWith(`${TASK_ROOT}/`) ? path.slice(TASK_ROOT.length + 1) : path;
}
