import { join } from 'node:path';
import { parseSnapshotKey } from '../../lib/contract/keys';
import type { ProfileType } from '../../lib/contract/profile-types';
import { openBucket } from '../aws/bucket';
import type { Session } from '../aws/session';
import { makeOwnFolder } from '../files/own-folder';
import { trimCache } from '../snapshots/cache';
import { cachedStores, type LastListing, readListings, saveListing } from '../snapshots/last-listing';
import type { FetchProgress } from '../snapshots/read-snapshots';
import type { Selection } from '../snapshots/selection';
import type { OpenStore } from '../snapshots/snapshot';
import { SnapshotList } from '../snapshots/snapshot-list';
import { publishedSourceMaps } from '../source-maps/published-source-maps';
import { assembliesAround } from '../stacks/assemblies';
import { chooseStack } from '../stacks/choose-stack';
import { type LocateOptions, locateStack } from '../stacks/locate-stacks';
import { selectFunctions } from '../stacks/select-functions';
import type { ProfiledStack } from '../stacks/stack-outputs';
import { formatInstant } from '../terminal/format';
import type { Io } from '../terminal/io';
import { type FetchedProfile, type FetchedStack, type FetchRequest, fetchStack } from './fetch-stack';
import { progressText } from './progress-text';

/** A stack to fetch from. */
export interface Source {
  /** Whose credentials to use; absent: nothing is asked of AWS. */
  session?: Session;
  /** What earlier fetches have left, to be looked at in place of what is in the buckets. */
  listing?: LastListing;
  request: FetchRequest;
}

/** Flags that say what to fetch. */
export interface SourceOptions extends LocateOptions, Selection {
  function?: string;
  type?: ProfileType;
  out: string;
  /** Take what earlier fetches have downloaded, and ask AWS for nothing. */
  cached?: boolean;
  /** Dollars for a GB-second. @default - the list price */
  price?: number;
  /** Frames that a profile's own drop_frames names are shown, too. */
  allFrames?: boolean;
}

/** What the flags ask for. */
export async function findSource(options: SourceOptions, io: Io): Promise<Source> {
  const { session, listing, stack }: LocatedStack = options.cached
    ? await chooseListing(options, io)
    : await locateStack(options, io);
  const functions = selectFunctions(stack, options.function);
  const assemblies = assembliesAround(process.cwd(), io.note);
  return {
    session,
    listing,
    request: {
      stack,
      functions,
      type: options.type,
      selection: options,
      out: options.out,
      price: options.price,
      assemblies,
      findArchive: publishedSourceMaps(session, stack, join(options.out, '.cache', 'sourcemaps')),
    },
  };
}

/** Fetches from `source`, with progress on the terminal; see `fetchStack` for `take`. */
export async function fetchFrom<P extends FetchedProfile>(
  source: Source,
  io: Io,
  take: (profile: FetchedProfile) => Promise<P>,
): Promise<FetchedStack<P>> {
  const fetched = await withStores(source, io, (stores, onProgress) =>
    fetchStack(stores, source.request, onProgress, take),
  );
  return { ...fetched, cached: source.listing !== undefined };
}

/** Where a stack was found: in AWS, or among those fetched before. */
type LocatedStack = Pick<Source, 'session' | 'listing'> & { stack: ProfiledStack };

/** The stack whose earlier fetches are meant; asks if there are several. */
async function chooseListing({ out, stack }: SourceOptions, io: Io): Promise<LocatedStack> {
  const listings = await readListings(out, stack);
  const listing = await chooseStack(listings, io);
  io.note(`Cached snapshots only: the last listing is of ${formatInstant(listing.listed)} UTC.`);
  return { listing, stack: listing.stack };
}

/**
 * Opens the stores of `source` for `work`, and shows how far that is. Afterwards the cache is kept within its bounds, and
 * what was listed is remembered.
 */
export async function withStores<T>(
  { session, listing, request }: Source,
  io: Io,
  work: (stores: OpenStore[], onProgress: (progress: FetchProgress) => void) => Promise<T>,
): Promise<T> {
  const { stack, functions, type, out } = request;
  const listed = new SnapshotList();
  const stores = session ? openStores(session, stack, listed) : listing ? cachedStores(listing, out) : [];
  let downloaded = 0;
  let started = performance.now();
  try {
    await makeOwnFolder(out);
    const result = await work(stores, (progress) => {
      downloaded = Math.max(downloaded, progress.bytes); // the second reading of a fetch is from the cache
      if (progress.done === 0) started = performance.now();
      io.progress.show(() => progressText(`Fetching ${stack.name}`, progress, performance.now() - started));
    });
    if (session) await saveListing(out, stack, { functions: functions.map(({ name }) => name), type }, listed);
    if (downloaded > 0) trimCache(join(out, '.cache'));
    return result;
  } finally {
    for (const { bucket } of stores) bucket.close();
    io.progress.clear();
  }
}

/** @param listed - takes the snapshots that their listings give */
export function openStores(session: Session, { stores }: ProfiledStack, listed: SnapshotList): OpenStore[] {
  return stores.map(({ bucket: name, prefix }) => {
    const bucket = openBucket(session, name);
    const list = async function* (start: string) {
      for await (const page of bucket.list(start)) {
        for (const object of page) if (parseSnapshotKey(object.key, prefix)) listed.push(store, object);
        yield page;
      }
    };
    const store = { prefix, bucket: { ...bucket, list } };
    return store;
  });
}
