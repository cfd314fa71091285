/** Archives of source maps: gzipped JSON beside the deployed code, named by the hash of the code. */

/** What names of archives end with; readers may be allowed just these. */
export const ARCHIVE_EXTENSION = '.sourcemaps';

/** The version that an archive says. */
export const ARCHIVE_VERSION = 1;

/** What an archive holds. */
export interface SourceMapArchiveContent {
  version: typeof ARCHIVE_VERSION;
  /** Texts of source maps, by path of the script in the code. */
  maps: Readonly<Record<string, string>>;
}

/**
 * The name of an archive is the SHA-256 of this, in hex, as CDK's custom asset hashes are, and the extension.
 *
 * It follows from the hash of the code, so that everyone who has a profile, which names the code, finds the maps: those
 * of former deployments, too.
 */
export function archiveFingerprint(codeHash: string): string {
  return `profiled-fn source maps of ${codeHash}`;
}
