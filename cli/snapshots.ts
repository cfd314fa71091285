import type { Bucket, StoredObject } from './aws/bucket';
import { type ProfileType, parseSnapshotKey, type SnapshotKey, snapshotPrefix } from './keys';
import type { ProfiledFunction, ProfiledStack } from './stack-outputs';

/** A snapshot in the bucket: where it lies, and what its key says. */
export interface Snapshot {
  object: StoredObject;
  key: SnapshotKey;
}

/** An object that was left out, and why. */
export interface Skipped {
  key: string;
  /** A clause: `it is empty`. */
  reason: string;
}

/** The snapshots of `functions`, all types or one; objects that are none are named too. */
export async function listSnapshots(
  bucket: Bucket,
  stack: ProfiledStack,
  functions: ProfiledFunction[],
  type?: ProfileType,
): Promise<{ snapshots: Snapshot[]; skipped: Skipped[] }> {
  const only = functions.length === 1 ? functions[0].name : undefined;
  const wanted = new Set(functions.map((fn) => fn.name));
  const snapshots: Snapshot[] = [];
  const skipped: Skipped[] = [];
  for await (const page of bucket.list(snapshotPrefix(stack.name, only, only === undefined ? undefined : type))) {
    for (const object of page) {
      const key = parseSnapshotKey(object.key);
      if (!key) skipped.push({ key: object.key, reason: 'its key is not that of a snapshot' });
      else if (!wanted.has(key.function)) skipped.push({ key: object.key, reason: 'the stack has no such function' });
      else if (type === undefined || key.type === type) snapshots.push({ object, key });
    }
  }
  return { snapshots, skipped };
}
