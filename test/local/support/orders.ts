import type { CloudFormationClientConfig } from '@aws-sdk/client-cloudformation';
import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { GetObjectCommand, PutObjectCommand, S3Client, type S3ClientConfig } from '@aws-sdk/client-s3';
import { CfnOutput, NestedStack, Stack, Stage } from 'aws-cdk-lib';
import { Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { BlockPublicAccess, Bucket } from 'aws-cdk-lib/aws-s3';
import { afterAll, beforeAll, beforeEach, expect } from 'vitest';
import { type LocalAws, startLocalAws } from '../../../local/aws';
import type { Faults } from '../../../local/faults';
import type { Credentials } from '../../../local/types';
import { synthesize } from './assembly';

/** The app's bucket in the default region. */
export const BUCKET = 'orders-profiles';

/** The stand-in, from before the first test of a file to after its last. */
export let aws: LocalAws;

let faults: Faults | undefined;
const clients: { destroy(): void }[] = [];

beforeAll(async () => {
  const assembly = synthesize((app) => {
    const stack = new Stack(app, 'Orders', { description: 'Takes orders' });
    const bucket = new Bucket(stack, 'Profiles', {
      bucketName: BUCKET,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      enforceSSL: true,
      minimumTLSVersion: 1.2,
    });
    const writer = new LambdaFunction(stack, 'Writer', {
      runtime: Runtime.NODEJS_22_X,
      handler: 'index.handler',
      code: Code.fromInline('exports.handler = async () => 1'),
    });
    bucket.grantPut(writer, 'mine/*');
    const nested = new NestedStack(stack, 'Nested');
    new LambdaFunction(nested, 'Reader', {
      runtime: Runtime.NODEJS_22_X,
      handler: 'index.handler',
      code: Code.fromInline('exports.handler = async () => 1'),
    });
    new CfnOutput(stack, 'BucketName', { value: bucket.bucketName, description: 'A <bucket> & more', exportName: 'b' });
    const abroad = new Stack(new Stage(app, 'Prod'), 'Orders', {
      env: { region: 'eu-west-1', account: '111111111111' },
    });
    new Bucket(abroad, 'Abroad', { bucketName: 'orders-abroad' });
  });
  aws = await startLocalAws({ assembly, faults: (request) => faults?.(request) });
});

beforeEach(() => {
  faults = undefined;
});

afterAll(async () => {
  for (const client of clients) client.destroy();
  await aws.close();
});

/** Until the end of the test. */
export function setFaults(next: Faults): void {
  faults = next;
}

export function s3(config: S3ClientConfig & { as?: Credentials } = {}): S3Client {
  const { as = aws.adminCredentials, ...rest } = config;
  const client = new S3Client({
    endpoint: aws.endpointUrl,
    region: 'us-east-1',
    credentials: as,
    maxAttempts: 1,
    ...rest,
  });
  clients.push(client);
  return client;
}

export function cloudFormation(config: CloudFormationClientConfig = {}): CloudFormationClient {
  const { endpointUrl: endpoint, adminCredentials: credentials } = aws;
  const client = new CloudFormationClient({ endpoint, region: 'us-east-1', credentials, maxAttempts: 1, ...config });
  clients.push(client);
  return client;
}

/** Credentials of the role of the function at a construct path. */
export function roleOf(path: string): Credentials {
  const found = aws.functions.find(({ constructPath }) => constructPath === path);
  if (!found) throw new Error(`no function ${path}`);
  return aws.credentialsFor(found.roleArn);
}

export function put(Key: string, Body: string | Buffer, more = {}): PutObjectCommand {
  return new PutObjectCommand({ Bucket: BUCKET, Key, Body, ...more });
}

export function get(Key: string, more = {}): GetObjectCommand {
  return new GetObjectCommand({ Bucket: BUCKET, Key, ...more });
}

/** What the SDK makes of a refusal. */
export function refusal(name: string, status: number) {
  return expect.objectContaining({ name, $metadata: expect.objectContaining({ httpStatusCode: status }) });
}
