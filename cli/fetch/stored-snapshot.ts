import type { ReadMetadata } from '../../lib/contract/metadata';
import type { ProfileType } from '../../lib/contract/profile-types';

/** A snapshot as it was stored. */
export interface StoredSnapshot {
  /** Its key in the bucket. */
  key: string;
  function: string;
  type: ProfileType;
  instance: string;
  metadata: ReadMetadata;
  /** The profile, gzipped or not. */
  bytes: Uint8Array;
}
