import { type LocalAws, startLocalAws } from '../../../local/aws';
import type { FileAsset } from '../../../local/cloud-assembly';
import type { JsonObject, Template } from '../../../local/cloudformation/template';
import type { Faults } from '../../../local/faults';

export const region = 'eu-central-1';
export const accountId = '123456789012';

/** What a stack of the tests is made of. */
export interface StackSpec {
  name: string;
  /** @default - {@link region} */
  region?: string;
  /** Value of `ProfiledFnFunctions`; absent: the stack has none of our outputs. */
  functions?: string;
  /** Has the outputs, and its bucket was deleted by hand. */
  withoutBucket?: boolean;
  /** Outputs in place of those that a deployment leaves, and next to them. */
  outputs?: Record<string, string>;
  /** Has a second bucket, in which keys begin with this. */
  secondPrefix?: string;
  /** @default 'CREATE_COMPLETE' */
  status?: string;
  /** Functions in Lambda, by their names there: what their properties have beyond {@link lambdaProperties}. */
  lambda?: Record<string, JsonObject>;
  /** Files that resources name, by their keys. */
  assets?: Map<string, FileAsset>;
  /** More resources. */
  resources?: Template['Resources'];
}

/** An account with stacks as a deployment leaves them. */
export async function startAccount(stacks: StackSpec[], faults?: Faults, functionUpdateMs = 0): Promise<LocalAws> {
  const aws = await startLocalAws({
    assembly: {
      directory: '.',
      stacks: stacks.map((spec) => ({
        stackName: spec.name,
        constructPath: spec.name,
        accountId,
        region: spec.region ?? region,
        template: templateOf(spec),
        assets: spec.assets ?? new Map(),
        pathsOfLogicalIds: new Map(),
      })),
    },
    faults,
    functionUpdateMs,
  });
  for (const stack of aws.stacks) stack.status = stacks.find(({ name }) => name === stack.stackName)?.status;
  return aws;
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
  changer: ['cloudformation:DescribeStacks', 'lambda:GetFunctionConfiguration', 'lambda:UpdateFunctionConfiguration'],
  writer: ['s3:PutObject'],
  viewer: ['cloudformation:DescribeStacks', 'lambda:GetFunctionConfiguration'],
  nobody: ['sts:GetCallerIdentity'],
};

function templateOf({
  name,
  functions,
  withoutBucket,
  secondPrefix,
  lambda = {},
  resources,
  outputs = {},
}: StackSpec): Template {
  if (functions === undefined) return { Resources: {}, Outputs: { Url: { Value: 'https://example.com' } } };
  const bucket = { Type: 'AWS::S3::Bucket', Properties: { BucketName: bucketName(name) } };
  return {
    Resources: {
      ...resources,
      ...Object.fromEntries(
        Object.entries(lambda).map(([lambdaName, properties]) => [
          lambdaName.replace(/\W|_/g, ''),
          { Type: 'AWS::Lambda::Function', Properties: { ...lambdaProperties(name, lambdaName), ...properties } },
        ]),
      ),
      ...(withoutBucket ? {} : { Store: bucket }),
      ...(secondPrefix === undefined
        ? {}
        : { Second: { Type: 'AWS::S3::Bucket', Properties: { BucketName: `${bucketName(name)}-2` } } }),
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
      ...(secondPrefix === undefined
        ? {}
        : { ProfiledFnBucketName2: { Value: `${bucketName(name)}-2` }, ProfiledFnPrefix2: { Value: secondPrefix } }),
      ...(functions === '' ? {} : { ProfiledFnFunctions: { Value: functions } }),
      ...Object.fromEntries(Object.entries(outputs).map(([name, Value]) => [name, { Value }])),
    },
  };
}

/** What a profiled function of a stack is deployed with; the layer is not there, so it cannot be invoked. */
export function lambdaProperties(stack: string, lambdaName: string): JsonObject {
  return {
    FunctionName: lambdaName,
    Runtime: 'nodejs22.x',
    Handler: '/opt/profiled-fn/handler.handler',
    MemorySize: 512,
    Role: roleArn(stack, 'nobody'),
    Code: { ZipFile: '' },
    Layers: [`arn:aws:lambda:${region}:${accountId}:layer:ProfiledFnLayer0A1B2C3D:7`],
    Environment: { Variables: profiledVariables(stack, 'Checkout') },
  };
}

/** The variables that the construct gives to a function. */
export function profiledVariables(stack: string, fn: string): Record<string, string> {
  return {
    PROFILED_FN_HANDLER: 'index.handler',
    PROFILED_FN_BUCKET: bucketName(stack),
    PROFILED_FN_PREFIX: `profiled-fn/${stack}/${fn}`,
    STAGE: 'production',
  };
}

/** Puts an object into the bucket of a stack, with `metadata` as the runtime writes it. */
export function put(
  aws: LocalAws,
  stack: string,
  key: string,
  body: Buffer,
  metadata: Record<string, string> = {},
): void {
  putInto(aws, bucketName(stack), key, body, metadata);
}

/** Puts an object into the bucket of that name. */
export function putInto(
  aws: LocalAws,
  bucket: string,
  key: string,
  body: Buffer,
  metadata: Record<string, string> = {},
): void {
  const found = aws.s3.buckets.get(bucket);
  if (!found) throw new Error(`There is no bucket ${bucket}`);
  found.put(
    key,
    body,
    Object.fromEntries(Object.entries(metadata).map(([name, value]) => [`x-amz-meta-${name}`, value])),
  );
}
