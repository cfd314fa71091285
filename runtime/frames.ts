import { fileURLToPath } from 'node:url';
import { RUNTIME_ROOT, TASK_ROOT } from '../lib/contract/places';
import type { Fn, Location, Mapping } from '../profile/model/profile';
import type { FunctionIdentity } from './function-identity';

/** V8's description of a function; lines and columns count from 0, -1 is unknown. */
export interface CallFrame {
  functionName: string;
  url: string;
  lineNumber: number;
  columnNumber: number;
}

/** Makes pprof locations out of V8's frames, one object for each function and line. */
export class Frames {
  readonly mapping: Mapping;
  readonly #folders: [actual: string, name: string][];
  readonly #functions = new Map<string, Fn>();
  readonly #locations = new Map<Fn, Map<number, Location>>();

  /** @param folders where the user's code and Lambda's runtime client lie: they are named as on Lambda in any case */
  constructor(mapping: Mapping, { taskRoot, runtimeRoot }: Pick<FunctionIdentity, 'taskRoot' | 'runtimeRoot'>) {
    this.mapping = mapping;
    this.#folders = [
      [`${taskRoot}/`, `${TASK_ROOT}/`],
      [`${runtimeRoot}/`, `${RUNTIME_ROOT}/`],
    ];
  }

  /**
   * The location of `frame`.
   *
   * @param line 1-based line where the sample was; 0: where the function begins
   */
  at(frame: CallFrame, line = 0): Location {
    const fn = this.#function(frame);
    let lines = this.#locations.get(fn);
    if (!lines) {
      lines = new Map();
      this.#locations.set(fn, lines);
    }
    let location = lines.get(line);
    if (!location) {
      // V8 tells columns of functions only. On the line where the function begins its column is the nearest place to
      // the sample, and in a minified bundle, which is one line, the only one.
      const column = line === 0 || line === fn.startLine ? Math.max(0, frame.columnNumber + 1) : 0;
      location = {
        mapping: this.mapping,
        address: 0,
        lines: [{ fn, line: line || fn.startLine, column }],
        isFolded: false,
      };
      lines.set(line, location);
    }
    return location;
  }

  #function(frame: CallFrame): Fn {
    const key = `${frame.functionName}\n${frame.url}\n${frame.lineNumber}\n${frame.columnNumber}`;
    let fn = this.#functions.get(key);
    if (!fn) {
      const filename = this.#filePath(frame.url);
      const startLine = Math.max(0, frame.lineNumber + 1);
      const startColumn = Math.max(0, frame.columnNumber + 1);
      fn = {
        name: displayName(frame, filename),
        // pprof tells functions apart by name and line and has no column for them: a minified bundle has many of one
        // name on one line, so what V8 calls the function comes with its place.
        systemName: `${frame.functionName}:${startLine}:${startColumn}`,
        filename,
        startLine,
      };
      this.#functions.set(key, fn);
    }
    return fn;
  }

  #filePath(url: string): string {
    const path = pathOf(url);
    const folder = this.#folders.find(([actual]) => path.startsWith(actual));
    return folder ? folder[1] + path.slice(folder[0].length) : path;
  }
}

/**
 * The name to show. pprof's tools add up by name: without a place of its own every anonymous function would be one
 * and the same.
 */
function displayName({ functionName, lineNumber, columnNumber }: CallFrame, filename: string): string {
  if (functionName) return functionName;
  if (!filename) return '(anonymous)';
  const file = filename.split('/').pop();
  // The body of a module is a function too; V8 puts it at the very beginning of the file.
  if (lineNumber <= 0 && columnNumber <= 0) return `(module) ${file}`;
  const place = `${file}:${lineNumber + 1}`;
  return `(anonymous) ${lineNumber === 0 ? `${place}:${columnNumber + 1}` : place}`;
}

function pathOf(url: string): string {
  if (!url.startsWith('file:')) return url;
  try {
    return fileURLToPath(url);
  } catch {
    return url; // a file URL that names another host
  }
}
