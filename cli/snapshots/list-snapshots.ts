import { listingPrefix, parseSnapshotKey } from '../../lib/contract/keys';
import type { ProfileType } from '../../lib/contract/profile-types';
import type { ProfiledStack, StackFunction } from '../stacks/stack-outputs';
import { CommandError } from '../terminal/command-error';
import type { OpenStore, Skipped, Snapshot, UnreadableBucket } from './snapshot';
import { SnapshotList } from './snapshot-list';

/** What is in the stores of a stack. */
export interface Listing {
  snapshots: SnapshotList;
  /** Objects that are no snapshots of the functions. */
  skipped: Skipped[];
  unreadable: UnreadableBucket[];
}

/** Told of what is in a store, object by object. */
export interface ListingVisitor {
  snapshot(snapshot: Snapshot, store: OpenStore): void;
  skipped(skipped: Skipped): void;
}

/**
 * The snapshots of `functions` in all of `stores`, all types or one.
 *
 * @throws CommandError if none of the stores can be read: what is wrong with the first
 */
export async function listSnapshots(
  stores: OpenStore[],
  stack: ProfiledStack,
  functions: StackFunction[],
  type?: ProfileType,
): Promise<Listing> {
  const snapshots = new SnapshotList();
  const skipped: Skipped[] = [];
  const unreadable = await visitSnapshots(stores, stack, functions, type, {
    snapshot: (each, store) => snapshots.push(store, each.object),
    skipped: (each) => skipped.push(each),
  });
  return { snapshots, skipped, unreadable };
}

/**
 * Tells `visitor` of the snapshots of `functions` in all of `stores`, page by page: nothing is kept.
 *
 * @returns stores that cannot be read, or not to their end
 * @throws CommandError if none of them can be read: what is wrong with the first
 */
export async function visitSnapshots(
  stores: OpenStore[],
  stack: ProfiledStack,
  functions: StackFunction[],
  type: ProfileType | undefined,
  visitor: ListingVisitor,
): Promise<UnreadableBucket[]> {
  const unreadable: UnreadableBucket[] = [];
  const failures: CommandError[] = [];
  for (const store of stores) {
    try {
      await visitStore(store, stack, functions, type, visitor);
    } catch (error) {
      if (!(error instanceof CommandError)) throw error;
      failures.push(error);
      unreadable.push({ bucket: store.bucket.name, reason: error.message, remedy: error.remedy });
    }
  }
  if (failures.length > 0 && failures.length === stores.length) throw failures[0];
  return unreadable;
}

async function visitStore(
  store: OpenStore,
  stack: ProfiledStack,
  functions: StackFunction[],
  type: ProfileType | undefined,
  visitor: ListingVisitor,
): Promise<void> {
  const { bucket, prefix } = store;
  const only = functions.length === 1 ? functions[0].name : undefined;
  const wanted = new Set(functions.map((fn) => fn.name));
  for await (const page of bucket.list(listingPrefix(prefix, stack.name, only, type))) {
    for (const object of page) {
      const key = parseSnapshotKey(object.key, prefix);
      if (!key) visitor.skipped({ key: object.key, reason: 'its key is not that of a snapshot' });
      else if (!wanted.has(key.function))
        visitor.skipped({ key: object.key, reason: 'the stack has no such function' });
      else if (type === undefined || key.type === type) visitor.snapshot({ bucket, object, key }, store);
    }
  }
}
