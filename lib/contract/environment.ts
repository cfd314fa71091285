/**
 * The environment of a profiled function. The construct writes it, the sampler reads it, and the command reads and
 * changes it. Only variables that differ from their defaults are set.
 */

/** Every variable begins with this, and users set none that does. */
export const ENVIRONMENT_PREFIX = 'PROFILED_FN_';

/** The variables by purpose. */
export enum Variable {
  /** The user's handler, as it was: `src/index.handler`. Required. */
  HANDLER = 'PROFILED_FN_HANDLER',
  /** The bucket for the snapshots. Required. */
  BUCKET = 'PROFILED_FN_BUCKET',
  /** The function's own key prefix, `<prefix of the store>/<stack>/<function>`. Required. */
  PREFIX = 'PROFILED_FN_PREFIX',
  /** Hash of the deployed bundle. */
  CODE_HASH = 'PROFILED_FN_CODE_HASH',
  /** `false`: the handler runs without profiling. */
  ENABLED = 'PROFILED_FN_ENABLED',
  /** Profile types, joined with commas. */
  PROFILES = 'PROFILED_FN_PROFILES',
  /** Time between two stack samples. */
  SAMPLING_INTERVAL = 'PROFILED_FN_SAMPLING_INTERVAL_MS',
  /** Time between two snapshots of an instance. */
  SNAPSHOT_INTERVAL = 'PROFILED_FN_SNAPSHOT_INTERVAL_MS',
  /** Snapshots of each profile type that an instance keeps in the bucket. */
  WINDOW_SIZE = 'PROFILED_FN_WINDOW_SIZE',
  /** Code that holds the event loop for so long is in the profile `loop`. */
  LOOP_THRESHOLD = 'PROFILED_FN_LOOP_THRESHOLD_MS',
  /** Part of the time in invocations that snapshots may take before there are fewer of them, 0 to 1. */
  COST_LIMIT = 'PROFILED_FN_COST_LIMIT',
  /** Part of the instances that is profiled, 0 to 1. */
  INSTANCE_FRACTION = 'PROFILED_FN_INSTANCE_FRACTION',
  /** `false`: records have no request ids and trace ids. */
  REQUEST_IDS = 'PROFILED_FN_REQUEST_IDS',
  /** Server that takes the uploads in place of AWS's S3. */
  ENDPOINT_URL = 'PROFILED_FN_ENDPOINT_URL',
  /** Labels of every sample: `name=value,name=value`, values URL-encoded unless known only at deployment. */
  LABELS = 'PROFILED_FN_LABELS',
}

export const DEFAULT_SAMPLING_INTERVAL_MS = 10;
export const DEFAULT_SNAPSHOT_INTERVAL_MS = 60_000;
export const DEFAULT_WINDOW_SIZE = 10;
export const DEFAULT_LOOP_THRESHOLD_MS = 20;
export const DEFAULT_COST_LIMIT = 0.01;
export const DEFAULT_INSTANCE_FRACTION = 1;
