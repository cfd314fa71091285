import type { ProfileType } from '../stacks/snapshot-keys';

/** A snapshot as it was stored. */
export interface StoredSnapshot {
  /** Its key in the bucket. */
  key: string;
  function: string;
  type: ProfileType;
  instance: string;
  metadata: Record<string, string>;
  /** The profile, gzipped or not. */
  bytes: Uint8Array;
}
