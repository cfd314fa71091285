import type { ReadMetadata } from '../../lib/contract/metadata';

/** What an object holds. */
export interface ObjectContent {
  bytes: Uint8Array;
  /** What the object says of itself. */
  metadata: ReadMetadata;
}
