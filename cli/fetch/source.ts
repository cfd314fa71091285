import { join } from 'node:path';
import { openBucket } from '../aws/bucket';
import type { Session } from '../aws/session';
import { makeOwnFolder } from '../files/own-folder';
import { bucketsText } from '../show/summary';
import { trimCache } from '../snapshots/cache';
import { takeInventory } from '../snapshots/inventory';
import { cachedStores, type LastListing, readListings, saveListing } from '../snapshots/last-listing';
import type { OpenStore } from '../snapshots/list-snapshots';
import type { FetchProgress } from '../snapshots/read-snapshots';
import { type Selection, selectionText } from '../snapshots/selection';
import { SnapshotList } from '../snapshots/snapshot-list';
import { publishedSourceMaps } from '../source-maps/published-source-maps';
import { assembliesAround } from '../source-maps/symbolizer';
import { type LocateOptions, locateStack } from '../stacks/locate-stacks';
import { selectFunctions } from '../stacks/select-functions';
import { compareProfileTypes, knownProfileTypes, type ProfileType, parseSnapshotKey } from '../stacks/snapshot-keys';
import type { ProfiledStack } from '../stacks/stack-outputs';
import { CommandError } from '../terminal/command-error';
import { formatCount, formatInstant } from '../terminal/format';
import type { Io } from '../terminal/io';
import { didYouMean } from '../terminal/nearest';
import { printable } from '../terminal/printable';
import { chooseStack } from '../terminal/prompts';
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

/** The stack whose earlier fetches are meant; asks where there are several. */
async function chooseListing({ out, stack }: SourceOptions, io: Io): Promise<LocatedStack> {
  const listings = await readListings(out, stack);
  const listing = await chooseStack(listings, io);
  io.note(`Nothing is asked of AWS: this is what was fetched up to ${formatInstant(listing.listed)} UTC.`);
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
function openStores(session: Session, { stores }: ProfiledStack, listed: SnapshotList): OpenStore[] {
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

/** What to do where `fn`, the Lambda name of a function in AWS, has left nothing. */
export function whenNothingInAws(fn: string): string {
  return `Invoke it (aws lambda invoke --function-name ${fn} out.json) and fetch again. If it has run:\nits log has lines of profiled-fn that say why nothing was written, and \`profiled-fn doctor\` looks for the cause.`;
}

/** Whether flags select none of the samples of any profile. */
export function isEmptied(profiles: readonly FetchedProfile[]): boolean {
  return profiles.every(({ whyEmpty }) => whyEmpty !== undefined);
}

/** The error where flags select none of the samples of what has been fetched. */
export function nothingSelected(profiles: readonly FetchedProfile[], selection: Selection): CommandError {
  const names = new Set(profiles.map((profile) => profile.function));
  // Of a function's profiles the first, of time, has labels.
  return nothingSelectedOf([...names].join(', '), selection, profiles[0]?.whyEmpty ?? '');
}

/** The same of one thing. */
export function nothingSelectedOf(of: string, selection: Selection, whyEmpty: string): CommandError {
  return new CommandError(`No sample of ${of} is what ${selectionText(selection)} selects.`, whyEmpty);
}

/** The error where a fetch has brought no profile at all. */
export async function nothingFetched(
  { stack, functions, skipped, unreadable, unselected, versions }: FetchedStack,
  source: Source,
  whenNothing: (fn: string) => string,
): Promise<CommandError> {
  const { type, selection } = source.request;
  const names = functions.map((fn) => fn.name).join(', ');
  const where = bucketsText(stack);
  if (unselected > 0) {
    const known = versions.length > 0 ? ` There are snapshots of version ${versions.join(', ')}.` : '';
    return new CommandError(
      `None of the ${formatCount(unselected, 'snapshot')} of ${names} is what ${selectionText(selection)} selects.`,
      `Select less narrowly.${known}`,
    );
  }
  if (unreadable[0]) {
    return new CommandError(
      `Of ${where} not all can be read, and there is no snapshot of ${names} in the others. ${unreadable[0].reason}`,
      unreadable[0].remedy,
    );
  }
  const [first] = skipped;
  if (first) {
    return new CommandError(
      `None of the ${formatCount(skipped.length, 'object')} of ${names} in ${where} can be used. ${printable(first.key)}: ${first.reason}.`,
      `Was something else written there? ${whenNothing(functions[0].lambdaName)}`,
    );
  }
  const others = type === undefined ? [] : await typesIn(source);
  if (type !== undefined && others.length > 0) {
    return new CommandError(
      `There is no ${type} snapshot of ${names} (stack ${stack.name}) in ${where}, only ${others.join(', ')}.`,
      withoutType(type, others),
    );
  }
  if (source.listing) {
    return new CommandError(
      `Nothing of ${names} (stack ${stack.name}) is left of what was fetched before.`,
      'Fetch it again without --cached.',
    );
  }
  return new CommandError(
    `There is no ${type === undefined ? '' : `${type} `}snapshot of ${names} (stack ${stack.name}) in ${where}: it has not run since it was deployed, only on instances that are not profiled, or its snapshots have expired.`,
    whenNothing(functions[0].lambdaName),
  );
}

/** What to do where there are other types of profiles, and not the one that is asked for. */
function withoutType(type: ProfileType, others: ProfileType[]): string {
  const choose = `Choose with --type: ${others.join(', ')}.`;
  if (!knownProfileTypes.includes(type)) return `${didYouMean(type, [...others, ...knownProfileTypes])}${choose}`;
  return `${choose} Which of them functions write, \`profiles\` of their profilingOptions says.`;
}

/** Types of the snapshots that there are of the functions, in the order in which they are shown. */
async function typesIn({ session, listing, request: { stack, functions, out } }: Source): Promise<ProfileType[]> {
  const stores = session ? openStores(session, stack, new SnapshotList()) : listing ? cachedStores(listing, out) : [];
  try {
    const inventory = await takeInventory(stores, { ...stack, functions });
    const types = inventory.functions.flatMap(({ snapshots }) => Object.keys(snapshots));
    return [...new Set(types)].sort(compareProfileTypes);
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    return []; // what is known already has to do
  } finally {
    for (const { bucket } of stores) bucket.close();
  }
}
