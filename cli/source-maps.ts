import { existsSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { dirname, join, posix, resolve, sep } from 'node:path';
import type { Profile } from '../profile/model';
import { MalformedSourceMapError, SourceMap } from '../profile/source-map';
import { symbolize } from '../profile/symbolize';
import { CommandError } from './command-error';
import { findCdkProject } from './local/cdk-project';

/** Which of the functions are shown as they were written, by their names, and why others are not. */
export interface SourceMapReport {
  symbolized: string[];
  /** Their bundles are here and have no source map. */
  withoutMap: string[];
  /** Their bundles are not here. */
  withoutBundle: string[];
  unusable: UnusableSourceMap[];
}

/** A source map that is left out, and why. */
export interface UnusableSourceMap {
  file: string;
  /** A clause: `it is not JSON`. */
  reason: string;
  /** What to do, a clause too. */
  remedy: string;
}

/** The most that is read of one file, bytes. The maps of most functions have less than a tenth of it. */
export const maxSourceMapBytes = 64 * 1024 * 1024;

/** Where Lambda puts a function's code. */
const taskRoot = '/var/task/';

/** The hash of an asset, by which profiles name the bundle they come from. */
const assetHash = /^[0-9a-f]{64}$/;

/**
 * Where the CDK project that `folder` lies in, if any, has been synthesized into. A project file that cannot be read
 * costs the source maps, not the profiles: `note` is told.
 */
export function assembliesAround(folder: string, note: (line: string) => void): string[] {
  try {
    const project = findCdkProject(folder);
    // `app` may be the folder of an assembly in place of a command.
    return project.app === undefined ? [project.output] : [project.output, resolve(project.folder, project.app)];
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    note(`Note: no source maps are looked for. ${error.message} ${error.remedy}`);
    return [];
  }
}

/**
 * Gives profiles the original places of their bundles' source maps, which it looks for where the CDK has left the
 * bundles: in `asset.<hash>` of cloud assemblies. What a profile says is not trusted: nothing outside of the folder of
 * the very asset is read.
 */
export class Symbolizer {
  readonly #folders: readonly string[];
  /** Maps of the latest function: its types share them, and those of all functions would be too much to keep. */
  #maps = { fn: '', byFile: new Map<string, SourceMap | undefined>() };
  readonly #outcomes = {
    symbolized: new Set<string>(),
    withoutMap: new Set<string>(),
    withoutBundle: new Set<string>(),
  };
  readonly #unusable = new Map<string, UnusableSourceMap>();

  /** @param assemblies - folders of cloud assemblies, which need not exist */
  constructor(assemblies: readonly string[]) {
    // The assets of a stage lie in the assembly of its app.
    this.#folders = assemblies.flatMap((assembly) => [resolve(assembly), dirname(resolve(assembly))]);
  }

  /** `profile` of the function `fn` with original places; the same object where there are none. */
  symbolize(fn: string, profile: Profile): Profile {
    if (this.#maps.fn !== fn) this.#maps = { fn, byFile: new Map() };
    return symbolize(profile, (filename, buildId) => this.#find(filename, buildId));
  }

  /** What became of all functions so far. */
  report(): SourceMapReport {
    const { symbolized, withoutMap, withoutBundle } = this.#outcomes;
    return {
      symbolized: [...symbolized],
      withoutMap: [...withoutMap].filter((fn) => !symbolized.has(fn)),
      withoutBundle: [...withoutBundle].filter((fn) => !symbolized.has(fn) && !withoutMap.has(fn)),
      unusable: [...this.#unusable.values()],
    };
  }

  #find(filename: string, buildId: string): SourceMap | undefined {
    if (!filename.startsWith(taskRoot) || !assetHash.test(buildId)) return undefined;
    const key = `${buildId} ${filename}`;
    const { fn, byFile } = this.#maps;
    if (!byFile.has(key)) byFile.set(key, this.#load(fn, filename.slice(taskRoot.length), buildId));
    return byFile.get(key);
  }

  #load(fn: string, path: string, buildId: string): SourceMap | undefined {
    const folder = this.#folders.map((each) => join(each, `asset.${buildId}`)).find(isFolder);
    try {
      const map = folder === undefined ? undefined : readSourceMap(folder, path);
      // Libraries come as they are, most of them without a map: they say nothing of how the function was bundled.
      if (!path.includes('node_modules/')) this.#outcomes[outcomeOf(folder, map)].add(fn);
      return map;
    } catch (error) {
      if (!(error instanceof Unusable)) throw error;
      const { file, message: reason, remedy } = error;
      this.#unusable.set(file, { file, reason, remedy });
      return undefined;
    }
  }
}

function outcomeOf(
  folder: string | undefined,
  map: SourceMap | undefined,
): 'symbolized' | 'withoutMap' | 'withoutBundle' {
  if (map) return 'symbolized';
  return folder === undefined ? 'withoutBundle' : 'withoutMap';
}

/** Why a file is left out. */
class Unusable extends Error {
  constructor(
    readonly file: string,
    reason: string,
    readonly remedy = 'remove the asset from cdk.out and synthesize again',
    options?: ErrorOptions,
  ) {
    super(reason, options);
  }
}

/**
 * The source map of the file at `path` in an asset's folder: the file beside it, or what the comment at its end names.
 *
 * @throws Unusable
 */
function readSourceMap(folder: string, path: string): SourceMap | undefined {
  const beside = fileInside(folder, `${path}.map`);
  if (beside !== undefined) return parse(beside, readBounded(beside), `${path}.map`);
  const bundle = fileInside(folder, path);
  const url = bundle === undefined ? undefined : sourceMappingUrl(readBounded(bundle));
  if (bundle === undefined || url === undefined) return undefined;
  if (url.startsWith('data:')) return parse(bundle, dataOf(bundle, url), path);
  const named = posix.join(posix.dirname(path), url);
  const file = fileInside(folder, named);
  return file === undefined ? undefined : parse(file, readBounded(file), named);
}

function parse(file: string, text: string, path: string): SourceMap {
  try {
    return new SourceMap(text, path);
  } catch (error) {
    if (!(error instanceof MalformedSourceMapError)) throw error;
    throw new Unusable(file, error.message, undefined, { cause: error });
  }
}

function readBounded(file: string): string {
  try {
    if (statSync(file).size <= maxSourceMapBytes) return readFileSync(file, 'utf8');
  } catch (error) {
    throw new Unusable(file, `it cannot be read (${(error as NodeJS.ErrnoException).code})`, undefined, {
      cause: error,
    });
  }
  throw new Unusable(
    file,
    `it is larger than ${maxSourceMapBytes / 2 ** 20} MiB`,
    'bundling: { sourcesContent: false } makes it smaller',
  );
}

/** What the comment in the last line of a script names; the same text further up may be a string in the code. */
function sourceMappingUrl(script: string): string | undefined {
  const end = script.trimEnd();
  return /^\/\/[#@] ?sourceMappingURL=(\S+)$/.exec(end.slice(end.lastIndexOf('\n') + 1))?.[1];
}

function dataOf(file: string, url: string): string {
  const comma = url.indexOf(',');
  const data = url.slice(comma + 1);
  if (url.slice(0, comma).endsWith(';base64')) return Buffer.from(data, 'base64').toString();
  try {
    return decodeURIComponent(data);
  } catch (error) {
    throw new Unusable(file, 'its source map is damaged', undefined, { cause: error });
  }
}

/** The file at `path` below `folder`, where links lead too; undefined: there is none, or it lies elsewhere. */
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

function isFolder(path: string): boolean {
  return existsSync(`${path}/`);
}
