import { type EncodedSourceMap, TraceMap } from '@jridgewell/trace-mapping';
import { NONE, SourceMappings } from './source-mappings';
import { sourcePath } from './source-path';

/** A place in an original file; line and column count from 1. */
export interface SourcePlace {
  /** See `sourcePath`. */
  file: string;
  line: number;
  column: number;
}

/** JSON that is no source map: `message` is a clause that says why. */
export class MalformedSourceMapError extends Error {
  override readonly name = 'MalformedSourceMapError';
}

/**
 * Where the places of a generated file come from; lines and columns count from 1 on both sides.
 *
 * @see https://tc39.es/ecma426/
 */
export class SourceMap {
  readonly #mappings: SourceMappings;
  readonly #names: readonly string[];
  /** By number; empty where the map has none. */
  readonly #files: readonly string[];
  /** By number, where the map brings them. */
  readonly #texts: readonly (string | null)[];

  readonly #lines = new Map<string, readonly string[]>();

  /** All original files. */
  readonly files: ReadonlySet<string>;

  /**
   * @param text JSON of a source map of version 3
   * @param path of the map, that its sources are relative to; default: they stay as they are
   * @throws MalformedSourceMapError
   */
  constructor(text: string, path = '') {
    const map = checked(text);
    this.#mappings = new SourceMappings(map.mappings);
    this.#names = map.names;
    const { resolvedSources } = new TraceMap({ ...map, mappings: '' }, path); // only for where the sources lie
    this.#files = resolvedSources.map((source, i) => (map.sources[i] ? sourcePath(source) : ''));
    this.files = new Set(this.#files.filter((file) => file !== ''));
    this.#texts = map.sourcesContent ?? [];
  }

  /** The text of an original file, where the map brings it. */
  textOf(file: string): string | undefined {
    return this.#texts[this.#files.indexOf(file)] ?? undefined;
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

/** The JSON, when all that is going to be read has the type that it should have. */
function checked(text: string): EncodedSourceMap {
  const { version, sourceRoot, sources, sourcesContent, names = [], mappings } = parsed(text);
  if (version !== 3) throw new MalformedSourceMapError(`its version is ${JSON.stringify(version)}, not 3`);
  if (typeof mappings !== 'string') throw new MalformedSourceMapError('it has no mappings');
  // The decoder takes any other character for an A.
  if (!/^[A-Za-z0-9+/,;]*$/.test(mappings)) throw new MalformedSourceMapError('its mappings are damaged');
  if (!isArrayOf(sources, isNullableString)) throw new MalformedSourceMapError('it has no list of sources');
  if (!isArrayOf(names, isString)) throw new MalformedSourceMapError('its names are not a list');
  if (sourceRoot !== undefined && !isNullableString(sourceRoot)) {
    throw new MalformedSourceMapError('its sourceRoot is not a text');
  }
  // What goes beyond places is not worth a refusal.
  const texts = isArrayOf(sourcesContent, isNullableString) ? sourcesContent : undefined;
  return { version, sourceRoot: sourceRoot ?? undefined, sources, sourcesContent: texts, names, mappings };
}

function parsed(text: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new MalformedSourceMapError('it is not JSON', { cause: error });
  }
  if (typeof value !== 'object' || value === null) throw new MalformedSourceMapError('it is not an object');
  return { ...value };
}

function isArrayOf<T>(value: unknown, isItem: (item: unknown) => item is T): value is T[] {
  return Array.isArray(value) && value.every(isItem);
}

function isString(value: unknown): value is string {
  return typeof value === 'string';
}

function isNullableString(value: unknown): value is string | null {
  return value === null || isString(value);
}
