import { readFileSync, realpathSync, statSync } from 'node:fs';
import { join, sep } from 'node:path';
import { dataOf, placeOfSourceMap } from '../../lib/contract/source-map-place';

/** The text of a source map, and where it stands. */
export interface SourceMapText {
  text: string;
  /** What it was read from, for people. */
  from: string;
  /** Its path in the bundle, that its sources are relative to. */
  path: string;
}

/** The code of a function as it was deployed, or what is left of it: paths are those below `/var/task`. */
export interface CodeBundle {
  /**
   * The source map of the file at `path`.
   *
   * @throws UnusableFile
   */
  sourceMapOf(path: string): SourceMapText | undefined;
  /** The text of the file at `path`; undefined too where it cannot be read. */
  textOf(path: string): string | undefined;
}

/** A file that is left out: `message` is a clause that says why, `remedy` one that says what to do. */
export class UnusableFile extends Error {
  override readonly name = 'UnusableFile';

  constructor(
    readonly file: string,
    reason: string,
    readonly remedy = 'remove the asset from cdk.out and synthesize again',
    options?: ErrorOptions,
  ) {
    super(reason, options);
  }
}

/** The most that is read of one file, bytes. The maps of most functions have less than a tenth of it. */
export const maxSourceMapBytes = 64 * 1024 * 1024;

/**
 * The bundle that an asset's folder is. What a profile says is not trusted: nothing outside of the folder is read.
 *
 * A source map is the file next to the script, or what the comment at the script's end names.
 */
export class BundleFolder implements CodeBundle {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  sourceMapOf(path: string): SourceMapText | undefined {
    const place = placeOfSourceMap(path, (each) => fileInside(this.#folder, each), readBounded);
    if (place === undefined) return undefined;
    const { file, path: from, dataUrl } = place;
    return { text: dataUrl === undefined ? readBounded(file) : inlineMap(file, dataUrl), from: file, path: from };
  }

  textOf(path: string): string | undefined {
    const file = fileInside(this.#folder, path);
    try {
      return file === undefined ? undefined : readBounded(file);
    } catch (error) {
      if (error instanceof UnusableFile) return undefined; // the profile is as good without
      throw error;
    }
  }
}

function readBounded(file: string): string {
  try {
    if (statSync(file).size <= maxSourceMapBytes) return readFileSync(file, 'utf8');
  } catch (error) {
    throw new UnusableFile(file, `it cannot be read (${(error as NodeJS.ErrnoException).code})`, undefined, {
      cause: error,
    });
  }
  throw new UnusableFile(
    file,
    `it is larger than ${maxSourceMapBytes / 2 ** 20} MiB`,
    'bundling: { sourcesContent: false } makes it smaller',
  );
}

function inlineMap(file: string, dataUrl: string): string {
  try {
    return dataOf(dataUrl);
  } catch (error) {
    throw new UnusableFile(file, 'its source map is damaged', undefined, { cause: error });
  }
}

/** The file at `path` below `folder`, where links lead too; undefined: there is none, or it is elsewhere. */
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
