import { readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { join, posix, relative, sep } from 'node:path';
import { dataOf, placeOfSourceMap } from './contract/source-map-place';

/** Limits for reading one file, and all files, in bytes: larger ones would not fit into a JSON text. */
const MAX_BYTES = 64 * 1024 * 1024;

/**
 * The source maps of the scripts in a folder, by the path of the script, with slashes. They are next to the script, or
 * its comment names or contains them. Installed packages are skipped: few have maps, and users read a package's code as
 * it is.
 */
export function sourceMapsOfCode(folder: string): Record<string, string> {
  const maps: Record<string, string> = {};
  let room = MAX_BYTES;
  for (const file of scriptsIn(folder)) {
    const path = relative(folder, file).split(sep).join('/');
    const map = sourceMapOf(folder, path);
    if (map === undefined || map.length > room) continue;
    maps[path] = map;
    room -= map.length;
  }
  return maps;
}

function scriptsIn(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .flatMap((entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) return entry.name === 'node_modules' ? [] : scriptsIn(path);
      return entry.isFile() && /\.[cm]?js$/.test(entry.name) ? [path] : [];
    })
    .sort();
}

/** `undefined` if there is no such file, or if it is too large. */
function textOf(file: string): string | undefined {
  const stats = statSync(file, { throwIfNoEntry: false });
  return stats?.isFile() && stats.size <= MAX_BYTES ? readFileSync(file, 'utf8') : undefined;
}

/** The map of the script at `path`, as if it were next to the script: relative paths in it remain correct. */
function sourceMapOf(folder: string, path: string): string | undefined {
  const place = placeOfSourceMap(path, (each) => fileInside(folder, each), textOf);
  if (place === undefined) return undefined;
  if (place.dataUrl !== undefined) return inlineMap(place.dataUrl);
  const text = textOf(place.file);
  const way = posix.relative(posix.dirname(path), posix.dirname(place.path));
  return text === undefined || way === '' ? text : moved(text, way);
}

/** Undefined if it is damaged: the profile is as useful without it. */
function inlineMap(dataUrl: string): string | undefined {
  try {
    return dataOf(dataUrl);
  } catch {
    return undefined;
  }
}

/** A source map, or the part of an index map that is read here. */
interface SourceMap {
  sourceRoot?: unknown;
  sections?: { map?: SourceMap }[];
}

/** A map whose sources are found from another folder, from which `way` leads to its own. */
function moved(text: string, way: string): string {
  try {
    return JSON.stringify(withWay(JSON.parse(text), way));
  } catch {
    return text; // the command says what is wrong with it
  }
}

function withWay(map: SourceMap, way: string): SourceMap {
  if (Array.isArray(map.sections)) {
    return {
      ...map,
      sections: map.sections.map((section) => ({ ...section, ...(section.map && { map: withWay(section.map, way) }) })),
    };
  }
  const root = typeof map.sourceRoot === 'string' ? map.sourceRoot : '';
  const isAbsolute = /^(?:[a-z][a-z0-9+.-]*:|[\\/])/i.test(root);
  return isAbsolute ? map : { ...map, sourceRoot: posix.join(way, root, '/') };
}

/** The file at `path` below `folder`, after links are followed. Undefined if there is none, or if it is outside. */
function fileInside(folder: string, path: string): string | undefined {
  const file = join(folder, path);
  if (!file.startsWith(folder + sep)) return undefined;
  try {
    const real = realpathSync(file);
    return real.startsWith(realpathSync(folder) + sep) && statSync(real).isFile() ? real : undefined;
  } catch {
    return undefined; // no such file, or a name that no file can have
  }
}
