import { parseSourceMap } from './parse-source-map';
import { NONE, type SourceMappings } from './source-mappings';

export { MalformedSourceMapError } from './parse-source-map';

/** A place in an original file; line and column count from 1. */
export interface SourcePlace {
  /** See `sourcePath`. */
  file: string;
  line: number;
  column: number;
}

/**
 * Where the places of a generated file come from; lines and columns count from 1 on both sides.
 *
 * @see https://tc39.es/ecma426/
 */
export class SourceMap {
  readonly #mappings: SourceMappings;
  readonly #names: readonly string[];
  /** By number; empty if the map has none. */
  readonly #files: readonly string[];
  /** Where the map brings them. */
  readonly #texts = new Map<string, string>();

  readonly #lines = new Map<string, readonly string[]>();

  /** All original files. */
  readonly files: ReadonlySet<string>;

  /**
   * @param text JSON of a source map of version 3, an index map too
   * @param path of the map, that its sources are relative to; default: they stay as they are
   * @throws MalformedSourceMapError
   */
  constructor(text: string, path = '') {
    const { mappings, names, files, texts } = parseSourceMap(text, path);
    this.#mappings = mappings;
    this.#names = names;
    this.#files = files;
    this.files = new Set(files.filter((file) => file !== ''));
    for (const [i, file] of files.entries()) {
      const text = texts[i];
      if (file !== '' && typeof text === 'string' && !this.#texts.has(file)) this.#texts.set(file, text);
    }
  }

  /** The text of an original file, where the map brings it. */
  textOf(file: string): string | undefined {
    return this.#texts.get(file);
  }

  /** The lines of that text. */
  linesOf(file: string): readonly string[] | undefined {
    let lines = this.#lines.get(file);
    if (!lines) {
      lines = this.textOf(file)?.split('\n');
      if (lines) this.#lines.set(file, lines);
    }
    return lines;
  }

  /** What is at a place of the generated file: what the nearest mapping at or before it on its line says. */
  at(line: number, column: number): SourcePlace | undefined {
    return this.#place(this.#row(line, column));
  }

  /** The leftmost place on a line of the generated file that is acceptable. */
  firstOn(line: number, accept: (place: SourcePlace) => boolean): SourcePlace | undefined {
    if (line < 1) return undefined;
    const end = this.#mappings.start(line);
    for (let row = this.#mappings.start(line - 1); row < end; row++) {
      const place = this.#place(row);
      if (place && accept(place)) return place;
    }
    return undefined;
  }

  /** The original name of the identifier that begins exactly there in the generated file, where the map has it. */
  nameAt(line: number, column: number): string | undefined {
    const row = this.#rowExactly(line, column);
    return row === NONE ? undefined : this.#names[this.#mappings.name(row)];
  }

  /** Whether what begins exactly there in the generated file begins with a text in the original one too. */
  isUnchangedAt(line: number, column: number, text: string): boolean {
    const place = this.#place(this.#rowExactly(line, column));
    if (!place) return false;
    return this.linesOf(place.file)?.[place.line - 1]?.startsWith(text, place.column - 1) ?? false;
  }

  #rowExactly(line: number, column: number): number {
    const row = this.#row(line, column);
    return row === NONE || this.#mappings.column(row) !== column - 1 ? NONE : row;
  }

  #row(line: number, column: number): number {
    if (line < 1 || column < 1) return NONE; // what a profile says may be anything
    return this.#mappings.find(line - 1, column - 1);
  }

  /** Nothing for code of the bundler's own, and for numbers that no file has. */
  #place(row: number): SourcePlace | undefined {
    if (row === NONE) return undefined;
    const file = this.#files[this.#mappings.source(row)];
    const line = this.#mappings.sourceLine(row);
    const column = this.#mappings.sourceColumn(row);
    return file && line >= 0 && column >= 0 ? { file, line: line + 1, column: column + 1 } : undefined;
  }
}
