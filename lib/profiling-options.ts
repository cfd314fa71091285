import type { Duration } from 'aws-cdk-lib';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import type { ProfileStore } from './profile-store';

/** The kinds of profiles. */
export enum ProfileType {
  /**
   * How invocations spend their time, on the processor and waiting. One of four instances also profiles its
   * initialization, as the profile type `init`. It shows the modules that make a cold start slow, and makes the cold start
   * of these instances longer: see docs/overhead.md.
   *
   * With less than 1 GB of memory, only these instances are profiled. On the others, a later start of V8's profiler would
   * hold the function for too long. `INIT` profiles every instance.
   */
  WALL = 'wall',

  /** The objects in memory, by the code that allocated them. */
  HEAP = 'heap',

  /**
   * All allocations, by code, whether the objects were freed or not. They cause garbage collections.
   *
   * V8 has one heap sampler. With `HEAP` on as well, each instance draws one of the two, and the merged profiles have
   * both. It needs about 400 MB of memory: with less, an instance samples `HEAP` or nothing.
   */
  ALLOC = 'alloc',

  /**
   * The initialization of every instance, not only of one of four. (With provisioned concurrency, every instance profiles
   * it anyway.)
   */
  INIT = 'init',

  /**
   * The awaited operations that made invocations idle (requests, queries, timers), by the stack that started them. The
   * profile of `WALL` then shows idle time below the functions that wait.
   *
   * It takes up to 30 microseconds of processor time for each outgoing request if there are many, and about 130 if they
   * come one at a time. That is a per mille of a processor. A function that only sends requests takes up to a fifth more.
   */
  WAIT = 'wait',

  /** The code that held the event loop for 20 milliseconds and more while nothing else could run. */
  LOOP = 'loop',

  /** The operations that are in flight when an invocation is over, by code and age. It shows leaks. */
  ASYNC = 'async',

  /** Starts of worker threads and child processes, by code. */
  THREAD = 'thread',

  /**
   * How worker threads of the function's code spend processor time, by the label `thread`: a thread's name, or else that
   * of its script. With `HEAP`, that profile also has the memory of workers. At most 8 are sampled at a time.
   *
   * A running worker has no measurable overhead. The start of a worker takes 12 to 23 milliseconds more of processor time,
   * because V8's profiler starts in it. The `exit` event of a worker comes a few milliseconds later.
   */
  WORKER = 'worker',

  /** The pauses of garbage collections, by kind. */
  GC = 'gc',

  /** The values that the function's code counts with `profile` and `count` of `profiled-fn/runtime`. */
  CUSTOM = 'custom',
}

/** How a function is profiled. */
export interface ProfilingOptions {
  /**
   * Whether the function is profiled.
   *
   * `false` creates a plain function, without layer, redirected handler, permission and environment variables.
   *
   * @default true
   */
  readonly enabled?: boolean;

  /**
   * The store to which the function uploads its snapshots.
   *
   * The function can only put objects below its prefix, `<prefix of the store>/<stack>/<function>/`.
   *
   * @default - the stack's default store, `ProfileStore.of(scope)`, created with the stack's first profiled function
   */
  readonly store?: ProfileStore;

  /**
   * An existing bucket for the function's snapshots: short for a `store` with this bucket.
   *
   * Add a lifecycle rule for `profiled-fn/` to it. Otherwise, snapshots of former instances are never deleted. If an
   * imported bucket is encrypted with a KMS key, import them together (`Bucket.fromBucketAttributes` with
   * `encryptionKey`).
   *
   * @default - the bucket of `store`
   */
  readonly bucket?: IBucket;

  /**
   * The first part of every key in `bucket`, without a slash at the end. (A `store` has its own `prefix`.)
   *
   * @default 'profiled-fn'
   */
  readonly prefix?: string;

  /**
   * How long the stack's default store keeps snapshots, in whole days. All functions of the stack share it, so the longest
   * value counts. (A `store` has its own `retention`, and a `bucket` its lifecycle rules.)
   *
   * @default Duration.days(14)
   */
  readonly retention?: Duration;

  /**
   * The profile types.
   *
   * @default - `WALL`, `HEAP` and `CUSTOM`
   */
  readonly profiles?: ProfileType[];

  /**
   * Time between two samples of the stack, from 1 millisecond to 1 second.
   *
   * A shorter interval shows more in less time, and takes more of the function's processor time. Instances with invocations
   * of milliseconds are sampled more often. Instances that only compute are sampled at most half as often.
   *
   * @default Duration.millis(10)
   */
  readonly samplingInterval?: Duration;

  /**
   * Time between two snapshots that an instance of the function uploads, from 1 second to 1 day. The first one is
   * uploaded after an instance's first or second invocation.
   *
   * @default Duration.minutes(1)
   */
  readonly snapshotInterval?: Duration;

  /**
   * The number of snapshots of each profile type that an instance of the function keeps in the bucket, from 1 to 100. The
   * next one replaces the oldest.
   *
   * @default 10
   */
  readonly windowSize?: number;

  /**
   * The part of the function's instances that is profiled, from 0 to 1. Each instance draws when it starts.
   *
   * Use it for functions with many instances, if fewer show the same: 0.1 uploads a tenth.
   *
   * @default 1
   */
  readonly instanceFraction?: number;

  /**
   * Labels of the function's profiles, at most 10: for example a team, or a release.
   *
   * @default - no labels
   */
  readonly labels?: { [name: string]: string };

  /**
   * Whether profiles record the request ids and X-Ray trace ids of the slowest, failed and timed-out invocations, about 20
   * in each snapshot. `profiled-fn top --request <id>` then profiles one request of the log.
   *
   * @default true
   */
  readonly recordRequestIds?: boolean;

  /**
   * Whether the source maps of the function's code are deployed. Profiles then show the original files on every computer.
   *
   * They become a CDK asset next to that of the code, and are not part of the function. A `ProfiledFunction` makes a source
   * map when it bundles, unless `bundling` has an option for source maps. Otherwise, the source maps in the code are
   * deployed.
   *
   * @default true
   */
  readonly sourceMaps?: boolean;
}
