/** Archives of source maps: gzipped JSON next to the deployed code, named by the hash of the code. */

/** The extension of archives. Readers can be granted access to exactly these. */
export const ARCHIVE_EXTENSION = '.sourcemaps';

/** The version that an archive says. */
export const ARCHIVE_VERSION = 1;

/** The content of an archive. */
export interface SourceMapArchiveContent {
  version: typeof ARCHIVE_VERSION;
  /** Texts of source maps, by path of the script in the code. */
  maps: Readonly<Record<string, string>>;
}

/**
 * The name of an archive is the SHA-256 of this, in hex, as CDK's custom asset hashes are, and the extension.
 *
 * The name follows from the hash of the code. A profile names the code, so readers find its maps, also those of former
 * deployments.
 */
export function archiveFingerprint(codeHash: string): string {
  return `profiled-fn source maps of ${codeHash}`;
}
