import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import {
  ARCHIVE_EXTENSION,
  ARCHIVE_VERSION,
  archiveFingerprint,
  type SourceMapArchiveContent,
} from './contract/source-maps';

/** The name of the archive with the source maps of the code with this hash. */
export function archiveName(codeHash: string): string {
  return `${createHash('sha256').update(archiveFingerprint(codeHash)).digest('hex')}${ARCHIVE_EXTENSION}`;
}

/**
 * The archive: gzipped JSON with the text of each source map.
 *
 * @param maps by path of the script in the code
 */
export function packSourceMaps(maps: Readonly<Record<string, string>>): Buffer {
  const content: SourceMapArchiveContent = { version: ARCHIVE_VERSION, maps };
  return gzipSync(JSON.stringify(content));
}
