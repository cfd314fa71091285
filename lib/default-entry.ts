import { existsSync } from 'node:fs';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';

/** In NodejsFunction's order. */
const EXTENSIONS = ['ts', 'js', 'mjs', 'mts', 'cts', 'cjs'];

/**
 * The entry that belongs to the construct `id` defined in `definingFile`: `<file>.<id>.ts` (or .js, .mjs, .mts, .cts,
 * .cjs) next to it, as in NodejsFunction.
 *
 * NodejsFunction itself would search next to the file of its subclass, which is a file of this library, not the user's.
 *
 * @param path construct path, for the message
 * @throws Error when there is no such file
 */
export function defaultEntry(path: string, id: string, definingFile: string | undefined): string {
  if (definingFile === undefined) {
    throw new Error(`Cannot find the file that defines ${path}: set 'entry' to the path of the handler's file.`);
  }
  const stem = definingFile.slice(0, definingFile.length - extname(definingFile).length);
  const candidates = EXTENSIONS.map((extension) => `${stem}.${id}.${extension}`);
  const entry = candidates.find((candidate) => existsSync(candidate));
  if (entry === undefined) {
    throw new Error(
      `Cannot find the handler's file of ${path}: set 'entry' to its path, or create one of ${candidates.join(', ')}.`,
    );
  }
  return entry;
}

/**
 * The file that called the constructor of `callee`, which must be running. For a class, it is the file with `new`, or
 * with the `super()` of a subclass. `undefined` if the caller has no file.
 */
export function callerFile(callee: abstract new (...args: never[]) => object): string | undefined {
  const { prepareStackTrace, stackTraceLimit } = Error;
  try {
    Error.stackTraceLimit = 1;
    Error.prepareStackTrace = (_, sites) => sites[0]?.getFileName() ?? undefined;
    const trace: { stack?: string } = {};
    Error.captureStackTrace(trace, callee);
    // V8 computes the stack on first access: read it before the hook is reset.
    const file = trace.stack;
    return file?.startsWith('file:') ? fileURLToPath(file) : file;
  } finally {
    Error.prepareStackTrace = prepareStackTrace;
    Error.stackTraceLimit = stackTraceLimit;
  }
}
