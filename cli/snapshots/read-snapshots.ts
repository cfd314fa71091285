import { limits } from '../../lib/contract/limits';
import { forEachBounded } from '../aws/bounded';
import type { ObjectContent } from '../aws/object-content';
import { MemoryRoom } from '../files/memory-room';
import { UnreadableProfile } from '../files/pprof-file';
import { formatBytes } from '../terminal/format';
import { openCache } from './cache';
import { DownloadLimit } from './download-limit';
import type { Skipped, Snapshot } from './snapshot';

/** A larger object is no snapshot, bytes: a snapshot has some ten kilobytes, 500,000 stacks some ten megabytes. */
export const maxObjectBytes = limits.objectBytes;

/** What is read of objects at a time, bytes. */
const mostHeld = maxObjectBytes;

/** How far a fetch is. */
export interface FetchProgress {
  done: number;
  total: number;
  /** Downloaded, the cache's not counted. */
  bytes: number;
}

/**
 * Reads snapshots, those that are not in the cache from their bucket, and gives each to `take`, in any order. No more are
 * read than `take` is done with but for a few.
 *
 * @param take - throws UnreadableProfile where the content is no profile: it is not kept in the cache then, and read
 *   again where it comes from there
 * @param leavesOut - whether to go on without a snapshot for which this was thrown
 * @returns objects that are no profiles, which are left out
 * @throws CommandError if AWS refuses or a file cannot be written; what `take` throws otherwise
 */
export async function readSnapshots(
  snapshots: Iterable<Snapshot> & { readonly length: number },
  cacheFolder: string,
  take: (snapshot: Snapshot, content: ObjectContent) => Promise<void>,
  onProgress: (progress: FetchProgress) => void,
  leavesOut: (snapshot: Snapshot, error: unknown) => boolean = () => false,
): Promise<Skipped[]> {
  const skipped: Skipped[] = [];
  const progress = { done: 0, total: snapshots.length, bytes: 0 };
  const limit = new DownloadLimit();
  const room = new MemoryRoom(mostHeld);
  onProgress(progress);
  const mostAtATime = () => limit.current;
  await forEachBounded(snapshots, mostAtATime, async (snapshot, signal) => {
    try {
      const { size } = snapshot.object;
      if (size > maxObjectBytes) throw new SkipObject(`it is too large (${formatBytes(size)})`);
      progress.bytes += await room.hold(size, () =>
        obtain(snapshot, cacheFolder, (content) => take(snapshot, content), limit, signal),
      );
    } catch (error) {
      if (error instanceof SkipObject || error instanceof UnreadableProfile) {
        skipped.push({ key: snapshot.object.key, reason: error.message });
      } else if (!leavesOut(snapshot, error)) throw error;
    }
    progress.done++;
    onProgress(progress);
  });
  return skipped;
}

/** Why an object is left out. */
class SkipObject extends Error {}

/**
 * Gives a snapshot from the cache, or else from the bucket, to `take`.
 *
 * @returns bytes downloaded
 */
async function obtain(
  { bucket, object }: Snapshot,
  cacheFolder: string,
  take: (content: ObjectContent) => Promise<void>,
  limit: DownloadLimit,
  signal: AbortSignal,
): Promise<number> {
  const cache = openCache(cacheFolder, bucket.name);
  const cached = await cache.read(object);
  if (cached) {
    try {
      await take(cached);
      return 0;
    } catch (error) {
      if (!(error instanceof UnreadableProfile)) throw error;
      await cache.remove(object); // damaged on this disk
    }
  }

  const fresh = await bucket.get(object.key, signal);
  if (!fresh) throw new SkipObject('it was removed while it was being fetched');
  limit.downloaded(fresh.attempts);
  const failure = await take(fresh).then(
    () => undefined,
    (error: unknown) => ({ error }),
  );
  // What failed for another reason than the content is kept: the next run need not download it again. The object may
  // have been overwritten since it was listed: it is kept as what it is.
  if (!(failure?.error instanceof UnreadableProfile)) {
    await cache.write({ key: object.key, etag: fresh.etag, size: fresh.bytes.length }, fresh);
  }
  if (failure) throw failure.error;
  return fresh.bytes.length;
}
