import { join } from 'node:path';
import type { Profile } from '../profile/model';
import { forEachBounded } from './bounded';
import { openCache } from './cache';
import { type Consolidated, Consolidator } from './consolidate';
import { formatBytes } from './format';
import type { ProfileType } from './keys';
import { maxProfileBytes, packProfile, readProfile, UnreadableProfile } from './pprof-file';
import {
  isSelected,
  mayBeSelected,
  type Selection,
  type SnapshotFacts,
  selectionText,
  selectSamples,
} from './selection';
import { listSnapshots, type OpenStore, type Skipped, type Snapshot, type UnreadableBucket } from './snapshots';
import { type SourceMapReport, Symbolizer } from './source-maps';
import type { ProfiledFunction, ProfiledStack } from './stack-outputs';
import { writeWhole } from './write-file';

/** What to fetch, and where to put it. */
export interface FetchRequest {
  stack: ProfiledStack;
  functions: ProfiledFunction[];
  /** @default - all types there are */
  type?: ProfileType;
  /** What is wanted of the snapshots. */
  selection: Selection;
  /** Folder for the merged profiles and the cache. */
  out: string;
  /** Folders of cloud assemblies (`cdk.out`) in which the functions' bundles, and their source maps, may lie. */
  assemblies: string[];
}

/** The merged profile of one function and type, and the file that it was written to. */
export interface FetchedProfile extends Consolidated {
  file: string;
  /** Content of the file. */
  bytes: Uint8Array;
}

export interface FetchedStack {
  stack: ProfiledStack;
  functions: ProfiledFunction[];
  profiles: FetchedProfile[];
  skipped: Skipped[];
  /** Snapshots that the selection leaves out. */
  unselected: number;
  /** Versions of the functions that there are snapshots of, selected or not, as far as they have been read. */
  versions: string[];
  unreadable: UnreadableBucket[];
  sourceMaps: SourceMapReport;
}

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
 * Fetches the snapshots of functions, merges those of a function and type, gives them original places where there are
 * source maps, and writes `<out>/<stack>/<function>/<type>.consolidated.pb.gz`. What lies in the bucket stays as it is.
 *
 * @throws CommandError where AWS refuses or a file cannot be written; a single bad object is only skipped
 */
export async function fetchStack(
  stores: OpenStore[],
  request: FetchRequest,
  onProgress: (progress: FetchProgress) => void,
): Promise<FetchedStack> {
  const { stack, functions, out, selection } = request;
  const { snapshots: listed, skipped, unreadable } = await listSnapshots(stores, stack, functions, request.type);
  const snapshots = listed.filter(({ key, object }) => mayBeSelected(selection, key.instance, object.lastModified));
  const versions = new Set<string>();
  let selected = 0;
  let skippedSnapshots = 0;
  const consolidator = new Consolidator();
  const progress = { done: 0, total: snapshots.length, bytes: 0 };
  onProgress(progress);

  await forEachBounded(snapshots, concurrency, async (snapshot, signal) => {
    try {
      const { profile, metadata, downloaded } = await obtain(snapshot, join(out, '.cache'), signal);
      progress.bytes += downloaded;
      const facts = factsOf(profile, metadata);
      if (facts.version !== '') versions.add(facts.version);
      if (isSelected(selection, facts)) {
        selected++;
        consolidator.add(snapshot, profile);
      }
    } catch (error) {
      if (!(error instanceof SkipObject || error instanceof UnreadableProfile)) throw error;
      skipped.push({ key: snapshot.object.key, reason: error.message });
      skippedSnapshots++;
    }
    progress.done++;
    onProgress(progress);
  });

  const results = consolidator.results();
  const symbolizer = new Symbolizer(request.assemblies);
  const profiles: FetchedProfile[] = [];
  for (const merged of results.consolidated) {
    const symbolized = symbolizer.symbolize(merged.function, merged.profile);
    const consolidated = { ...merged, profile: selectedPart(symbolized, selection) };
    const file = join(out, stack.name, consolidated.function, `${consolidated.type}.consolidated.pb.gz`);
    const bytes = await packProfile(consolidated.profile);
    await writeWhole(file, bytes);
    profiles.push({ ...consolidated, file, bytes });
  }
  const allSkipped = [...skipped, ...results.skipped].sort((a, b) => (a.key < b.key ? -1 : 1));
  return {
    stack,
    functions,
    profiles,
    skipped: allSkipped,
    unselected: listed.length - selected - skippedSnapshots,
    versions: [...versions].sort(),
    unreadable,
    sourceMaps: symbolizer.report(),
  };
}

/** Why an object is left out. */
class SkipObject extends Error {}

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

/** What is wanted of `profile`, with a comment that says what that is: the file does not tell it otherwise. */
function selectedPart(profile: Profile, selection: Selection): Profile {
  const flags = selectionText(selection);
  if (flags === '') return profile;
  return { ...selectSamples(profile, selection), comments: [...profile.comments, `profiled-fn: only ${flags}`] };
}

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
