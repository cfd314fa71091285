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

/** Whether a top-level stack has a store of its own. */
export function hasStore(stack: Stack): boolean {
  return stack.node.tryFindChild(STORE_ID) !== undefined;
}

/** An instance that lives replaces its objects; what is older belongs to instances that are gone. */
const DEFAULT_RETENTION = Duration.days(14);

/** Properties of a `ProfileStore`. */
export interface ProfileStoreProps {
  /**
   * A bucket of your own, of this app or imported.
   *
   * Encryption, expiration and logs are then the bucket's: give it a lifecycle rule for the prefix. An imported bucket
   * that is encrypted with a KMS key has to be imported together with it (`Bucket.fromBucketAttributes` with
   * `encryptionKey`).
   *
   * @default - a new bucket: private, encrypted, over TLS only
   */
  readonly bucket?: IBucket;

  /**
   * The first part of every key, without a slash at the end.
   *
   * Stacks of the same name in several accounts or regions that share a bucket need a prefix each. None may lie inside
   * another one of the bucket, as `profiles` and `profiles/blue` do.
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
   * The KMS key that the new bucket is encrypted with. Functions get leave to ask it for data keys, readers to decrypt.
   *
   * @default - a key of S3
   */
  readonly encryptionKey?: IKey;

  /**
   * What becomes of the new bucket when it leaves the stack, or the stack goes. CloudFormation deletes an empty one
   * only; see `autoDeleteObjects`.
   *
   * @default RemovalPolicy.RETAIN
   */
  readonly removalPolicy?: RemovalPolicy;

  /**
   * Whether the new bucket is emptied before it is deleted. Needs `removalPolicy: RemovalPolicy.DESTROY`, and adds a
   * function to the stack that does it.
   *
   * @default false
   */
  readonly autoDeleteObjects?: boolean;

  /**
   * The bucket that access to the new bucket is logged in.
   *
   * @default - access is not logged
   */
  readonly serverAccessLogsBucket?: IBucket;

  /**
   * What the names of the logs begin with. Needs `serverAccessLogsBucket`.
   *
   * @default - nothing
   */
  readonly serverAccessLogsPrefix?: string;
}

/** The props that are about a bucket that the store makes. */
const NEW_BUCKET_PROPS = [
  'retention',
  'encryptionKey',
  'removalPolicy',
  'autoDeleteObjects',
  'serverAccessLogsBucket',
  'serverAccessLogsPrefix',
] as const satisfies readonly (keyof ProfileStoreProps)[];

/**
 * Where profiled functions upload their snapshots to: a bucket, and a prefix in it.
 *
 * A stack's functions share one that is made with the first of them, `ProfileStore.of(scope)`. Make your own to set
 * more, or to share it among stacks.
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
   * The store of the top-level stack that holds `scope`, created on the first call. Functions in nested stacks share
   * the one of the stack that is deployed.
   *
   * It is private, encrypted with keys of S3, over TLS only, and stays when the stack is deleted. Objects expire after
   * the longest `retention` that a function asks for.
   */
  public static of(scope: IConstruct): ProfileStore {
    const stack = topStack(scope);
    return (stack.node.tryFindChild(STORE_ID) as ProfileStore | undefined) ?? new ProfileStore(stack, STORE_ID);
  }

  /** The bucket. */
  public readonly bucket: IBucket;

  /** The first part of every key, without a slash at the end. */
  public readonly prefix: string;

  /** What functions ask of a store that nobody gave a retention. */
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
   * Lets somebody read the profiles: list the snapshots and get them, as the command does, and decrypt them where the
   * bucket has a KMS key.
   *
   * For somebody of another account, the permission goes into the policies of the bucket and the key too. Those of
   * imported ones cannot be changed from here: a warning then prints the statements to add.
   *
   * To find stacks and to get source maps, which lie beside the code, is not the store's to grant: docs/security.md has
   * a role that may do all.
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
   * Notes how long a function wants its snapshots kept.
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
 * What a grant would have added to the policy of `resource`, which is not in the app: CDK reports success all the same.
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
