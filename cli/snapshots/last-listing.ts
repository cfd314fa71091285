import { readFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { parseSnapshotKey } from '../../lib/contract/keys';
import type { StoredObject } from '../aws/bucket';
import { writeWhole } from '../files/write-file';
import type { ProfiledStack } from '../stacks/stack-outputs';
import { CommandError } from '../terminal/command-error';
import { openCache } from './cache';
import { ObjectList } from './object-list';
import type { OpenStore, Snapshot } from './snapshot';

/** What the last fetches of a stack have found, so that it can be looked at again without AWS. */
export interface LastListing {
  stack: ProfiledStack;
  /** When the last of them was. */
  listed: Date;
  /** By bucket. */
  objects: Map<string, ObjectList>;
}

/** A part of a stack's snapshots. */
export interface ListedPart {
  /** Names of functions in keys. */
  functions: string[];
  /** @default - all types */
  type?: string;
}

/** First line of the file: the stack, and when. Then a line for each object. */
const fileOf = (out: string, stack: string) => join(out, stack, 'listing.jsonl');

type ObjectLine = { bucket: string } & Omit<StoredObject, 'lastModified'> & { lastModified: string };

/** Remembers in `out` what is in the buckets of `stack`; of other parts than `part`, what was known before. */
export async function saveListing(
  out: string,
  stack: ProfiledStack,
  part: ListedPart,
  snapshots: Iterable<Pick<Snapshot, 'bucket' | 'object'>>,
  now = new Date(),
): Promise<void> {
  const earlier = readListing(out, stack.name);
  await writeWhole(fileOf(out, stack.name), linesOf(stack, part, snapshots, now, earlier));
}

function* linesOf(
  stack: ProfiledStack,
  part: ListedPart,
  snapshots: Iterable<Pick<Snapshot, 'bucket' | 'object'>>,
  listed: Date,
  earlier: LastListing | undefined,
): Iterable<string> {
  const line = (value: unknown) => `${JSON.stringify(value)}\n`;
  yield line({ stack, listed });
  for (const { bucket, prefix } of stack.stores) {
    for (const object of earlier?.objects.get(bucket) ?? []) {
      if (isOther(object.key, prefix, part)) yield line({ bucket, ...object });
    }
  }
  for (const { bucket, object } of snapshots) yield line({ bucket: bucket.name, ...object });
}

/** Whether a key below `prefix` is that of a snapshot which is not of `part`. */
function isOther(key: string, prefix: string, { functions, type }: ListedPart): boolean {
  const parsed = parseSnapshotKey(key, prefix);
  if (!parsed) return false;
  return !functions.includes(parsed.function) || (type !== undefined && parsed.type !== type);
}

/** Undefined: the stack has not been fetched into `out`, or by a version that wrote something else. */
export function readListing(out: string, stack: string): LastListing | undefined {
  try {
    const lines = linesIn(readFileSync(fileOf(out, stack)));
    const head: { stack: ProfiledStack; listed: string } = JSON.parse(lines.next().value ?? '');
    const { name, functions } = head.stack;
    if (name !== stack || !Array.isArray(functions) || Number.isNaN(Date.parse(head.listed))) return undefined;
    const objects = new Map(head.stack.stores.map(({ bucket }) => [bucket, new ObjectList()]));
    for (const line of lines) {
      const { bucket, ...object }: ObjectLine = JSON.parse(line);
      const lastModified = new Date(object.lastModified);
      if (typeof object.key !== 'string' || Number.isNaN(lastModified.getTime())) return undefined;
      objects.get(bucket)?.push({ ...object, lastModified });
    }
    return { stack: head.stack, listed: new Date(head.listed), objects };
  } catch {
    return undefined; // absent, cut short or foreign: as good as never fetched
  }
}

/** The lines of a file, without making a string of the whole. */
function* linesIn(file: Buffer): Iterator<string, undefined> & Iterable<string> {
  for (let start = 0; start < file.length; ) {
    const end = file.indexOf('\n', start);
    if (end < 0) throw new Error('The last line has no end.');
    yield file.toString('utf8', start, end);
    start = end + 1;
  }
}

/**
 * The stacks that have been fetched into `out`, by name, or the one that is named.
 *
 * @throws CommandError if there is none
 */
export async function readListings(out: string, stack?: string): Promise<[LastListing, ...LastListing[]]> {
  const names = stack === undefined ? await readdir(out).catch(() => []) : [stack];
  const read = names.sort().map((name) => readListing(out, name));
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
    return {
      prefix,
      bucket: {
        name: bucket,
        async *list(start) {
          for (const page of objects.get(bucket)?.pages() ?? []) {
            const wanted = page.filter(({ key }) => key.startsWith(start));
            const there = await Promise.all(wanted.map((object) => cache.has(object)));
            yield wanted.filter((_, index) => there[index]);
          }
        },
        get: async () => undefined,
        close() {},
      },
    };
  });
}
