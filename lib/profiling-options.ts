import type { Duration } from 'aws-cdk-lib';
import type { IBucket } from 'aws-cdk-lib/aws-s3';

/** What a profile counts. */
export enum ProfileType {
  /**
   * Where the time of invocations goes, on the processor and waiting. The profile of the initialization
   * (`init`), which shows the modules that make a cold start slow, comes with it.
   */
  WALL = 'wall',

  /** Which code holds memory. */
  HEAP = 'heap',
}

/** How a function is profiled. */
export interface ProfilingOptions {
  /**
   * Whether the function is profiled.
   *
   * `false` leaves a plain function: no layer, no redirected handler, no permission, no environment variable.
   *
   * @default true
   */
  readonly enabled?: boolean;

  /**
   * A bucket of your own for the function's snapshots.
   *
   * The function may put objects under its own prefix, `profiled-fn/<stack>/<function>/`, and nothing else. Add a
   * lifecycle rule for `profiled-fn/` to the bucket: snapshots of instances that are gone stay until one expires
   * them. An imported bucket that is encrypted with a KMS key has to be imported together with it
   * (`Bucket.fromBucketAttributes` with `encryptionKey`).
   *
   * @default - the bucket of the stack's `ProfileStore`, created with the stack's first profiled function
   */
  readonly bucket?: IBucket;

  /**
   * What to profile.
   *
   * @default - every type
   */
  readonly profiles?: ProfileType[];

  /**
   * Time between two samples of the stack, from 1 millisecond to 1 second.
   *
   * Shorter shows more in less time and costs more of the function's processor time.
   *
   * @default Duration.millis(10)
   */
  readonly samplingInterval?: Duration;

  /**
   * Time between two snapshots that an instance of the function uploads, from 1 second to 1 day. The first one leaves
   * after an instance's first invocation.
   *
   * @default Duration.minutes(1)
   */
  readonly snapshotInterval?: Duration;

  /**
   * Snapshots of each profile type that an instance of the function keeps in the bucket, from 1 to 100; the next one
   * replaces the oldest.
   *
   * @default 10
   */
  readonly windowSize?: number;
}
