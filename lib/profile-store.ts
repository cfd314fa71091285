import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { BlockPublicAccess, Bucket, BucketEncryption, type IBucket } from 'aws-cdk-lib/aws-s3';
import { Construct, type IConstruct } from 'constructs';
import { KEY_ROOT } from './keys';
import { topStack } from './top-stack';

const STORE_ID = 'ProfiledFnStore';

/** An instance that lives replaces its objects; what is older belongs to instances that are gone. */
const RETENTION = Duration.days(14);

/**
 * The bucket that a stack's profiled functions upload their snapshots to: private, encrypted with keys of S3, over
 * TLS only. Objects expire after 14 days. It stays when the stack is deleted; to delete an empty one with the stack,
 * call `ProfileStore.of(this).bucket.applyRemovalPolicy(RemovalPolicy.DESTROY)`.
 */
export class ProfileStore extends Construct {
  /**
   * The store of the top-level stack that holds `scope`, created on the first call. Functions in nested stacks share
   * the one of the stack that is deployed.
   */
  public static of(scope: IConstruct): ProfileStore {
    const stack = topStack(scope);
    return (stack.node.tryFindChild(STORE_ID) as ProfileStore | undefined) ?? new ProfileStore(stack, STORE_ID);
  }

  /** The bucket. */
  public readonly bucket: IBucket;

  private constructor(scope: Construct, id: string) {
    super(scope, id);
    this.bucket = new Bucket(this, 'Bucket', {
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      encryption: BucketEncryption.S3_MANAGED,
      enforceSSL: true,
      removalPolicy: RemovalPolicy.RETAIN,
      lifecycleRules: [
        { id: 'ExpireSnapshots', prefix: `${KEY_ROOT}/`, expiration: RETENTION },
        { id: 'AbortUploads', abortIncompleteMultipartUploadAfter: Duration.days(1) },
      ],
    });
  }
}
