import type { Profile } from '../profile/model';
import { forEachBounded } from './bounded';
import { openCache } from './cache';
import { formatBytes } from './format';
import { maxProfileBytes, readProfile, UnreadableProfile } from './pprof-file';
import type { SnapshotFacts } from './selection';
import type { Skipped, Snapshot } from './snapshots';

/** How far a fetch is. */
export interface FetchProgress {
  done: number;
  total: number;
  /** Downloaded, the cache's not counted. */
  bytes: number;
}

/** Downloads at a time: enough to hide the latency of S3, few enough for its rate limits and a small link. */
const concurrency = 16;

/**
 * Reads snapshots, those that are not in the cache from their bucket, and gives each to `take`, in any order.
 *
 * @returns objects that are no profiles, which are left out
 * @throws CommandError where AWS refuses or a file cannot be written
 */
export async function readSnapshots(
  snapshots: Snapshot[],
  cacheFolder: string,
  take: (snapshot: Snapshot, profile: Profile, facts: SnapshotFacts) => void | Promise<void>,
  onProgress: (progress: FetchProgress) => void,
): Promise<Skipped[]> {
  const skipped: Skipped[] = [];
  const progress = { done: 0, total: snapshots.length, bytes: 0 };
  onProgress(progress);
  await forEachBounded(snapshots, concurrency, async (snapshot, signal) => {
    try {
      const { profile, metadata, downloaded } = await obtain(snapshot, cacheFolder, signal);
      await take(snapshot, profile, factsOf(profile, metadata));
      progress.bytes += downloaded;
    } catch (error) {
      if (!(error instanceof SkipObject || error instanceof UnreadableProfile)) throw error;
      skipped.push({ key: snapshot.object.key, reason: error.message });
    }
    progress.done++;
    onProgress(progress);
  });
  return skipped;
}

/** Why an object is left out. */
class SkipObject extends Error {}

/** A snapshot's profile from the cache, or else from the bucket. */
async function obtain(
  { bucket, object }: Snapshot,
  cacheFolder: string,
  signal: AbortSignal,
): Promise<{ profile: Profile; metadata: Record<string, string>; downloaded: number }> {
  if (object.size > maxProfileBytes) throw new SkipObject(`it is too large (${formatBytes(object.size)})`);

  const cache = openCache(cacheFolder, bucket.name);
  const cached = await cache.read(object);
  if (cached) {
    try {
      return { profile: await readProfile(cached.bytes), metadata: cached.metadata, downloaded: 0 };
    } catch {
      await cache.remove(object); // damaged on this disk
    }
  }

  const fresh = await bucket.get(object.key, signal);
  if (!fresh) throw new SkipObject('it was removed while it was being fetched');
  const profile = await readProfile(fresh.bytes);
  // The object may have been overwritten since it was listed: it is kept as what it is.
  await cache.write({ key: object.key, etag: fresh.etag, size: fresh.bytes.length }, fresh);
  return { profile, metadata: fresh.metadata, downloaded: fresh.bytes.length };
}

/** Window and version; of snapshots without metadata, as an older sampler wrote them, what the profile tells. */
function factsOf(profile: Profile, { start, end, version }: Record<string, string>): SnapshotFacts {
  const began = Number(profile.timeNanos) / 1e6;
  const instant = (text: string | undefined, otherwise: number) =>
    new Date(text === undefined || Number.isNaN(Date.parse(text)) ? otherwise : text);
  return {
    from: instant(start, began),
    to: instant(end, began + Number(profile.durationNanos) / 1e6),
    version: version ?? '',
  };
}
