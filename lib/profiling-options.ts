import type { Duration } from 'aws-cdk-lib';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import type { ProfileStore } from './profile-store';

/** What a profile counts. */
export enum ProfileType {
  /**
   * Where the time of invocations goes, on the processor and waiting. One of four instances also profiles its
   * initialization, which shows the modules that make a cold start slow, and which makes that 10 to 30 ms longer.
   *
   * With less than 1 GB of memory, only these instances are profiled: later, a start of V8's profiler would hold the
   * function for too long. `INIT` profiles every instance.
   */
  WALL = 'wall',

  /** Which code holds memory. */
  HEAP = 'heap',

  /**
   * Which code allocates memory, alive or not, and so makes garbage collections.
   *
   * V8 has one heap sampler. With `HEAP` on as well, each instance draws one of the two, and the merged profiles have
   * both. It needs about 400 MB of memory: with less, an instance samples `HEAP` or nothing.
   */
  ALLOC = 'alloc',

  /**
   * The initialization of every instance, not only of one of four. (With provisioned concurrency it is every instance
   * anyway.)
   */
  INIT = 'init',

  /**
   * Which awaited operation made an invocation idle (a request, a query, a timer), by the stack that started it. In the
   * profile of `WALL` idle time then lies under the functions that wait.
   *
   * It costs up to 30 microseconds of processor time for each outgoing request where there are many, and some 130 where they
   * come one at a time: a per mille of a processor, but up to a fifth more where a function does nothing but send requests.
   */
  WAIT = 'wait',

  /** Which code held the event loop for 20 milliseconds and more while nothing else could run. */
  LOOP = 'loop',

  /** Which code has operations in flight when the invocation is over, and for how long: leaks stand out. */
  ASYNC = 'async',

  /** Which code started worker threads and child processes. */
  THREAD = 'thread',

  /**
   * Where the processor time of worker threads goes that the function's code starts, by the label `thread`: a thread's
   * name, or else its script's. With `HEAP` that profile also has what they hold. At most 8 are sampled at a time.
   *
   * A worker that lives on costs no more than can be measured. One that is started anew costs 12 to 23 milliseconds of
   * processor time more, as V8's profiler starts in it, and its `exit` event comes a few milliseconds later.
   */
  WORKER = 'worker',

  /** The pauses of garbage collections, by kind. */
  GC = 'gc',

  /** What the function's own code counts with `profile` and `count` of `profiled-fn/runtime`; nothing where it does not. */
  CUSTOM = 'custom',
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
   * Where the function's snapshots go.
   *
   * The function may put objects under its own prefix, `<prefix of the store>/<stack>/<function>/`, and nothing else.
   *
   * @default - the stack's own, `ProfileStore.of(scope)`, created with the stack's first profiled function
   */
  readonly store?: ProfileStore;

  /**
   * A bucket of your own for the function's snapshots: short for a `store` with this bucket.
   *
   * Add a lifecycle rule for `profiled-fn/` to it: snapshots of instances that are gone stay until one expires them.
   * An imported bucket that is encrypted with a KMS key has to be imported together with it
   * (`Bucket.fromBucketAttributes` with `encryptionKey`).
   *
   * @default - the bucket of `store`
   */
  readonly bucket?: IBucket;

  /**
   * The first part of every key in `bucket`, without a slash at the end. (A `store` has its own.)
   *
   * @default 'profiled-fn'
   */
  readonly prefix?: string;

  /**
   * How long the stack's own store keeps snapshots, in whole days. All functions of the stack share it, so the longest
   * that one asks for counts. (A `store` has its own, and a `bucket` its lifecycle rules.)
   *
   * @default Duration.days(14)
   */
  readonly retention?: Duration;

  /**
   * What to profile.
   *
   * @default - `WALL`, `HEAP` and `CUSTOM`
   */
  readonly profiles?: ProfileType[];

  /**
   * Time between two samples of the stack, from 1 millisecond to 1 second.
   *
   * Shorter shows more in less time and costs more of the function's processor time. Instances whose invocations take
   * milliseconds are sampled more often, those that do nothing but compute at most half as often.
   *
   * @default Duration.millis(10)
   */
  readonly samplingInterval?: Duration;

  /**
   * Time between two snapshots that an instance of the function uploads, from 1 second to 1 day. The first one leaves
   * after an instance's first or second invocation.
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

  /**
   * The part of the function's instances that is profiled, from 0 to 1. Each instance draws when it starts.
   *
   * For functions with so many instances that fewer tell the same: 0.1 uploads a tenth.
   *
   * @default 1
   */
  readonly instanceFraction?: number;

  /**
   * What the function's profiles are labelled with, by name: a team, a release. 10 at most.
   *
   * @default - no labels
   */
  readonly labels?: { [name: string]: string };

  /**
   * Whether profiles record the request ids and X-Ray trace ids of the slowest, failed and timed-out invocations, some 20
   * in each snapshot. `profiled-fn top --request <id>` then shows what one request of the log did.
   *
   * @default true
   */
  readonly recordRequestIds?: boolean;

  /**
   * Whether the source maps of the function's code are deployed, so that profiles show the original files wherever they
   * are fetched.
   *
   * They become an asset of CDK's, beside that of the code, and never reach the function. A `ProfiledFunction` makes
   * one where it bundles, unless `bundling` itself says something of source maps; otherwise those are taken that are
   * in the code.
   *
   * @default true
   */
  readonly sourceMaps?: boolean;
}
