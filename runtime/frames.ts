import { fileURLToPath } from 'node:url';
import type { Fn, Location, Mapping } from '../profile/model';

/** V8's description of a function; lines and columns count from 0, -1 is unknown. */
export interface CallFrame {
  functionName: string;
  url: string;
  lineNumber: number;
  columnNumber: number;
}

/** Makes pprof locations out of V8's frames, one object for each function and line. */
export class Frames {
  readonly #mapping: Mapping;
  readonly #functions = new Map<string, Fn>();
  readonly #locations = new Map<Fn, Map<number, Location>>();

  constructor(mapping: Mapping) {
    this.#mapping = mapping;
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
      const column = line === 0 ? Math.max(0, frame.columnNumber + 1) : 0;
      location = {
        mapping: this.#mapping,
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
      fn = {
        name: functionName(frame),
        systemName: frame.functionName,
        filename: filePath(frame.url),
        startLine: Math.max(0, frame.lineNumber + 1),
      };
      this.#functions.set(key, fn);
    }
    return fn;
  }
}

/**
 * The name to show. pprof's tools add up by name: without a place of its own every anonymous function would be one
 * and the same.
 */
function functionName({ functionName, url, lineNumber, columnNumber }: CallFrame): string {
  if (functionName) return functionName;
  if (!url) return '(anonymous)';
  const file = filePath(url).split('/').pop();
  // The body of a module is a function too; V8 puts it at the very beginning of the file.
  return lineNumber <= 0 && columnNumber <= 0 ? `(module) ${file}` : `(anonymous) ${file}:${lineNumber + 1}`;
}

function filePath(url: string): string {
  if (!url.startsWith('file:')) return url;
  try {
    return fileURLToPath(url);
  } catch {
    return url; // a file URL that names another host
  }
}
