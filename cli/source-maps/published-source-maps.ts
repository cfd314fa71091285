import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openBucket } from '../aws/bucket';
import type { Session } from '../aws/session';
import { writeWhole } from '../files/write-file';
import type { ProfiledStack } from '../stacks/stack-outputs';
import { CommandError } from '../terminal/command-error';
import { UnusableFile } from './code-bundle';
import { archiveName, SourceMapArchive } from './source-map-archive';

/**
 * The archive with the source maps of the code with this hash; undefined: none was deployed.
 *
 * @throws UnusableFile if it cannot be read
 */
export type FindArchive = (codeHash: string) => Promise<SourceMapArchive | undefined>;

/** The most that is downloaded of one archive. */
const timeoutMs = 60_000;

/**
 * Finds archives of source maps where the outputs of `stack` say that they were deployed to, each once: they are kept
 * in `cacheFolder`, and what could not be read is not asked for again. Without a session there are those that are kept.
 */
export function publishedSourceMaps(
  session: Session | undefined,
  stack: ProfiledStack,
  cacheFolder: string,
): FindArchive {
  let failure: UnusableFile | undefined;
  return async (codeHash) => {
    if (failure) return undefined; // said once
    const name = archiveName(codeHash);
    const cached = join(cacheFolder, name);
    const kept = await archiveIn(cached);
    if (kept || !session) return kept;
    for (const { bucket, prefix } of stack.sourceMaps ?? []) {
      const from = `s3://${bucket}/${prefix}${name}`;
      try {
        const bytes = await download(session, bucket, `${prefix}${name}`);
        if (!bytes) continue;
        const archive = new SourceMapArchive(bytes, from);
        await writeWhole(cached, bytes);
        return archive;
      } catch (error) {
        if (!(error instanceof CommandError)) throw error;
        failure = new UnusableFile(from, lowerFirst(error.message), lowerFirst(error.remedy), { cause: error });
        throw failure;
      }
    }
    return undefined;
  };
}

async function download(session: Session, name: string, key: string): Promise<Uint8Array | undefined> {
  const bucket = openBucket(session, name);
  try {
    return (await bucket.get(key, AbortSignal.timeout(timeoutMs)))?.bytes;
  } finally {
    bucket.close();
  }
}

/** What is in the cache and is not damaged. */
async function archiveIn(file: string): Promise<SourceMapArchive | undefined> {
  try {
    return new SourceMapArchive(await readFile(file), file);
  } catch {
    return undefined; // as good as absent: it is downloaded again
  }
}

/** A sentence as a clause, which others put their own words before. */
function lowerFirst(sentence: string): string {
  return `${sentence.charAt(0).toLowerCase()}${sentence.slice(1)}`.replace(/\.$/, '');
}
