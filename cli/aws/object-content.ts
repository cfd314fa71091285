/** What an object holds. */
export interface ObjectContent {
  bytes: Uint8Array;
  /** `x-amz-meta-…`, without that. */
  metadata: Record<string, string>;
}
