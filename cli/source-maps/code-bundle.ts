import { readFileSync, realpathSync, statSync } from 'node:fs';
import { join, posix, sep } from 'node:path';

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
 * A source map is the file beside the script, or what the comment at the script's end names.
 */
export class BundleFolder implements CodeBundle {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  sourceMapOf(path: string): SourceMapText | undefined {
    const beside = fileInside(this.#folder, `${path}.map`);
    if (beside !== undefined) return { text: readBounded(beside), from: beside, path: `${path}.map` };
    const script = fileInside(this.#folder, path);
    const url = script === undefined ? undefined : sourceMappingUrl(readBounded(script));
    if (script === undefined || url === undefined) return undefined;
    if (/^data:/i.test(url)) return { text: dataOf(script, url), from: script, path };
    for (const name of fileNamesOf(url)) {
      const named = posix.join(posix.dirname(path), name);
      const file = fileInside(this.#folder, named);
      if (file !== undefined) return { text: readBounded(file), from: file, path: named };
    }
    return undefined;
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

/**
 * What the comment at the end of a script names. Other comments may follow it, as those with a debug id do; the same
 * text further up may be a string in the code.
 */
function sourceMappingUrl(script: string): string | undefined {
  let end = script.length;
  while (end > 0) {
    const start = script.lastIndexOf('\n', end - 1) + 1;
    const line = script.slice(start, end).trim();
    const url = /(?:^|[\s;})])\/[/*][#@]\s?sourceMappingURL=([^\s'"`]+?)\s*(?:\*\/)?$/.exec(line)?.[1];
    if (url !== undefined) return url;
    if (line !== '' && !line.startsWith('//')) return undefined;
    end = start - 1;
  }
  return undefined;
}

/** The file that a relative URL names: as it is, and as a URL. */
function fileNamesOf(url: string): string[] {
  const path = url.replace(/[?#].*$/, '');
  try {
    return [...new Set([url, path, decodeURIComponent(path)])];
  } catch {
    return [url, path];
  }
}

function dataOf(file: string, url: string): string {
  const comma = url.indexOf(',');
  try {
    const data = decodeURIComponent(url.slice(comma + 1));
    return /;\s*base64\s*$/i.test(url.slice(0, comma)) ? Buffer.from(data, 'base64').toString() : data;
  } catch (error) {
    throw new UnusableFile(file, 'its source map is damaged', undefined, { cause: error });
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
