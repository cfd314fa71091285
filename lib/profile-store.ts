import { Annotations, Duration, type IResource, Lazy, RemovalPolicy, Resource, type Stack } from 'aws-cdk-lib';
import { Grant, type IGrantable } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { BlockPublicAccess, Bucket, BucketEncryption, type IBucket } from 'aws-cdk-lib/aws-s3';
import { Construct, type IConstruct } from 'constructs';
import { DEFAULT_PREFIX } from './contract/keys';
import { warnOfAlias } from './key-alias';
import { prefixProblem } from './prefix-problem';
import { retentionProblem } from './retention-problem';
import { claimPlace } from './store-places';
import { topStack } from './top-stack';

const STORE_ID = 'ProfiledFnStore';

/** Whether a top-level stack has a default store. */
export function hasStore(stack: Stack): boolean {
  return stack.node.tryFindChild(STORE_ID) !== undefined;
}

/** A running instance replaces its objects. Older ones belong to instances that have ended. */
const DEFAULT_RETENTION = Duration.days(14);

/** Properties of a `ProfileStore`. */
export interface ProfileStoreProps {
  /**
   * An existing bucket, of this app or imported.
   *
   * Encryption, expiration and logs are then those of the bucket: add a lifecycle rule for the prefix. If an imported
   * bucket is encrypted with a KMS key, import them together (`Bucket.fromBucketAttributes` with `encryptionKey`).
   *
   * @default - a new bucket: private, encrypted, over TLS only
   */
  readonly bucket?: IBucket;

  /**
   * The first part of every key, without a slash at the end.
   *
   * Stacks of the same name in several accounts or regions need different prefixes to share a bucket. In one bucket, no
   * prefix may contain another one, as `profiles` contains `profiles/blue`.
   *
   * @default 'profiled-fn'
   */
  readonly prefix?: string;

  /**
   * How long the new bucket keeps a snapshot, in whole days.
   *
   * @default Duration.days(14)
   */
  readonly retention?: Duration;

  /**
   * The KMS key that encrypts the new bucket. Functions are granted `kms:GenerateDataKey`, and readers `kms:Decrypt`.
   *
   * @default - a key of S3
   */
  readonly encryptionKey?: IKey;

  /**
   * Whether the new bucket is deleted when it is removed from the stack, or when the stack is deleted. CloudFormation
   * deletes only empty buckets: see `autoDeleteObjects`.
   *
   * @default RemovalPolicy.RETAIN
   */
  readonly removalPolicy?: RemovalPolicy;

  /**
   * Whether the new bucket is emptied before it is deleted. Requires `removalPolicy: RemovalPolicy.DESTROY`, and adds a
   * function to the stack that deletes the objects.
   *
   * @default false
   */
  readonly autoDeleteObjects?: boolean;

  /**
   * The bucket for access logs of the new bucket.
   *
   * @default - access is not logged
   */
  readonly serverAccessLogsBucket?: IBucket;

  /**
   * The prefix of the log objects. Requires `serverAccessLogsBucket`.
   *
   * @default - nothing
   */
  readonly serverAccessLogsPrefix?: string;
}

/** The props that apply only to a bucket that the store creates. */
const NEW_BUCKET_PROPS = [
  'retention',
  'encryptionKey',
  'removalPolicy',
  'autoDeleteObjects',
  'serverAccessLogsBucket',
  'serverAccessLogsPrefix',
] as const satisfies readonly (keyof ProfileStoreProps)[];

/**
 * The place to which profiled functions upload their snapshots: a bucket, and a prefix in it.
 *
 * By default, all functions of a stack share one store, `ProfileStore.of(scope)`, which is created with the first of them.
 * Create a store to set its properties, or to share it among stacks.
 *
 * @example
 *
 * import { App, Duration, Stack } from 'aws-cdk-lib';
 * import { ProfileStore, Profiling } from 'profiled-fn';
 *
 * const app = new App();
 * const store = new ProfileStore(new Stack(app, 'Platform'), 'Profiles', { retention: Duration.days(30) });
 * Profiling.of(app, { store });
 */
export class ProfileStore extends Construct {
  /**
   * The default store of the top-level stack that contains `scope`, created on the first call. Functions in nested
   * stacks use the store of the top-level stack.
   *
   * Its bucket is private, encrypted with keys of S3, accessible over TLS only, and retained when the stack is deleted.
   * Objects expire after the longest `retention` of all functions.
   */
  public static of(scope: IConstruct): ProfileStore {
    const stack = topStack(scope);
    return (stack.node.tryFindChild(STORE_ID) as ProfileStore | undefined) ?? new ProfileStore(stack, STORE_ID);
  }

  /** The bucket. */
  public readonly bucket: IBucket;

  /** The first part of every key, without a slash at the end. */
  public readonly prefix: string;

  /** The values of `retention` that functions set, if the store itself has none. */
  private readonly retentions: Duration[] = [];

  constructor(scope: Construct, id: string, props: ProfileStoreProps = {}) {
    super(scope, id);
    const problems = storeProblems(props);
    if (problems.length > 0) throw new Error(`Cannot create the ProfileStore ${this.node.path}: ${problems.join(' ')}`);

    this.prefix = props.prefix ?? DEFAULT_PREFIX;
    this.bucket = props.bucket ?? this.newBucket(props);
    claimPlace(this, this.bucket, this.prefix);
  }

  /**
   * Grants the permissions to read the profiles with the command: to list and get the snapshots, and to decrypt them if
   * the bucket has a KMS key.
   *
   * For a principal of another account, the permission is also added to the policies of the bucket and the key. If they
   * are imported, their policies cannot be changed here: a warning prints the statements to add.
   *
   * The store cannot grant the permissions to find stacks, and to get source maps, which are next to the code.
   * docs/security.md has a role with all permissions.
   */
  public grantRead(grantee: IGrantable): Grant {
    const { bucket, prefix } = this;
    const conditions = { StringLike: { 's3:prefix': `${prefix}/*` } };
    const list = Grant.addToPrincipalOrResource({
      grantee,
      actions: ['s3:ListBucket'],
      resourceArns: [bucket.bucketArn],
      conditions,
      resource: bucket,
    });
    // Older versions of aws-cdk-lib leave them out of the bucket's policy.
    list.resourceStatement?.addConditions(conditions);
    const get = Grant.addToPrincipalOrResource({
      grantee,
      actions: ['s3:GetObject'],
      resourceArns: [bucket.arnForObjects(`${prefix}/*`)],
      resource: bucket,
    });
    const key = bucket.encryptionKey;
    const decrypt = key?.grant(grantee, 'kms:Decrypt');
    if (decrypt) warnOfAlias(this, decrypt);

    const lost = [...lostIn(bucket, list), ...lostIn(bucket, get), ...(key && decrypt ? lostIn(key, decrypt) : [])];
    if (lost.length > 0) {
      Annotations.of(this).addWarningV2(
        'profiled-fn:bucketCannotBeChanged',
        `The bucket or the key of ${this.node.path} is imported, so its policy cannot be changed here. Another ` +
          `account cannot read its profiles until the policy allows it. Add to it: ${lost.join(', ')}`,
      );
    }
    const grant = list.combine(get);
    return decrypt ? grant.combine(decrypt) : grant;
  }

  /**
   * Records the retention that a function sets.
   *
   * @internal
   */
  public _keep(retention: Duration = DEFAULT_RETENTION): void {
    this.retentions.push(retention);
  }

  private newBucket(props: ProfileStoreProps): Bucket {
    const longestDays = () => Math.max(...this.retentions.map((retention) => retention.toDays()));
    const askedFor = Lazy.number({
      produce: () => (this.retentions.length > 0 ? longestDays() : DEFAULT_RETENTION.toDays()),
    });
    return new Bucket(this, 'Bucket', {
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      // A bucket key spares a request to KMS for each object.
      ...(props.encryptionKey
        ? { encryption: BucketEncryption.KMS, encryptionKey: props.encryptionKey, bucketKeyEnabled: true }
        : { encryption: BucketEncryption.S3_MANAGED }),
      enforceSSL: true,
      removalPolicy: props.removalPolicy ?? RemovalPolicy.RETAIN,
      autoDeleteObjects: props.autoDeleteObjects,
      serverAccessLogsBucket: props.serverAccessLogsBucket,
      serverAccessLogsPrefix: props.serverAccessLogsPrefix,
      lifecycleRules: [
        {
          id: 'ExpireSnapshots',
          prefix: `${this.prefix}/`,
          expiration: props.retention ?? Duration.days(askedFor),
        },
        { id: 'AbortUploads', abortIncompleteMultipartUploadAfter: Duration.days(1) },
      ],
    });
  }
}

/**
 * The statement that a grant would have added to the policy of `resource`, which is not in the app: CDK reports success
 * nevertheless.
 */
function lostIn(resource: IResource, { resourceStatement }: Grant): string[] {
  return resourceStatement && !Resource.isOwnedResource(resource) ? [JSON.stringify(resourceStatement)] : [];
}

function storeProblems(props: ProfileStoreProps): string[] {
  const problems: string[] = [];
  const prefix = props.prefix === undefined ? undefined : prefixProblem("'prefix'", props.prefix);
  if (prefix) problems.push(prefix);
  const retention = retentionProblem("'retention'", props.retention);
  if (retention) problems.push(retention);

  const ofNewBucket = NEW_BUCKET_PROPS.filter((prop) => props[prop] !== undefined);
  if (props.bucket && ofNewBucket.length > 0) {
    problems.push(
      `${quoted(ofNewBucket)} cannot be set for an existing bucket: set them on the bucket itself, or omit 'bucket'.`,
    );
  }
  if (props.autoDeleteObjects && props.removalPolicy !== RemovalPolicy.DESTROY) {
    problems.push(
      "'autoDeleteObjects' requires a bucket that is deleted: set 'removalPolicy' to RemovalPolicy.DESTROY, or omit it.",
    );
  }
  if (props.serverAccessLogsPrefix !== undefined && !props.serverAccessLogsBucket) {
    problems.push("'serverAccessLogsPrefix' requires a bucket for the logs: set 'serverAccessLogsBucket', or omit it.");
  }
  return problems;
}

function quoted(props: readonly string[]): string {
  return props.map((prop) => `'${prop}'`).join(', ');
}
