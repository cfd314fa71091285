import { fileURLToPath } from 'node:url';
import { readFileSync } from '../files';

/** What may stand between where a function begins and its parameters: keywords and a name. */
const BEFORE_PARAMETERS =
  /(?:(?:static|async|get|set)\s+)*(?:function\b\s*)?\*?\s*(?:#?[\w$]+|\[[^\]]*\]|'[^']*'|"[^"]*")?\s*(?=\()/y;

/** Whether the function that begins there is an async one: of an expression, V8 takes `function` for the beginning. */
export function isAsyncFunction(line: string, column: number): boolean {
  return /^(static\s+)?async\b/.test(line.slice(column - 1)) || /\basync\s+$/.test(line.slice(0, column - 1));
}

/**
 * The column of a function's parameters. Stacks say where a function begins, with its keywords and its name; V8's
 * profiler says where its parameters begin, which is where an arrow function begins. Both are to be the same function.
 *
 * @param line text of the line
 * @param column 1-based, where a stack says that the function begins
 */
export function parametersColumn(line: string, column: number): number {
  BEFORE_PARAMETERS.lastIndex = column - 1;
  const [text] = BEFORE_PARAMETERS.exec(line) ?? [''];
  // An async arrow function begins with its keyword for both.
  return /^async\s*$/.test(text) ? column : column + text.length;
}

/** Lines of source files, each file read once. */
export class SourceLines {
  readonly #files = new Map<string, string[] | undefined>();

  /** @param number 1-based. @returns undefined if there is no such file or line */
  line(url: string, number: number): string | undefined {
    if (!this.#files.has(url)) this.#files.set(url, readLines(url));
    return this.#files.get(url)?.[number - 1];
  }
}

function readLines(url: string): string[] | undefined {
  try {
    return readFileSync(url.startsWith('file:') ? fileURLToPath(url) : url, 'utf8').split('\n');
  } catch {
    return undefined; // code that was made in memory
  }
}
