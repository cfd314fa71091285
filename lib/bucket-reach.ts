import { Resource, Stack, Stage } from 'aws-cdk-lib';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { IBucket } from 'aws-cdk-lib/aws-s3';

const OWN_STORE =
  "Omit 'store' and 'bucket' there, so that the stack gets a separate store: with Profiling.of, call it on that stack or stage, too.";

/**
 * The reason why CDK cannot let `fn` upload into `bucket`, if there is one: a sentence with the remedy. CDK's own error
 * comes later, names any resource, and does not mention profiling.
 */
export function bucketOutOfReach(fn: LambdaFunction, bucket: IBucket): string | undefined {
  if (!Resource.isOwnedResource(bucket)) return undefined;
  const [stack, theirs] = [Stack.of(fn), Stack.of(bucket)];
  const key = bucket.encryptionKey;
  const isNamed = canResolve(stack, bucket.bucketName) && canResolve(stack, key?.keyArn);
  // The policy of a bucket of another account names the role, and that of a key of another region, too.
  const namesRole = stack.account !== theirs.account || (key && stack.region !== theirs.region);
  const isLetIn = !namesRole || canResolve(theirs, fn.role?.roleArn);
  if (!isNamed || !isLetIn) {
    return (
      `its bucket, ${bucket.node.path}, is in ${theirs.environment} and the function in ${stack.environment}, where CDK ` +
      `refers to nothing that it has to name itself. ${OWN_STORE} Or give both stacks the same 'env'.`
    );
  }
  if (Stage.of(fn) !== Stage.of(bucket) && typeof stack.resolve(bucket.bucketName) !== 'string') {
    return `its bucket, ${bucket.node.path}, is in another stage, and CDK lets no stage refer to constructs outside of it. ${OWN_STORE}`;
  }
  return undefined;
}

/** Whether `stack` can refer to something by `token`. */
function canResolve(stack: Stack, token: string | undefined): boolean {
  try {
    stack.resolve(token);
    return true;
  } catch {
    return false;
  }
}
