import { mergeProfiles } from '../merge/merge';
import { displayName, shortenPath } from '../model/frame-name';
import type { Line, Location, Profile } from '../model/profile';
import { constructorName, fieldsName } from './class-names';
import { type GeneratedFunction, generatedFunction, systemNameOf } from './generated-function';
import type { SourceMap, SourcePlace } from './source-map';
import { sourcePath } from './source-path';

/** The source map of a generated file, by its name in the profile and the build id of its mapping. */
export type FindSourceMap = (filename: string, buildId: string) => SourceMap | undefined;

/**
 * `profile` with original files, lines and names in place of generated ones, as far as there are source maps; the same
 * object where none of them says anything. Two functions that were one to V8 and come from different files become two;
 * samples whose stacks become equal become one. The result is as a merge makes it (see `ProfileMerger`).
 *
 * `findMap` is asked once for each location.
 */
export function symbolize(profile: Profile, findMap: FindSourceMap): Profile {
  const symbolized = new Map<Location, Location>();
  let changed = false;
  const original = (location: Location) => {
    let known = symbolized.get(location);
    if (!known) {
      known = symbolizeLocation(location, findMap);
      symbolized.set(location, known);
      changed ||= known !== location;
    }
    return known;
  };
  const samples = profile.samples.map((sample) => ({ ...sample, locations: sample.locations.map(original) }));
  return changed ? mergeProfiles([{ ...profile, samples }]) : profile;
}

/** `location` with original files, lines and names; the same object where the maps say nothing of it. */
export function symbolizeLocation(location: Location, findMap: FindSourceMap): Location {
  let changed = false;
  const lines = location.lines.map((line) => {
    const map = line.fn.filename === '' ? undefined : findMap(line.fn.filename, location.mapping?.buildId ?? '');
    const original = map && symbolizeLine(line, map);
    changed ||= original !== undefined;
    return original ?? line;
  });
  return changed ? { ...location, lines } : location;
}

/** Nothing if the map does not say where the line comes from, as for the bundler's own helpers. */
function symbolizeLine(line: Line, map: SourceMap): Line | undefined {
  const fn = generatedFunction(line.fn);
  const start = fn.isFile ? undefined : placeOf(map, fn);
  const module = moduleOf(fn, start, map);
  if (start && module === undefined) return lineOfFunction(line, fn, start, map);

  // V8 takes what may have been many modules for one function. Where it begins tells nothing, so only a line helps.
  const inModule = ({ file }: SourcePlace) => module === undefined || file === module;
  const place = isStart(line, fn) ? undefined : placeOf(map, line, inModule);
  const file = module ?? place?.file;
  return file === undefined ? undefined : lineOfModule(file, place);
}

/**
 * The file that a function is the whole of: bundlers put modules into functions. esbuild and webpack name these after
 * the module's path, and where they are anonymous, as in minified bundles, esbuild maps them to the beginning.
 */
function moduleOf(fn: GeneratedFunction, start: SourcePlace | undefined, map: SourceMap): string | undefined {
  if (fn.isFile) return map.files.size === 1 ? [...map.files][0] : undefined;
  if (start && fn.name === '' && start.line === 1 && start.column === 1) return start.file;
  const path = sourcePath(fn.name);
  return map.files.has(path) ? path : undefined;
}

function lineOfModule(file: string, place: SourcePlace | undefined): Line {
  const fn = {
    name: `(module) ${shortenPath(file)}`,
    systemName: systemNameOf('', 1, 1),
    filename: file,
    startLine: 1,
  };
  return { fn, line: place?.line ?? 1, column: place?.column ?? 1 };
}

function lineOfFunction(line: Line, fn: GeneratedFunction, start: SourcePlace, map: SourceMap): Line {
  // What was inlined into the function, by the bundler or by V8, may come from another file.
  const inFile = ({ file }: SourcePlace) => file === start.file;
  const place = (isStart(line, fn) ? undefined : placeOf(map, line, inFile)) ?? start;
  const name = classPartAt(map, fn.name, start) ?? originalName(map, fn) ?? fn.name;
  const original = {
    name,
    systemName: systemNameOf(name, start.line, start.column),
    filename: start.file,
    startLine: start.line,
  };
  return { fn: { ...original, name: displayName(original) }, line: place.line, column: place.column };
}

/** Whether no more is known than that a sample was in the function. */
function isStart({ line, column }: Line, fn: GeneratedFunction): boolean {
  return line === fn.line && (column === 0 || column === fn.column);
}

/** Where a place of the generated file comes from; without a column: what is leftmost on its line, and no column. */
function placeOf(
  map: SourceMap,
  { line, column }: { line: number; column: number },
  accept: (place: SourcePlace) => boolean = () => true,
): SourcePlace | undefined {
  const place = column === 0 ? map.firstOn(line, accept) : map.at(line, column);
  if (!place || !accept(place)) return undefined;
  return column === 0 ? { ...place, column } : place;
}

/** What may stand between a function's name and its parameters, minified or not. */
const betweenNameAndParameters = ['', '=', '=function', '=function*', '=async function', '=async function*'].flatMap(
  (text) => [text, text.replace('=', ' = ')],
);

/**
 * The original name of a function whose identifier was renamed. The map has names for identifiers, and V8 knows where
 * parameters begin: the identifier is the one that ends right before them, or before what may stand between.
 *
 * Of `exports.parse = function`, which V8 calls `exports.parse`, only the first part can have been renamed.
 */
function originalName(map: SourceMap, fn: GeneratedFunction): string | undefined {
  if (fn.name === '' || fn.column === 0) return undefined;
  // Looked for further ahead, another's identifier might happen to stand where one would be.
  if (map.isUnchangedAt(fn.line, fn.column - fn.name.length, fn.name)) return undefined;
  const [identifier = ''] = fn.name.split('.', 1);
  for (const between of betweenNameAndParameters) {
    const name = map.nameAt(fn.line, fn.column - between.length - fn.name.length);
    if (name !== undefined) return `${name}${fn.name.slice(identifier.length)}`;
  }
  return undefined;
}

/** The name of a part of a class that V8 names by itself, or by a class whose name has changed. */
function classPartAt(map: SourceMap, v8Name: string, { file, line, column }: SourcePlace): string | undefined {
  const lines = map.linesOf(file);
  return lines && (fieldsName(v8Name, lines, line, column) ?? constructorName(lines, line, column));
}
