import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';

/** What names an archive of source maps ends with; readers may be allowed just these. */
export const ARCHIVE_EXTENSION = '.sourcemaps';

/**
 * What the asset hash of the archive is made from, as CDK's custom asset hashes are, by SHA-256.
 *
 * It follows from the hash of the code, so that whoever has a profile, which names the code, finds the maps: those of
 * former deployments, too. The command relies on it.
 */
export function archiveFingerprint(codeHash: string): string {
  return `profiled-fn source maps of ${codeHash}`;
}

/** The asset hash of the archive with the source maps of the code with this hash. */
export function archiveHash(codeHash: string): string {
  return createHash('sha256').update(archiveFingerprint(codeHash)).digest('hex');
}

/**
 * The archive: gzipped JSON with the text of each source map.
 *
 * @param maps by path of the script in the code
 */
export function packSourceMaps(maps: Readonly<Record<string, string>>): Buffer {
  return gzipSync(JSON.stringify({ version: 1, maps }));
}
