import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

/** A handler as Lambda takes it: any function. */
export type Handler = (this: unknown, ...args: unknown[]) => unknown;

/**
 * Finds the user's handler as Lambda's runtime does: `folder/file.export.path` below the task root; the file bare, as
 * `.js`, `.mjs` or `.cjs`, or else as a package.
 *
 * What the user's code throws is thrown on as it is: the runtime client, which imported us, turns it into the error
 * that it reports, the same as without us.
 *
 * @throws Error of the name and message that the runtime client gives where there is no such handler
 * @see https://github.com/aws/aws-lambda-nodejs-runtime-interface-client
 */
export async function loadUserHandler(taskRoot: string, handler: string): Promise<Handler> {
  const { folder, file, exportPath } = parseHandlerString(handler);
  const found = importsEverything()
    ? foundInImport(exportPath, await importModule(taskRoot, folder, file))
    : follow(exportPath, await requireModule(taskRoot, folder, file), () => true);
  if (!found) throw lambdaError('HandlerNotFound', `${handler} is undefined or not exported`);
  if (typeof found !== 'function') throw lambdaError('HandlerNotFound', `${handler} is not a function`);
  return found as Handler;
}

/**
 * Since nodejs24.x (aws-lambda-ric 4) the runtime imports all modules; before, it requires what is CommonJS.
 * Custom runtimes are told by their Node.js.
 */
function importsEverything(): boolean {
  const version = /nodejs(\d+)/.exec(process.env.AWS_EXECUTION_ENV ?? '')?.[1] ?? process.versions.node;
  return Number.parseInt(version, 10) >= 24;
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
function runtimeRequire(): NodeJS.Require {
  return createRequire(process.argv[1] ?? import.meta.url);
}

function importFile(path: string): Promise<unknown> {
  return import(pathToFileURL(path).href);
}

async function importModule(taskRoot: string, folder: string, file: string): Promise<unknown> {
  const path = resolve(taskRoot, folder, file);
  for (const extension of ['', '.js', '.mjs', '.cjs']) {
    if (existsSync(path + extension)) return await importFile(path + extension);
  }
  return requirePackage(taskRoot, folder, file);
}

async function requireModule(taskRoot: string, folder: string, file: string): Promise<unknown> {
  const path = resolve(taskRoot, folder, file);
  const require = runtimeRequire();
  if (existsSync(path)) return require(path);
  if (existsSync(`${path}.js`)) {
    return isEsmFolder(dirname(path)) ? await importFile(`${path}.js`) : require(`${path}.js`);
  }
  if (existsSync(`${path}.mjs`)) return await importFile(`${path}.mjs`);
  if (existsSync(`${path}.cjs`)) return require(`${path}.cjs`);
  return requirePackage(taskRoot, folder, file);
}

function requirePackage(taskRoot: string, folder: string, file: string): unknown {
  const require = runtimeRequire();
  return require(require.resolve(file, { paths: [taskRoot, join(taskRoot, folder)] }));
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
