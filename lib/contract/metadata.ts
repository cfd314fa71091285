/**
 * Metadata of a snapshot's object, so that it can be read without a download. All are texts; one that is empty is not
 * written.
 */

/** The prefix of S3 for names of an object's metadata. */
export const METADATA_HEADER = 'x-amz-meta-';

/** Version of the keys, the metadata and the conventions of profiles: the value of `format`. */
export const FORMAT_VERSION = '1';

/** The names, without the header's beginning. */
export const METADATA_NAMES = [
  'format',
  // The function of Lambda's, its version, its runtime (nodejs24.x), architecture (arm64 or x86_64) and memory in MB.
  'function',
  'version',
  'runtime',
  'arch',
  'memory',
  // The window, ISO 8601.
  'start',
  'end',
  // Hash of the deployed bundle.
  'code-hash',
  // Costs of profiling: milliseconds, and bytes of the flush before.
  'cost-start-ms',
  'cost-rotate-ms',
  'cost-heap-ms',
  'cost-encode-ms',
  'cost-flush-ms',
  'cost-flush-bytes',
  'cost-held-ms',
  'cost-longest-hold-ms',
  // Counted since the instance started.
  'left-out',
  'dropped-snapshots',
  'retried-uploads',
  'dropped-invocations',
  'dropped-operations',
] as const;

export type MetadataName = (typeof METADATA_NAMES)[number];

/** The metadata that a sampler writes. */
export type SnapshotMetadata = Readonly<Record<MetadataName, string>>;

/** The metadata that a reader finds: older samplers wrote less. */
export type ReadMetadata = Readonly<Partial<Record<MetadataName, string>>>;
