import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { CloudFormationClient, DescribeStackResourcesCommand } from '@aws-sdk/client-cloudformation';
import { type FunctionConfiguration, LambdaClient, ListFunctionsCommand } from '@aws-sdk/client-lambda';
import {
  GetBucketEncryptionCommand,
  GetObjectCommand,
  ListBucketsCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { fromTemporaryCredentials } from '@aws-sdk/credential-providers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openBucket } from '../../cli/aws/bucket';
import { sessionAt } from '../../cli/aws/session';
import { fetchStack } from '../../cli/fetch/fetch-stack';
import { publishedSourceMaps } from '../../cli/source-maps/published-source-maps';
import { findStack } from '../../cli/stacks/find-stacks';
import { packed, wallProfile } from '../cli/support/profiles';
import { mapping } from '../profile/support/profiles';
import { temporaryFolder } from '../support/temporary-folder';
import { type OtherServer, startServer } from './support/servers';
import { installPythonTool } from './support/tools';

const run = promisify(execFile);
const root = join(import.meta.dirname, '../..');
const folder = temporaryFolder('profiled-fn-deploy');
const region = 'eu-central-1';
const account = '123456789012'; // moto's
const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
const assets = `cdk-hnb659fds-assets-${account}-${region}`;

let moto: OtherServer;
/** For our clients: on a name, S3's buckets would be parts of it. */
let endpoint: string;
let s3: S3Client;
let lambda: LambdaClient;
let cloudFormation: CloudFormationClient;
beforeAll(async () => {
  const commands = await installPythonTool('moto[server]>=5.1,<6', join(folder, 'python'));
  // By this name, and not by the number, moto finds templates that CDK puts into its S3.
  const script = join(import.meta.dirname, 'moto-server.py');
  moto = await startServer((port) => [join(commands, 'python'), [script, '-H', 'localhost', '-p', String(port)]]);
  endpoint = moto.url.replace('localhost', '127.0.0.1');
  const config = { endpoint, region, credentials };
  s3 = new S3Client(config);
  lambda = new LambdaClient(config);
  cloudFormation = new CloudFormationClient(config);
  await cdk('bootstrap', `aws://${account}/${region}`);
});
afterAll(async () => {
  for (const client of [s3, lambda, cloudFormation]) client.destroy();
  await moto.stop();
});

/** Runs CDK's own command, against moto. */
async function cdk(...args: string[]): Promise<void> {
  const app = `${process.execPath} --import tsx ${join(import.meta.dirname, 'support/orders-app.ts')}`;
  await run(process.execPath, [join(root, 'node_modules/aws-cdk/bin/cdk'), ...args, '--app', app], {
    cwd: root,
    timeout: 280_000,
    env: {
      ...process.env,
      CDK_OUTDIR: join(folder, 'cdk.out'),
      AWS_ENDPOINT_URL: moto.url,
      AWS_REGION: region,
      AWS_ACCESS_KEY_ID: credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    },
  });
}

// As one call to CloudFormation: moto leaves the outputs out when a change set is executed.
const deploy = (...args: string[]) => cdk('deploy', '--require-approval=never', '--method=direct', ...args);

async function deployed(): Promise<Record<string, FunctionConfiguration>> {
  const { Functions = [] } = await lambda.send(new ListFunctionsCommand({}));
  return Object.fromEntries(Functions.map((fn) => [/^OrdersStack-([A-Z][a-z]+)/.exec(fn.FunctionName ?? '')?.[1], fn]));
}

const variablesOf = (fn: FunctionConfiguration | undefined) => fn?.Environment?.Variables ?? {};

describe('the example, deployed with CDK’s own command into moto', () => {
  let functions: Record<string, FunctionConfiguration>;
  let bucket: string;
  beforeAll(async () => {
    await deploy();
    functions = await deployed();
    bucket = variablesOf(functions.Checkout).PROFILED_FN_BUCKET ?? '';
  });

  it('has its functions, which are profiled', () => {
    expect(Object.keys(functions).sort()).toEqual(['Checkout', 'Invoice', 'Report']);
    for (const [name, fn] of Object.entries(functions)) {
      expect(fn.Handler).toBe('/opt/profiled-fn/handler.handler');
      expect(variablesOf(fn)).toMatchObject({
        PROFILED_FN_HANDLER: 'index.handler',
        PROFILED_FN_PREFIX: `profiled-fn/OrdersStack/${name}`,
        PROFILED_FN_CODE_HASH: expect.stringMatching(/^[0-9a-f]{64}$/),
      });
    }
  });

  it('has the layer, the roles and the policies', async () => {
    const { StackResources = [] } = await cloudFormation.send(
      new DescribeStackResourcesCommand({ StackName: 'OrdersStack' }),
    );
    const count = (type: string) => StackResources.filter(({ ResourceType }) => ResourceType === type).length;
    expect(count('AWS::Lambda::LayerVersion')).toBe(1);
    expect(count('AWS::IAM::Role')).toBe(3);
    expect(count('AWS::IAM::Policy')).toBe(3);
  });

  it('has the bucket, encrypted', async () => {
    const { ServerSideEncryptionConfiguration } = await s3.send(new GetBucketEncryptionCommand({ Bucket: bucket }));
    expect(ServerSideEncryptionConfiguration?.Rules?.[0]?.ApplyServerSideEncryptionByDefault).toEqual({
      SSEAlgorithm: 'AES256',
    });
  });

  it('is found by its outputs, and fetched: snapshots from the store, source maps from where CDK has put them', async () => {
    for (const fn of Object.values(functions)) {
      const { PROFILED_FN_PREFIX, PROFILED_FN_CODE_HASH: buildId, PROFILED_FN_HANDLER } = variablesOf(fn);
      expect(PROFILED_FN_HANDLER).toBe('index.handler');
      const script = fn.FunctionName?.includes('Invoice') ? 'index.mjs' : 'index.js';
      const profile = wallProfile({ file: `/var/task/${script}` });
      const code = mapping({ filename: fn.FunctionName, buildId });
      for (const { locations } of profile.samples) for (const location of locations) location.mapping = code;
      const Key = `${PROFILED_FN_PREFIX}/wall/00-0123456789ab.pb.gz`;
      await s3.send(new PutObjectCommand({ Bucket: bucket, Key, Body: packed(profile) }));
    }
    const session = sessionAt(endpoint, region, credentials);
    const stack = await findStack(session, 'OrdersStack');
    expect(stack.functions.map(({ name }) => name)).toEqual(['Checkout', 'Invoice', 'Report']);
    expect(stack.stores).toEqual([{ bucket, prefix: 'profiled-fn' }]);
    expect(stack.sourceMaps).toEqual([{ bucket: assets, prefix: '' }]);

    const out = join(folder, 'out');
    const findArchive = publishedSourceMaps(session, stack, join(out, 'maps'));
    const request = { stack, functions: stack.functions, selection: {}, out, assemblies: [], findArchive };
    const store = openBucket(session, bucket);
    const fetched = await fetchStack(
      [{ bucket: store, prefix: 'profiled-fn' }],
      request,
      () => undefined,
      async (profile) => profile,
    );
    store.close();
    expect(fetched.skipped).toEqual([]);
    expect(fetched.profiles.map(({ function: name }) => name)).toEqual(['Checkout', 'Invoice', 'Report']);
    expect(fetched.sourceMaps).toMatchObject({ symbolized: ['Checkout', 'Invoice', 'Report'], unusable: [] });
  });

  it('lets a function put below its own prefix, and do nothing else', async () => {
    const assume = fromTemporaryCredentials({
      masterCredentials: credentials,
      params: { RoleArn: functions.Checkout?.Role, RoleSessionName: 'checkout' },
      clientConfig: { endpoint, region },
    });
    const client = new S3Client({ endpoint, region, maxAttempts: 1, credentials: await assume() });
    // From now on, moto asks the policies.
    await fetch(`${endpoint}/moto-api/reset-auth`, { method: 'POST', body: '0' });
    try {
      const own = 'profiled-fn/OrdersStack/Checkout/wall/01-0123456789ab.pb.gz';
      const others = 'profiled-fn/OrdersStack/Invoice/wall/01-0123456789ab.pb.gz';
      await client.send(new PutObjectCommand({ Bucket: bucket, Key: own, Body: 'x' }));
      const denied = { $metadata: { httpStatusCode: 403 } };
      await expect(client.send(new PutObjectCommand({ Bucket: bucket, Key: others, Body: 'x' }))).rejects.toMatchObject(
        denied,
      );
      await expect(client.send(new GetObjectCommand({ Bucket: bucket, Key: own }))).rejects.toMatchObject(denied);
      await expect(client.send(new ListObjectsV2Command({ Bucket: bucket }))).rejects.toMatchObject(denied);
    } finally {
      await fetch(`${endpoint}/moto-api/reset-auth`, { method: 'POST', body: 'inf' });
      client.destroy();
    }
  });

  it('is updated: a new function is there, and in the outputs', async () => {
    await deploy('--context', 'refunds=true');
    const updated = await deployed();
    expect(variablesOf(updated.Refund).PROFILED_FN_PREFIX).toBe('profiled-fn/OrdersStack/Refund');
    expect(variablesOf(updated.Checkout)).toEqual(variablesOf(functions.Checkout));
    const stack = await findStack(sessionAt(endpoint, region, credentials), 'OrdersStack');
    expect(stack.functions.map(({ name }) => name)).toEqual(['Checkout', 'Invoice', 'Report', 'Refund']);
  });

  it('is deleted, and its snapshots stay', async () => {
    await cdk('destroy', '--force');
    expect(await deployed()).toEqual({});
    const { Buckets = [] } = await s3.send(new ListBucketsCommand({}));
    expect(Buckets.map(({ Name }) => Name).sort()).toEqual([assets, bucket].sort());
    const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: bucket }));
    expect(Contents.map(({ Key }) => Key)).toContain('profiled-fn/OrdersStack/Invoice/wall/00-0123456789ab.pb.gz');
  });
});
