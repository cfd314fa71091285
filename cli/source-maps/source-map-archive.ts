import { createHash } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import {
  ARCHIVE_EXTENSION,
  ARCHIVE_VERSION,
  archiveFingerprint,
  type SourceMapArchiveContent,
} from '../../lib/contract/source-maps';
import { type CodeBundle, maxSourceMapBytes, type SourceMapText, UnusableFile } from './code-bundle';

/** The name of the archive with the source maps of the code with this hash. */
export function archiveName(codeHash: string): string {
  const hash = createHash('sha256').update(archiveFingerprint(codeHash)).digest('hex');
  return `${hash}${ARCHIVE_EXTENSION}`;
}

/** The most that an archive inflates to, bytes: the maps, written as texts of JSON. */
const maxArchiveBytes = 2 * maxSourceMapBytes;

/** The source maps of a bundle, without the bundle: see `SourceMapArchiveContent`. */
export class SourceMapArchive implements CodeBundle {
  readonly #maps: ReadonlyMap<string, string>;
  readonly #from: string;

  /**
   * @param from - where the archive was found, for people
   * @throws UnusableFile
   */
  constructor(bytes: Uint8Array, from: string) {
    this.#from = from;
    this.#maps = new Map(Object.entries(mapsIn(bytes, from)));
  }

  sourceMapOf(path: string): SourceMapText | undefined {
    const text = this.#maps.get(path);
    return text === undefined ? undefined : { text, from: `${this.#from} (${path})`, path: `${path}.map` };
  }

  textOf(): undefined {
    return undefined;
  }
}

function mapsIn(bytes: Uint8Array, from: string): Record<string, string> {
  const unusable = (reason: string, cause?: unknown) =>
    new UnusableFile(from, reason, 'deploy the function again, or set sourceMaps to false', { cause });
  let content: { [member in keyof SourceMapArchiveContent]?: unknown };
  try {
    content = Object(JSON.parse(gunzipSync(bytes, { maxOutputLength: maxArchiveBytes }).toString()));
  } catch (error) {
    throw unusable('it is not an archive of source maps', error);
  }
  if (content.version !== ARCHIVE_VERSION) throw unusable('another version of profiled-fn wrote it');
  if (!isTexts(content.maps)) throw unusable('its source maps are damaged');
  return content.maps;
}

function isTexts(value: unknown): value is Record<string, string> {
  return typeof value === 'object' && value !== null && Object.values(value).every((text) => typeof text === 'string');
}
