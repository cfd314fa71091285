import { execFile } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutBucketPolicyCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { Stack } from 'aws-cdk-lib';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ProfiledFunction, ProfileStore } from '../../lib';
import { readCloudAssembly } from '../../local/cloud-assembly';
import { deploy } from '../../local/cloudformation/deploy';
import { INLINE } from '../lib/support/setup';
import { synthesize } from '../local/support/assembly';
import { temporaryFolder } from '../support/temporary-folder';
import { type OtherServer, startServer } from './support/servers';
import { buildGoTool } from './support/tools';

const folder = temporaryFolder('profiled-fn-policies');
const region = 'eu-west-1';
const bucket = 'profiles-of-the-shop';
const root = { accessKeyId: 'AKIDOFTHEROOT', secretAccessKey: 'secret-of-the-root' };

/** Whose synthesized policies are asked, each as a user of the server. */
const USERS = ['Api', 'ApiOrders', 'Reader'] as const;
type User = (typeof USERS)[number];
const credentialsOf = (user: User) => ({ accessKeyId: `AKID${user}`, secretAccessKey: `secret-of-${user}` });

interface Statement {
  Effect: string;
  Action: string | string[];
  Resource: string | string[];
  Condition?: object;
}

/** What the app's policies allow each user: the statements that CloudFormation would create, everything resolved. */
function synthesizedStatements(): Record<User, Statement[]> {
  const assembly = synthesize((app) => {
    const stack = new Stack(app, 'Shop');
    const store = new ProfileStore(stack, 'Store', { bucket: new Bucket(stack, 'Bucket', { bucketName: bucket }) });
    const api = new ProfiledFunction(stack, 'Api', { ...INLINE, profilingOptions: { store } });
    new ProfiledFunction(api, 'Orders', { ...INLINE, profilingOptions: { store } });
    store.grantRead(new Role(stack, 'Reader', { assumedBy: new ServicePrincipal('ec2.amazonaws.com') }));
  });
  const resources = deploy(readCloudAssembly(assembly)).stacks.flatMap((stack) => stack.resources);
  type Policy = { PolicyDocument: { Statement: Statement[] } };
  const of = (path: string) =>
    resources
      .flatMap(({ type, constructPath, properties }) => {
        if (type === 'AWS::IAM::Role' && constructPath === path)
          return (properties.Policies ?? []) as unknown as Policy[];
        return constructPath === `${path}/DefaultPolicy` ? [properties as unknown as Policy] : [];
      })
      .flatMap(({ PolicyDocument }) => PolicyDocument.Statement);
  return { Api: of('Api/ServiceRole'), ApiOrders: of('Api/Orders/ServiceRole'), Reader: of('Reader') };
}

/** The same as the policy of the bucket, which is what this server asks. */
function bucketPolicy(statements: Record<User, Statement[]>): string {
  return JSON.stringify({
    Version: '2012-10-17',
    Statement: USERS.flatMap((user) =>
      statements[user].map((statement) => ({
        ...statement,
        Principal: { AWS: [credentialsOf(user).accessKeyId] },
      })),
    ),
  });
}

let server: OtherServer;
const clients = new Map<string, S3Client>();

function clientOf(credentials: { accessKeyId: string; secretAccessKey: string }): S3Client {
  const known = clients.get(credentials.accessKeyId);
  if (known) return known;
  const client = new S3Client({ endpoint: server.url, region, credentials, forcePathStyle: true, maxAttempts: 1 });
  clients.set(credentials.accessKeyId, client);
  return client;
}
const as = (user: User) => clientOf(credentialsOf(user));

beforeAll(async () => {
  const versitygw = join(folder, 'versitygw');
  await buildGoTool('github.com/versity/versitygw/cmd/versitygw', versitygw);
  for (const name of ['data', 'users']) mkdirSync(join(folder, name));
  const keys = ['--access', root.accessKeyId, '--secret', root.secretAccessKey];
  const folders = ['--iam-dir', join(folder, 'users'), 'posix', join(folder, 'data')];
  server = await startServer((port) => [versitygw, [...keys, '--region', region, '--port', `:${port}`, ...folders]]);
  for (const user of USERS) {
    const { accessKeyId, secretAccessKey } = credentialsOf(user);
    const account = ['--access', accessKeyId, '--secret', secretAccessKey, '--role', 'user'];
    const admin = ['admin', ...keys, '--region', region, '--endpoint-url', server.url];
    await promisify(execFile)(versitygw, [...admin, 'create-user', ...account]);
  }
  await clientOf(root).send(new CreateBucketCommand({ Bucket: bucket }));
  const Policy = bucketPolicy(synthesizedStatements());
  await clientOf(root).send(new PutBucketPolicyCommand({ Bucket: bucket, Policy }));
});
afterAll(async () => {
  for (const client of clients.values()) client.destroy();
  await server.stop();
});

const own = 'profiled-fn/Shop/Api/wall/00-0123456789ab.pb.gz';
const others = 'profiled-fn/Shop/Api.Orders/wall/00-0123456789ab.pb.gz';
const put = (user: User, Key: string) => as(user).send(new PutObjectCommand({ Bucket: bucket, Key, Body: 'x' }));
const get = (user: User, Key: string) => as(user).send(new GetObjectCommand({ Bucket: bucket, Key }));
const list = (user: User, Prefix?: string) => as(user).send(new ListObjectsV2Command({ Bucket: bucket, Prefix }));
const denied = { $metadata: { httpStatusCode: 403 } };

describe('the synthesized policies, asked of versitygw, let', () => {
  it('functions put below their own prefixes', async () => {
    await put('Api', own);
    await put('ApiOrders', others);
    await put('Api', own); // again: a slot is used anew
  });

  it.each<[string, () => Promise<unknown>]>([
    ['put below the prefix of one that its own name begins', () => put('Api', others)],
    ['put below the prefix of one that its name begins with', () => put('ApiOrders', own)],
    ['put beside its prefix', () => put('Api', 'profiled-fn/Shop/Api-2/wall/00-0123456789ab.pb.gz')],
    ['put at the root', () => put('Api', 'a')],
    ['get what it put', () => get('Api', own)],
    ['learn whether it is there', () => as('Api').send(new HeadObjectCommand({ Bucket: bucket, Key: own }))],
    ['list', () => list('Api', 'profiled-fn/Shop/Api/')],
    ['delete what it put', () => as('Api').send(new DeleteObjectCommand({ Bucket: bucket, Key: own }))],
  ])('no function %s', async (_, request) => {
    await expect(request()).rejects.toMatchObject(denied);
  });

  it('a reader list and get', async () => {
    const keysBelow = async (prefix: string) => ((await list('Reader', prefix)).Contents ?? []).map(({ Key }) => Key);
    expect((await keysBelow('profiled-fn/')).sort()).toEqual([others, own].sort());
    expect(await keysBelow('profiled-fn/Shop/Api/')).toEqual([own]);
    expect(await (await get('Reader', own)).Body?.transformToString()).toBe('x');
  });

  it.each<[string, () => Promise<unknown>]>([
    ['put', () => put('Reader', own)],
    ['delete', () => as('Reader').send(new DeleteObjectCommand({ Bucket: bucket, Key: own }))],
    ['list the whole bucket', () => list('Reader')],
    ['list what lies beside the prefix of the store', () => list('Reader', 'orders/')],
    ['list what the prefix of the store begins', () => list('Reader', 'profiled-fn')],
    ['get what lies beside the prefix of the store', () => get('Reader', 'orders/1.json')],
  ])('no reader %s', async (_, request) => {
    await expect(request()).rejects.toMatchObject(denied);
  });
});
