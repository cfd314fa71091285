import { TraceMap } from '@jridgewell/trace-mapping';
import { SourceMappings } from './source-mappings';
import { sourcePath } from './source-path';

/** JSON that is no source map: `message` is a clause that says why. */
export class MalformedSourceMapError extends Error {
  override readonly name = 'MalformedSourceMapError';
}

/** A source map, all sections of an index map as one. */
export interface ParsedSourceMap {
  mappings: SourceMappings;
  names: readonly string[];
  /** By number, see `sourcePath`; empty if the map has no name for a source. */
  files: readonly string[];
  /** By number, where the map brings them. */
  texts: readonly (string | null)[];
}

/**
 * Reads a source map in any form that tools write: with sections (also nested), a byte order mark, the line that keeps
 * it from being run as a script, missing names, null sources and any `sourceRoot`.
 *
 * @param path of the map, that its sources are relative to
 * @throws MalformedSourceMapError
 * @see https://tc39.es/ecma426/
 */
export function parseSourceMap(text: string, path: string): ParsedSourceMap {
  const sections = sectionsOf(parsed(text), { line: 0, column: 0 }, 0);
  const [first] = sections;
  if (sections.length === 1 && first?.line === 0 && first.column === 0) return plainMap(first.map, path);
  const names: string[] = [];
  const files: string[] = [];
  const texts: (string | null)[] = [];
  const placed = sections.map(({ line, column, map }) => {
    const own = plainMap(map, path);
    const section = { line, column, mappings: own.mappings, firstSource: files.length, firstName: names.length };
    for (const name of own.names) names.push(name);
    for (const [i, file] of own.files.entries()) {
      files.push(file);
      texts.push(own.texts[i] ?? null);
    }
    return section;
  });
  return { mappings: SourceMappings.joined(placed), names, files, texts };
}

/** A place in the generated file, from 0. */
interface Offset {
  line: number;
  column: number;
}

interface Section extends Offset {
  map: Record<string, unknown>;
}

/** Sections within sections: no tool nests them deeper than a few. */
const deepest = 16;

/** No generated file has more lines: each of them takes memory. */
const mostLines = 2 ** 23;

/** The ordinary maps in a map, in the order of their beginnings. */
function sectionsOf(map: Record<string, unknown>, at: Offset, depth: number): Section[] {
  if (map.sections === undefined || (typeof map.mappings === 'string' && !Array.isArray(map.sections))) {
    return [{ ...at, map }];
  }
  requireVersion(map);
  if (!Array.isArray(map.sections)) throw new MalformedSourceMapError('its sections are not a list');
  if (depth === deepest) throw new MalformedSourceMapError('its sections are nested too deeply');
  const sections = map.sections.flatMap((section: unknown) => {
    if (!isObject(section)) throw new MalformedSourceMapError('one of its sections is not an object');
    if (section.map === undefined && typeof section.url === 'string') {
      throw new MalformedSourceMapError('its sections are in separate files (url), not in the map');
    }
    if (!isObject(section.map)) throw new MalformedSourceMapError('one of its sections has no map');
    return sectionsOf(section.map, within(at, offsetOf(section.offset)), depth + 1);
  });
  return sections.sort((a, b) => a.line - b.line || a.column - b.column);
}

function offsetOf(value: unknown): Offset {
  const { line, column } = isObject(value) ? value : {};
  if (!isCount(line) || !isCount(column)) throw new MalformedSourceMapError('one of its sections has no offset');
  return { line, column };
}

/** A section's column counts from that of what it is in on the first line only. */
function within(at: Offset, { line, column }: Offset): Offset {
  if (at.line + line >= mostLines) throw new MalformedSourceMapError('one of its sections is too far below');
  return { line: at.line + line, column: line === 0 ? at.column + column : column };
}

function isCount(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) >= 0 && (value as number) < 2 ** 31;
}

/** What is in an ordinary map, when all that is going to be read has the type that it should have. */
function plainMap(map: Record<string, unknown>, path: string): ParsedSourceMap {
  const { sourceRoot, sources, sourcesContent, names = [], mappings } = map;
  requireVersion(map);
  if (typeof mappings !== 'string') throw new MalformedSourceMapError('it has no mappings');
  // The decoder takes any other character for an A.
  if (!/^[A-Za-z0-9+/,;]*$/.test(mappings)) throw new MalformedSourceMapError('its mappings are damaged');
  if (!isArrayOf(sources, isNullableString)) throw new MalformedSourceMapError('it has no list of sources');
  if (names !== null && !isArrayOf(names, isString)) throw new MalformedSourceMapError('its names are not a list');
  if (sourceRoot !== undefined && !isNullableString(sourceRoot)) {
    throw new MalformedSourceMapError('its sourceRoot is not a text');
  }
  return {
    mappings: new SourceMappings(mappings),
    names: names ?? [],
    files: resolved(sources, sourceRoot ?? '', path),
    // What goes beyond places is not worth a refusal.
    texts: isArrayOf(sourcesContent, isNullableString) ? sourcesContent : [],
  };
}

/** Where the sources lie: relative to the map, or to what the map says is their root. */
function resolved(sources: readonly (string | null)[], sourceRoot: string, path: string): string[] {
  const root = asUrl(sourceRoot).replace(/(?<=[^/])$/, '/');
  const urls = sources.map((source) => {
    const url = asUrl(source ?? '');
    return isAbsolute(url) ? url : root + url;
  });
  const { resolvedSources } = new TraceMap({ version: 3, sources: urls, names: [], mappings: '' }, path);
  return resolvedSources.map((source, i) => (sources[i] ? sourcePath(source) : ''));
}

/** What some tools write is the path of Windows, or a URL behind the way up from the map. */
function asUrl(source: string): string {
  const path = source.replace(/\\/g, '/').replace(/^(?:\.\.?\/)+(?=[a-z][a-z0-9+.-]*:\/\/)/, '');
  return /^[A-Za-z]:\//.test(path) ? `file:///${path}` : path;
}

function isAbsolute(url: string): boolean {
  return /^(?:[a-z][a-z0-9+.-]*:\/)?\//i.test(url);
}

function requireVersion({ version }: Record<string, unknown>): void {
  if (version !== 3 && version !== '3') {
    throw new MalformedSourceMapError(`its version is ${JSON.stringify(version)}, not 3`);
  }
}

/** What servers put before JSON, so that it is no script. */
const guard = /^\)\]\}'[^\n]*(?:\n|$)/;

function parsed(text: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(text.replace(/^\ufeff/, '').replace(guard, ''));
  } catch (error) {
    throw new MalformedSourceMapError('it is not JSON', { cause: error });
  }
  if (typeof value !== 'object' || value === null) throw new MalformedSourceMapError('it is not an object');
  return { ...value };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
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
