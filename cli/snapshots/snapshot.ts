import type { SnapshotKey } from '../../lib/contract/keys';
import type { Bucket, StoredObject } from '../aws/bucket';

/** A bucket to read, and what the keys of snapshots in it begin with. */
export interface OpenStore {
  bucket: Bucket;
  prefix: string;
}

/** A snapshot: where it lies, and what its key says. */
export interface Snapshot {
  bucket: Bucket;
  object: StoredObject;
  key: SnapshotKey;
}

/** An object that was left out, and why. */
export interface Skipped {
  key: string;
  /** A clause: `it is empty`. */
  reason: string;
  /** What to do about it; absent: nothing helps. */
  remedy?: string;
}

/** A bucket that could not be read where others could. */
export interface UnreadableBucket {
  bucket: string;
  /** What went wrong: a sentence. */
  reason: string;
  remedy: string;
}
