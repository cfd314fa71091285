import { type LocalAws, startLocalAws } from '../../../local/aws';
import type { Template } from '../../../local/cloudformation/template';
import type { Faults } from '../../../local/faults';

export const region = 'eu-central-1';
export const accountId = '123456789012';

/** What a stack of the tests is made of. */
export interface StackSpec {
  name: string;
  /** Value of `ProfiledFnFunctions`; absent: the stack has none of our outputs. */
  functions?: string;
  /** Has the outputs, and its bucket was deleted by hand. */
  withoutBucket?: boolean;
}

/** An account with stacks as a deployment leaves them. */
export function startAccount(stacks: StackSpec[], faults?: Faults): Promise<LocalAws> {
  return startLocalAws({
    assembly: {
      directory: '.',
      stacks: stacks.map((spec) => ({
        stackName: spec.name,
        constructPath: spec.name,
        accountId,
        region,
        template: templateOf(spec),
        assets: new Map(),
        pathsOfLogicalIds: new Map(),
      })),
    },
    faults,
  });
}

/** Name of the bucket of a stack of {@link startAccount}. */
export function bucketName(stack: string): string {
  return `${stack.toLowerCase()}-profiles`;
}

/** ARN of a role that may do `actions` and nothing else; every stack with functions has these. */
export function roleArn(stack: string, role: keyof typeof roles): string {
  return `arn:aws:iam::${accountId}:role/${stack}-${role}`;
}

const roles = {
  finder: ['cloudformation:DescribeStacks'],
  lister: ['cloudformation:DescribeStacks', 's3:ListBucket'],
  nobody: ['sts:GetCallerIdentity'],
};

function templateOf({ name, functions, withoutBucket }: StackSpec): Template {
  if (functions === undefined) return { Resources: {}, Outputs: { Url: { Value: 'https://example.com' } } };
  const bucket = { Type: 'AWS::S3::Bucket', Properties: { BucketName: bucketName(name) } };
  return {
    Resources: {
      ...(withoutBucket ? {} : { Store: bucket }),
      ...Object.fromEntries(
        Object.entries(roles).map(([role, actions]) => [
          role,
          {
            Type: 'AWS::IAM::Role',
            Properties: {
              RoleName: `${name}-${role}`,
              AssumeRolePolicyDocument: {},
              Policies: [
                {
                  PolicyName: 'p',
                  PolicyDocument: { Statement: [{ Effect: 'Allow', Action: actions, Resource: '*' }] },
                },
              ],
            },
          },
        ]),
      ),
    },
    Outputs: {
      ProfiledFnBucketName: { Value: bucketName(name) },
      ...(functions === '' ? {} : { ProfiledFnFunctions: { Value: functions } }),
    },
  };
}

/** Puts an object into the bucket of a stack. */
export function put(aws: LocalAws, stack: string, key: string, body: Buffer): void {
  const bucket = aws.s3.buckets.get(bucketName(stack));
  if (!bucket) throw new Error(`No bucket of ${stack}`);
  bucket.put(key, body);
}
