import { randomBytes } from 'node:crypto';
import type { Resource, Stack } from '../cloudformation/deployed-stack';
import { isObject, type Json } from '../cloudformation/template';
import type { Credentials } from '../types';
import type { PolicyDocument, Principal } from './policy';

/** Credentials that were issued, and whose they are. */
export interface IssuedCredentials {
  credentials: Credentials;
  principal: Principal;
}

/** Issues credentials and knows them again by their access key. */
export class CredentialStore {
  readonly #byAccessKey = new Map<string, IssuedCredentials>();

  /** @param kind a `session` has a token that requests must carry; a `user` has none */
  issue(principal: Principal, kind: 'user' | 'session'): Credentials {
    const credentials: Credentials = {
      accessKeyId: `${kind === 'user' ? 'AKIA' : 'ASIA'}${randomBytes(8).toString('hex').toUpperCase()}`,
      secretAccessKey: randomBytes(30).toString('base64'),
      ...(kind === 'session' && { sessionToken: randomBytes(120).toString('base64') }),
    };
    this.#byAccessKey.set(credentials.accessKeyId, { credentials, principal });
    return credentials;
  }

  find(accessKeyId: string): IssuedCredentials | undefined {
    return this.#byAccessKey.get(accessKeyId);
  }
}

/** The person at this machine, who may do everything. @param accountId that they are logged in to */
export function administrator(accountId: string): Principal {
  return { arn: `arn:aws:iam::${accountId}:user/administrator`, accountId, everyAccount: true, policies: [ALLOW_ALL] };
}

/**
 * Who a role is, with every policy that the app's templates attach to it. A role that the app only imports has what
 * the app attaches, no more.
 *
 * @param sessionName last part of the session's ARN; Lambda gives the function's name
 */
export function roleSession(roleArn: string, sessionName: string, stacks: Stack[]): Principal {
  const accountId = roleArn.split(':')[4] ?? '';
  const roleName = roleArn.slice(roleArn.lastIndexOf('/') + 1);
  const resources = stacks.filter((stack) => stack.accountId === accountId).flatMap((stack) => stack.resources);
  const role = resources.find((resource) => resource.type === 'AWS::IAM::Role' && resource.attributes.Arn === roleArn);
  const managedArns = strings(role?.properties.ManagedPolicyArns);
  const boundaryArn = role?.properties.PermissionsBoundary;
  return {
    arn: roleArn,
    sessionArn: `arn:aws:sts::${accountId}:assumed-role/${roleName}/${sessionName}`,
    accountId,
    policies: [
      ...inlinePolicies(role),
      ...resources.filter((resource) => isAttached(resource, roleName, managedArns)).map(documentOf),
      ...managedArns.flatMap((arn) => AWS_MANAGED[policyName(arn)] ?? []),
    ],
    ...(typeof boundaryArn === 'string' && { boundary: boundaryPolicies(boundaryArn, resources) }),
  };
}

/** The policies of a bucket of the app. */
export function bucketPolicies(bucketName: string, stacks: Stack[]): PolicyDocument[] {
  return stacks
    .flatMap((stack) => stack.resources)
    .filter(({ type, properties }) => type === 'AWS::S3::BucketPolicy' && properties.Bucket === bucketName)
    .map(documentOf);
}

const ALLOW_ALL: PolicyDocument = { Statement: { Effect: 'Allow', Action: '*', Resource: '*' } };

/** Policies that AWS keeps and that say something about S3, CloudFormation or Lambda. Others give nothing here. */
const AWS_MANAGED: Record<string, PolicyDocument> = {
  AdministratorAccess: ALLOW_ALL,
  PowerUserAccess: { Statement: { Effect: 'Allow', NotAction: ['iam:*', 'organizations:*'], Resource: '*' } },
  ReadOnlyAccess: {
    Statement: {
      Effect: 'Allow',
      Action: [
        ...['s3:Get*', 's3:List*', 'lambda:Get*', 'lambda:List*'],
        ...['cloudformation:Describe*', 'cloudformation:List*', 'cloudformation:Get*'],
      ],
      Resource: '*',
    },
  },
  AWSLambda_FullAccess: { Statement: { Effect: 'Allow', Action: 'lambda:*', Resource: '*' } },
  AWSLambda_ReadOnlyAccess: { Statement: { Effect: 'Allow', Action: ['lambda:Get*', 'lambda:List*'], Resource: '*' } },
  AWSLambdaRole: { Statement: { Effect: 'Allow', Action: 'lambda:InvokeFunction', Resource: '*' } },
  AmazonS3FullAccess: { Statement: { Effect: 'Allow', Action: 's3:*', Resource: '*' } },
  AmazonS3ReadOnlyAccess: { Statement: { Effect: 'Allow', Action: ['s3:Get*', 's3:List*'], Resource: '*' } },
};

/** Only those of AWS: a policy of the same name that the app imports from the account is not known here. */
function policyName(arn: string): string {
  return arn.startsWith('arn:aws:iam::aws:policy/') ? arn.slice(arn.lastIndexOf('/') + 1) : '';
}

function inlinePolicies(role: Resource | undefined): PolicyDocument[] {
  const policies = role?.properties.Policies;
  return Array.isArray(policies)
    ? (policies as unknown as { PolicyDocument: PolicyDocument }[]).map((policy) => policy.PolicyDocument)
    : [];
}

function isAttached({ type, properties, physicalId }: Resource, roleName: string, managedArns: string[]): boolean {
  switch (type) {
    case 'AWS::IAM::Policy':
      return strings(properties.Roles).includes(roleName);
    case 'AWS::IAM::RolePolicy':
      return properties.RoleName === roleName;
    case 'AWS::IAM::ManagedPolicy':
      return strings(properties.Roles).includes(roleName) || managedArns.includes(physicalId);
    default:
      return false;
  }
}

function boundaryPolicies(arn: string, resources: Resource[]): PolicyDocument[] {
  return [
    ...resources
      .filter(({ type, physicalId }) => type === 'AWS::IAM::ManagedPolicy' && physicalId === arn)
      .map(documentOf),
    ...[AWS_MANAGED[policyName(arn)] ?? []].flat(),
  ];
}

function documentOf({ properties }: Resource): PolicyDocument {
  const document = properties.PolicyDocument;
  // IAM refuses what is not of this shape when the policy is made, so no more than this is checked.
  return isObject(document) && document.Statement ? (document as unknown as PolicyDocument) : { Statement: [] };
}

function strings(value: Json | undefined): string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}
