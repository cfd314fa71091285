import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { StoredObject } from '../aws/bucket';
import { CommandError } from '../command-error';
import type { ProfiledStack } from '../discovery/stack-outputs';
import { writeWhole } from '../write-file';
import { openCache } from './cache';
import { parseSnapshotKey } from './keys';
import type { OpenStore, Snapshot } from './snapshots';

/** What the last fetches of a stack have found, so that it can be looked at again without AWS. */
export interface LastListing {
  stack: ProfiledStack;
  /** When the last of them was. */
  listed: Date;
  /** By bucket. */
  objects: Record<string, StoredObject[]>;
}

/** A part of a stack's snapshots. */
export interface ListedPart {
  /** Names of functions in keys. */
  functions: string[];
  /** @default - all types */
  type?: string;
}

const fileOf = (out: string, stack: string) => join(out, stack, 'listing.json');

/** Remembers in `out` what is in the buckets of `stack`; of other parts than `part`, what was known before. */
export async function saveListing(
  out: string,
  stack: ProfiledStack,
  part: ListedPart,
  snapshots: readonly Omit<Snapshot, 'key'>[],
  now = new Date(),
): Promise<void> {
  const earlier = await readListing(out, stack.name);
  const objects: Record<string, StoredObject[]> = {};
  for (const { bucket, prefix } of stack.stores) {
    objects[bucket] ??= [];
    objects[bucket].push(...(earlier?.objects[bucket] ?? []).filter(({ key }) => isOther(key, prefix, part)));
  }
  for (const { bucket, object } of snapshots) objects[bucket.name]?.push(object);
  const listing: LastListing = { stack, listed: now, objects };
  await writeWhole(fileOf(out, stack.name), `${JSON.stringify(listing)}\n`);
}

/** Whether a key below `prefix` is that of a snapshot which is not of `part`. */
function isOther(key: string, prefix: string, { functions, type }: ListedPart): boolean {
  const parsed = parseSnapshotKey(key, prefix);
  if (!parsed) return false;
  return !functions.includes(parsed.function) || (type !== undefined && parsed.type !== type);
}

/** Undefined: the stack has not been fetched into `out`, or by a version that wrote something else. */
export async function readListing(out: string, stack: string): Promise<LastListing | undefined> {
  try {
    const { listed, objects, ...rest }: LastListing = JSON.parse(await readFile(fileOf(out, stack), 'utf8'));
    const dated = Object.entries(objects).map(([bucket, all]) => [
      bucket,
      all.map((object) => ({ ...object, lastModified: new Date(object.lastModified) })),
    ]);
    return { ...rest, listed: new Date(listed), objects: Object.fromEntries(dated) };
  } catch {
    return undefined; // absent, cut short or foreign: as good as never fetched
  }
}

/**
 * The stacks that have been fetched into `out`, by name, or the one that is named.
 *
 * @throws CommandError where there is none
 */
export async function readListings(out: string, stack?: string): Promise<[LastListing, ...LastListing[]]> {
  const names = stack === undefined ? await readdir(out).catch(() => []) : [stack];
  const read = await Promise.all(names.sort().map((name) => readListing(out, name)));
  const [first, ...rest] = read.filter((listing) => listing !== undefined);
  if (first) return [first, ...rest];
  throw new CommandError(
    `Nothing has been fetched into ${out}${stack === undefined ? '' : ` of stack ${stack}`}.`,
    'Fetch it once without --cached, or name the folder with --out.',
  );
}

/** The buckets of a listing as far as they are in the cache of `out`: nothing is asked of AWS. */
export function cachedStores({ stack, objects }: LastListing, out: string): OpenStore[] {
  return stack.stores.map(({ bucket, prefix }) => {
    const cache = openCache(join(out, '.cache'), bucket);
    const own = objects[bucket] ?? [];
    return {
      prefix,
      bucket: {
        name: bucket,
        async *list(start) {
          for (let i = 0; i < own.length; i += pageLength) {
            const page = own.slice(i, i + pageLength).filter(({ key }) => key.startsWith(start));
            const there = await Promise.all(page.map((object) => cache.has(object)));
            yield page.filter((_, index) => there[index]);
          }
        },
        get: async () => undefined,
        close() {},
      },
    };
  });
}

/** Objects that are looked for at a time. */
const pageLength = 1000;
