import { Annotations, AspectPriority, Aspects, type IResource, Names, Resource, Stack, Token } from 'aws-cdk-lib';
import {
  type CfnRole,
  Grant,
  type IGrantable,
  type IPrincipal,
  type IRole,
  Policy,
  type PolicyStatement,
  Role,
} from 'aws-cdk-lib/aws-iam';
import type { CfnFunction, Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import { RegionInfo } from 'aws-cdk-lib/region-info';
import { Dependable, type IConstruct, type IDependable } from 'constructs';
import { isResource } from './function-kind';
import { warnOfAlias } from './key-alias';
import { addToRole, changeableRole, takeFromRole } from './role-policies';
import { topStack } from './top-stack';

const MAX_POLICY_NAME_LENGTH = 128;

/**
 * Grants `fn` to put objects under `prefix`, and nothing else. (`bucket.grantPut` would also allow tags, holds, and
 * aborting uploads.) If the bucket has a KMS key, it also grants data keys, which S3 requests in the name of the
 * uploader.
 *
 * A role that CDK may not change gets nothing: a warning then prints the statements to add.
 *
 * @param prefix the function's key prefix, which may be a token
 * @param readablePrefix the same for people, with the name that the stack is synthesized with
 * @param isLast whether nothing is added to the app any more
 */
export function grantUpload(
  fn: LambdaFunction,
  bucket: IBucket,
  prefix: string,
  readablePrefix: string,
  isLast: boolean,
): void {
  const place = placeInRole(fn, bucket);
  if (place?.isUncertain && !isLast) {
    onceComplete(fn, () => grantUpload(fn, bucket, prefix, readablePrefix, true));
    return;
  }
  const inRole: PolicyStatement[] = [];
  const role = place?.isCircle() ? undefined : place?.role;
  const grantee = role && fn.role ? granteeInstead(fn.role, fn.role, (each) => inRole.push(each)) : granteeOf(fn);
  const put = Grant.addToPrincipalOrResource({
    grantee,
    actions: ['s3:PutObject'],
    resourceArns: [bucket.arnForObjects(`${prefix}/*`)],
    resource: bucket,
  });
  refuseForeignPolicy(fn, put);
  const key = bucket.encryptionKey;
  const dataKey = key?.grant(grantee, 'kms:GenerateDataKey');
  if (dataKey) warnOfAlias(fn, dataKey);
  if (role && inRole.length > 0) putIntoRole(fn, role, inRole);

  const missing: object[] = [];
  if (!isInTemplate(put, fn.role, bucket))
    missing.push(allow('s3:PutObject', readableObjectsArn(fn, bucket, readablePrefix)));
  if (key && dataKey?.success && !isInTemplate(dataKey, fn.role, key)) {
    missing.push(allow('kms:GenerateDataKey', readable(key.keyArn, "<ARN of the bucket's key>")));
  }
  if (missing.length === 0) return;
  Annotations.of(fn).addWarningV2(
    'profiled-fn:roleCannotBeChanged',
    `The role of ${fn.node.path} is imported or takes no updates, so it cannot be changed here. Profiles ` +
      `cannot be uploaded until the role allows it. Add to its policy: ${missing.map((statement) => JSON.stringify(statement)).join(', ')}`,
  );
}

/**
 * Whether the grant ends in a policy of the template. An immutable role reports success all the same, but gives no
 * policy to depend on. (Roles of the app give theirs only when the app is synthesized, and a key's policy is nothing
 * that one could depend on.)
 */
function isInTemplate(grant: Grant, role: IRole | undefined, resource: IResource): boolean {
  if (isOfTheApp(role)) return true;
  if (grant.resourceStatement) return Resource.isOwnedResource(resource);
  return Dependable.of(grant).dependencyRoots.length > 0;
}

/** That of `Role.customizeRoles` has no resource. */
function isOfTheApp(role: IRole | undefined): role is IRole {
  return Role.isRole(role) || changeableRole(role) !== undefined;
}

/** The resource of the function's role, where the statements can be part of it. */
interface PlaceInRole {
  readonly role: CfnRole;
  /** Whether `isCircle` may still become true: until the app is complete, the content of the key's policy is not known. */
  readonly isUncertain: boolean;
  /** Whether the bucket or its key refer to the role, which would then refer to them. */
  isCircle(): boolean;
}

/** A policy for each function would be a third resource for it, of the 500 that a stack may have. */
function placeInRole(fn: LambdaFunction, bucket: IBucket): PlaceInRole | undefined {
  const role = changeableRole(fn.role);
  if (!role || topStack(role) !== topStack(fn)) return undefined;
  const key = bucket.encryptionKey;
  if (!key) return { role, isUncertain: false, isCircle: () => false };
  // CDK writes into the policy of a key of another account or region only for roles themselves.
  if (Stack.of(role).environment !== Stack.of(key).environment) return undefined;
  const beside = [key, bucket]
    .map(({ node }) => node.defaultChild)
    .filter((each) => each !== undefined && topStack(each) === topStack(role)) as IConstruct[];
  return { role, isUncertain: beside.length > 0, isCircle: () => beside.some((each) => refersTo(each, role)) };
}

/** Runs `then` when the app is synthesized, with the aspects that change it. */
function onceComplete(fn: LambdaFunction, then: () => void): void {
  let isDone = false;
  const visit = (node: IConstruct) => {
    if (node !== fn || isDone) return;
    isDone = true;
    then();
  };
  Aspects.of(fn).add({ visit }, { priority: AspectPriority.MUTATING });
}

function refersTo(resource: IConstruct, role: CfnRole): boolean {
  const stack = Stack.of(resource);
  const { _toCloudFormation } = resource as unknown as { _toCloudFormation(): object };
  return JSON.stringify(stack.resolve(_toCloudFormation.call(resource))).includes(`"${stack.resolve(role.logicalId)}"`);
}

/** Adds to the role, or to the policy that CDK creates for its grants, with the statements of the role. */
function putIntoRole({ role }: LambdaFunction, resource: CfnRole, statements: readonly PolicyStatement[]): void {
  if (addToRole(resource, statements)) return;
  for (const statement of [...takeFromRole(resource), ...statements]) role?.addToPrincipalPolicy(statement);
}

/**
 * The scope of the policy with the statements. If the role belongs to another stack, the policy is created next to the
 * function. In the role's stack, it would refer to the function's stack, which depends on the role's.
 */
function granteeOf(fn: LambdaFunction): IGrantable {
  const { role } = fn;
  if (!isOfTheApp(role) || topStack(role) === topStack(fn)) return fn;
  // A role has one policy of a name, from any stack.
  const policyName = Names.uniqueResourceName(fn, { maxLength: MAX_POLICY_NAME_LENGTH });
  const policy = new Policy(fn, 'ProfilingPolicy', { policyName, roles: [role] });
  (fn.node.defaultChild as CfnFunction).node.addDependency(policy);
  return granteeInstead(role, policy, (statement) => policy.addStatements(statement));
}

/** A grantee like `role`, whose statements go elsewhere. */
function granteeInstead(
  role: IRole,
  policyDependable: IDependable,
  add: (statement: PolicyStatement) => void,
): IGrantable {
  const { assumeRoleAction, policyFragment, principalAccount } = role;
  const grantPrincipal: IPrincipal = {
    get grantPrincipal() {
      return grantPrincipal;
    },
    assumeRoleAction,
    policyFragment,
    principalAccount,
    addToPrincipalPolicy(statement) {
      add(statement);
      return { statementAdded: true, policyDependable };
    },
  };
  return { grantPrincipal };
}

/**
 * CDK puts the policy of an imported role where the role was imported. In another stack, it would refer to the
 * function's, which depends on it.
 *
 * @throws Error with the remedy
 */
function refuseForeignPolicy(fn: LambdaFunction, grant: Grant): void {
  const isForeign = (root: IConstruct) =>
    isResource(root.node.defaultChild, 'AWS::IAM::Policy') && topStack(root) !== topStack(fn);
  if (!Dependable.of(grant).dependencyRoots.some(isForeign)) return;
  throw new Error(
    `Cannot profile ${fn.node.path}: its role, ${fn.role?.node.path}, is imported in another stack, which would depend ` +
      'on that of the function for the permission to upload. Import it in the stack of the function, with ' +
      "'Role.fromRoleArn(this, …)', or name the function in 'exclude'.",
  );
}

function allow(action: string, resource: string): object {
  return { Effect: 'Allow', Action: action, Resource: resource };
}

function readableObjectsArn(fn: LambdaFunction, bucket: IBucket, prefix: string): string {
  const { region } = Stack.of(fn);
  const partition = (Token.isUnresolved(region) ? undefined : RegionInfo.get(region).partition) ?? 'aws';
  const bucketName = readable(bucket.bucketName, "<name of the bucket, see the stack's outputs>");
  return `arn:${partition}:s3:::${bucketName}/${prefix}/*`;
}

function readable(text: string, placeholder: string): string {
  return Token.isUnresolved(text) ? placeholder : text;
}
