import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readFileSync } from '../files';

/** A handler as Lambda takes it: any function. */
export type Handler = (this: unknown, ...args: unknown[]) => unknown;

/** The user's handler, and how Lambda's runtime would have loaded its module. */
export interface UserHandler {
  handler: Handler;
  /** By `require`, as a file below the task root that exports the handler itself: hooks on `require` would find it. */
  isRequired: boolean;
}

/**
 * Finds the user's handler as Lambda's runtime does: `folder/file.export.path` below the task root; the file bare, as
 * `.js`, `.mjs` or `.cjs`, or else as a package.
 *
 * What the user's code throws is thrown on as it is: the runtime client, which imported us, turns it into the error
 * that it reports, the same as without us.
 *
 * Tools that the runtime loads in place of a handler load that as aws-lambda-ric 3 does, also where the runtime client is
 * newer: they require what is CommonJS.
 *
 * @param isByRuntime whether the runtime would have loaded it, and no such tool
 * @throws Error of the name and message that the runtime client gives if there is no such handler
 * @see https://github.com/aws/aws-lambda-nodejs-runtime-interface-client
 */
export async function loadUserHandler(taskRoot: string, handler: string, isByRuntime: boolean): Promise<UserHandler> {
  const { folder, file, exportPath } = parseHandlerString(handler);
  let isRequired = false;
  let found: unknown;
  if (isByRuntime && importsEverything()) {
    found = foundInImport(exportPath, await importModule(taskRoot, folder, file));
  } else {
    const loaded = await requireModule(taskRoot, folder, file);
    isRequired = loaded.isRequired && !exportPath.includes('.');
    found = follow(exportPath, loaded.module, () => true);
  }
  if (!found) throw lambdaError('HandlerNotFound', `${handler} is undefined or not exported`);
  if (typeof found !== 'function') throw lambdaError('HandlerNotFound', `${handler} is not a function`);
  return { handler: found as Handler, isRequired };
}

/**
 * Whether the runtime imports all modules: aws-lambda-ric 4 does, 3 requires what is CommonJS. The older one has told
 * its listener for an empty event loop by now.
 */
function importsEverything(): boolean {
  return !(Symbol.for('aws.lambda.beforeExit') in globalThis);
}

/** An error as the runtime client makes it: the newer one's errors also list their name. */
function lambdaError(name: string, message: string): Error {
  const value = `Runtime.${name}`;
  return Object.defineProperty(new Error(message), 'name', { value, enumerable: importsEverything() });
}

function parseHandlerString(handler: string): { folder: string; file: string; exportPath: string } {
  if (handler.includes('..')) {
    throw lambdaError(
      'MalformedHandlerName',
      `'${handler}' is not a valid handler name. Use absolute paths when specifying root directories in handler names.`,
    );
  }
  const name = basename(handler);
  const match = /^([^.]*)\.(.*)$/.exec(name);
  if (!match) throw lambdaError('MalformedHandlerName', 'Bad handler');
  return { folder: handler.slice(0, handler.indexOf(name)), file: match[1], exportPath: match[2] };
}

/** `require` as the runtime client has it, so that "Require stack" in error messages reads the same. */
export function runtimeRequire(): NodeJS.Require {
  return createRequire(process.argv[1] ?? import.meta.url);
}

/**
 * By its path as the runtime client does, not by the URL of it: to `import`, `%20`, `?` and `#` in a name are parts of a
 * URL, and such a file is not found.
 */
async function importFile(path: string): Promise<unknown> {
  try {
    return await import(path);
  } catch (error) {
    throw asOfRuntimeClient(error);
  }
}

/** An error that says who imported a module in vain, us, says that the runtime client did. */
function asOfRuntimeClient(error: unknown): unknown {
  const { code, message, stack } = (error ?? {}) as Partial<NodeJS.ErrnoException>;
  const importedByUs = ` imported from ${fileURLToPath(import.meta.url)}`;
  if (code !== 'ERR_MODULE_NOT_FOUND' || !message?.endsWith(importedByUs)) return error;
  const renamed = (text = '') => text.replace(importedByUs, () => ` imported from ${process.argv[1]}`);
  return Object.assign(error as Error, { message: renamed(message), stack: renamed(stack) });
}

async function importModule(taskRoot: string, folder: string, file: string): Promise<unknown> {
  const path = resolve(taskRoot, folder, file);
  for (const extension of ['', '.js', '.mjs', '.cjs']) {
    const module = existsSync(path + extension) && (await importFile(path + extension));
    if (module) return module;
  }
  return requirePackage(file, [taskRoot, join(taskRoot, folder)]);
}

/** A module and how it was loaded. */
interface Loaded {
  module: unknown;
  isRequired: boolean;
}

/** What exports nothing that is true is passed over, as by the runtime. */
async function requireModule(taskRoot: string, folder: string, file: string): Promise<Loaded> {
  const path = resolve(taskRoot, folder, file);
  const require = runtimeRequire();
  const isEsm = existsSync(`${path}.js`) && isEsmFolder(dirname(path));
  const candidates: [extension: string, isRequired: boolean][] = [
    ['', true],
    ['.js', !isEsm],
    ['.mjs', false],
    ['.cjs', true],
  ];
  for (const [extension, isRequired] of candidates) {
    if (!existsSync(path + extension)) continue;
    const exported = isRequired ? require(path + extension) : importFile(path + extension);
    // A module may export a promise: the runtime awaits it.
    const module = exported && (await exported);
    if (module) return { module, isRequired: isRequired && module === exported };
  }
  // Hooks do not look for it there.
  return { module: await requirePackage(file, [taskRoot, folder]), isRequired: false };
}

function requirePackage(file: string, paths: string[]): unknown {
  const require = runtimeRequire();
  return require(require.resolve(file, { paths }));
}

/** Whether the nearest package.json says `"type": "module"`. */
function isEsmFolder(folder: string): boolean {
  if (folder.endsWith('/node_modules')) return false;
  const manifest = join(folder, 'package.json');
  if (existsSync(manifest)) {
    try {
      return JSON.parse(readFileSync(manifest, 'utf8')).type === 'module';
    } catch {
      return false; // as the runtime: one that cannot be read counts as CommonJS
    }
  }
  const parent = dirname(folder);
  return parent !== folder && isEsmFolder(parent);
}

/** Also in the default export, and never in a function: the newer runtime follows objects only. */
function foundInImport(exportPath: string, module: unknown): unknown {
  const isObject = (value: unknown) => typeof value === 'object';
  return (
    follow(exportPath, module, isObject) || follow(exportPath, (module as { default?: unknown }).default, isObject)
  );
}

function follow(exportPath: string, from: unknown, mayFollow: (value: unknown) => boolean): unknown {
  return exportPath.split('.').reduce<unknown>((value, key) => {
    return value && mayFollow(value) ? (value as Record<string, unknown>)[key] : undefined;
  }, from);
}
