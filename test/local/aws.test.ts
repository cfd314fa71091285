import { Readable } from 'node:stream';
import { CloudFormationClient, DescribeStacksCommand, ListStacksCommand } from '@aws-sdk/client-cloudformation';
import {
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetBucketLocationCommand,
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListBucketsCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  paginateListObjectsV2,
  S3Client,
  type S3ClientConfig,
} from '@aws-sdk/client-s3';
import { CfnOutput, NestedStack, Stack, Stage } from 'aws-cdk-lib';
import { Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { BlockPublicAccess, Bucket } from 'aws-cdk-lib/aws-s3';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type LocalAws, startLocalAws } from '../../local/aws';
import type { Faults } from '../../local/faults';
import type { Credentials } from '../../local/types';
import { synthesize } from './assembly';
import { signedPost } from './signed-post';

let aws: LocalAws;
let faults: Faults | undefined;
const BUCKET = 'orders-profiles';
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

function s3(config: S3ClientConfig & { as?: Credentials } = {}): S3Client {
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

function cloudFormation(region = 'us-east-1', credentials: Credentials = aws.adminCredentials): CloudFormationClient {
  const client = new CloudFormationClient({ endpoint: aws.endpointUrl, region, credentials, maxAttempts: 1 });
  clients.push(client);
  return client;
}

function functionNamed(path: string) {
  const found = aws.functions.find(({ constructPath }) => constructPath === path);
  if (!found) throw new Error(`no function ${path}`);
  return found;
}

const roleOf = (path: string) => aws.credentialsFor(functionNamed(path).roleArn);
const put = (Key: string, Body: string | Buffer, more = {}) =>
  new PutObjectCommand({ Bucket: BUCKET, Key, Body, ...more });
const get = (Key: string, more = {}) => new GetObjectCommand({ Bucket: BUCKET, Key, ...more });

/** An answer without a body, so the SDK has no name for it. */
const NOT_MODIFIED = expect.objectContaining({ $metadata: expect.objectContaining({ httpStatusCode: 304 }) });

/** What the SDK makes of a refusal. */
function refusal(name: string, status: number) {
  return expect.objectContaining({ name, $metadata: expect.objectContaining({ httpStatusCode: status }) });
}

describe('S3, as the AWS SDK sees it', () => {
  it('gives back what was put, with its headers and metadata', async () => {
    const { ETag } = await s3().send(
      put('a/b', 'hello', {
        ContentType: 'text/plain',
        CacheControl: 'no-cache',
        ContentEncoding: 'identity',
        Metadata: { start: '2026-01-01T00:00:00Z', arch: 'arm64' },
      }),
    );
    expect(ETag).toBe('"5d41402abc4b2a76b9719d911017c592"');
    const object = await s3().send(get('a/b'));
    expect(await object.Body?.transformToString()).toBe('hello');
    expect(object).toMatchObject({
      ETag,
      ContentType: 'text/plain',
      CacheControl: 'no-cache',
      ContentEncoding: 'identity',
      ContentLength: 5,
      Metadata: { start: '2026-01-01T00:00:00Z', arch: 'arm64' },
      ChecksumCRC32: 'NhCmhg==',
    });
    const head = await s3().send(new HeadObjectCommand({ Bucket: BUCKET, Key: 'a/b' }));
    expect(head).toMatchObject({ ETag, ContentLength: 5, Metadata: { arch: 'arm64' } });
  });

  it.each(['CRC32', 'CRC32C', 'CRC64NVME', 'SHA1', 'SHA256'] as const)(
    'verifies %s and gives it back',
    async (ChecksumAlgorithm) => {
      await s3().send(put('checked', 'hello', { ChecksumAlgorithm }));
      // The SDK verifies what it receives and fails where it differs.
      const object = await s3().send(get('checked', { ChecksumMode: 'ENABLED' }));
      expect(await object.Body?.transformToString()).toBe('hello');
      expect(object[`Checksum${ChecksumAlgorithm}`]).toEqual(expect.any(String));
      await expect(s3().send(put('checked', 'hello', { ChecksumCRC32: 'AAAAAA==' }))).rejects.toEqual(
        refusal('BadDigest', 400),
      );
    },
  );

  it('takes a stream, which comes in chunks with a trailer', async () => {
    const body = Readable.from([Buffer.alloc(100_000, 'x'), Buffer.from('end')]);
    await s3().send(new PutObjectCommand({ Bucket: BUCKET, Key: 'stream', Body: body, ContentLength: 100_003 }));
    const object = await s3().send(get('stream'));
    expect(object.ContentEncoding).toBeUndefined();
    expect(await object.Body?.transformToString()).toBe(`${'x'.repeat(100_000)}end`);
  });

  it.each(['a b', 'ü/日本/😀', "it's!(*)~", 'a+b=c&d', 'x%20y', 'a//b/', '<xml>&"', '.', 'q?x=1#y'])(
    'keeps the key %j',
    async (key) => {
      await s3().send(put(`odd/${key}`, key));
      const object = await s3().send(get(`odd/${key}`));
      expect(await object.Body?.transformToString()).toBe(key);
      const { Contents = [] } = await s3().send(new ListObjectsV2Command({ Bucket: BUCKET, Prefix: `odd/${key}` }));
      expect(Contents.map(({ Key }) => Key)).toContain(`odd/${key}`);
      const encoded = await s3().send(
        new ListObjectsV2Command({ Bucket: BUCKET, Prefix: `odd/${key}`, EncodingType: 'url' }),
      );
      expect(encoded.Contents?.map(({ Key }) => decodeURIComponent(Key ?? ''))).toContain(`odd/${key}`);
      await s3().send(new DeleteObjectsCommand({ Bucket: BUCKET, Delete: { Objects: [{ Key: `odd/${key}` }] } }));
      await expect(s3().send(get(`odd/${key}`))).rejects.toEqual(refusal('NoSuchKey', 404));
    },
  );

  it('lists more than a thousand objects in pages', async () => {
    const bucket = aws.s3.buckets.get(BUCKET);
    const keys = Array.from({ length: 2500 }, (_, index) => `many/${String(index).padStart(5, '0')}`);
    for (const key of keys) bucket?.put(key, Buffer.from(key));
    const pages: string[][] = [];
    for await (const page of paginateListObjectsV2({ client: s3() }, { Bucket: BUCKET, Prefix: 'many/' })) {
      pages.push((page.Contents ?? []).map(({ Key = '' }) => Key));
    }
    expect(pages.map(({ length }) => length)).toEqual([1000, 1000, 500]);
    expect(pages.flat()).toEqual(keys);
    const { KeyCount, IsTruncated } = await s3().send(
      new ListObjectsV2Command({ Bucket: BUCKET, Prefix: 'many/', StartAfter: 'many/02490', MaxKeys: 10 }),
    );
    expect({ KeyCount, IsTruncated }).toEqual({ KeyCount: 9, IsTruncated: false });
    for (const key of keys) bucket?.delete(key);
  });

  it('lists what looks like folders', async () => {
    for (const key of ['dir/a/1', 'dir/a/2', 'dir/b/1', 'dir/c']) await s3().send(put(key, 'x'));
    const page = await s3().send(new ListObjectsV2Command({ Bucket: BUCKET, Prefix: 'dir/', Delimiter: '/' }));
    expect(page.CommonPrefixes?.map(({ Prefix }) => Prefix)).toEqual(['dir/a/', 'dir/b/']);
    expect(page.Contents).toMatchObject([{ Key: 'dir/c', Size: 1, ETag: '"9dd4e461268c8034f5c8564e155c67a6"' }]);
    await expect(
      s3().send(new ListObjectsV2Command({ Bucket: BUCKET, ContinuationToken: 'nonsense' })),
    ).rejects.toEqual(refusal('InvalidArgument', 400));
  });

  it('reads parts and under conditions', async () => {
    const { ETag } = await s3().send(put('part', '0123456789'));
    const part = await s3().send(get('part', { Range: 'bytes=2-4' }));
    expect([await part.Body?.transformToString(), part.ContentRange]).toEqual(['234', 'bytes 2-4/10']);
    const tail = await s3().send(get('part', { Range: 'bytes=-3' }));
    expect(await tail.Body?.transformToString()).toBe('789');
    await expect(s3().send(get('part', { Range: 'bytes=10-' }))).rejects.toEqual(refusal('InvalidRange', 416));
    await expect(s3().send(get('part', { IfNoneMatch: ETag }))).rejects.toEqual(NOT_MODIFIED);
    await expect(s3().send(get('part', { IfMatch: '"other"' }))).rejects.toEqual(refusal('PreconditionFailed', 412));
    expect(await (await s3().send(get('part', { IfMatch: ETag }))).Body?.transformToString()).toBe('0123456789');
  });

  it('writes under conditions', async () => {
    await s3().send(put('once', '1', { IfNoneMatch: '*' }));
    await expect(s3().send(put('once', '2', { IfNoneMatch: '*' }))).rejects.toEqual(refusal('PreconditionFailed', 412));
    await expect(s3().send(put('once', '2', { IfMatch: '"other"' }))).rejects.toEqual(
      refusal('PreconditionFailed', 412),
    );
  });

  it('copies and deletes', async () => {
    await s3().send(put('from it', 'copied', { ContentType: 'text/plain' }));
    await s3().send(new CopyObjectCommand({ Bucket: BUCKET, Key: 'to', CopySource: `${BUCKET}/from%20it` }));
    const copy = await s3().send(get('to'));
    expect([await copy.Body?.transformToString(), copy.ContentType]).toEqual(['copied', 'text/plain']);
    await s3().send(new DeleteObjectCommand({ Bucket: BUCKET, Key: 'to' }));
    await s3().send(new DeleteObjectCommand({ Bucket: BUCKET, Key: 'to' }));
    await expect(s3().send(get('to'))).rejects.toEqual(refusal('NoSuchKey', 404));
  });

  it('tells of buckets', async () => {
    const { Buckets = [] } = await s3().send(new ListBucketsCommand({}));
    expect(Buckets.map(({ Name }) => Name)).toEqual(['orders-abroad', BUCKET]);
    expect(await s3().send(new HeadBucketCommand({ Bucket: BUCKET }))).toMatchObject({ BucketRegion: 'us-east-1' });
    const { LocationConstraint } = await s3().send(new GetBucketLocationCommand({ Bucket: 'orders-abroad' }));
    expect(LocationConstraint).toBe('eu-west-1');
    await expect(s3().send(new HeadBucketCommand({ Bucket: 'nope' }))).rejects.toEqual(refusal('NotFound', 404));
    await expect(s3().send(new GetObjectCommand({ Bucket: 'nope', Key: 'k' }))).rejects.toEqual(
      refusal('NoSuchBucket', 404),
    );
  });

  it('makes a bucket that the app only imports', async () => {
    aws.s3.createBucket('imported');
    await s3().send(new PutObjectCommand({ Bucket: 'imported', Key: 'k', Body: 'x' }));
    expect(aws.s3.createBucket('imported').get('k')?.body.toString()).toBe('x');
  });

  it('sends clients in the wrong region to the right one', async () => {
    const list = new ListObjectsV2Command({ Bucket: 'orders-abroad' });
    await expect(s3().send(list)).rejects.toEqual(refusal('PermanentRedirect', 301));
    expect((await s3({ region: 'eu-west-1' }).send(list)).KeyCount).toBe(0);
    expect((await s3({ followRegionRedirects: true }).send(list)).KeyCount).toBe(0);
  });

  it('says what it does not do, by name', async () => {
    const multipart = s3().send(new CreateMultipartUploadCommand({ Bucket: BUCKET, Key: 'k' }));
    await expect(multipart).rejects.toThrow(/does not stand in for S3's CreateMultipartUpload/);
    await expect(multipart).rejects.toEqual(refusal('NotImplemented', 501));
  });
});

describe('S3, towards those who may not', () => {
  it.each<[string, (admin: Credentials, session: Credentials) => Credentials, string, number]>([
    ['a wrong secret', (admin) => ({ ...admin, secretAccessKey: 'wrong' }), 'SignatureDoesNotMatch', 403],
    ['an unknown key', (admin) => ({ ...admin, accessKeyId: 'AKIAUNKNOWN' }), 'InvalidAccessKeyId', 403],
    ['a missing token', (_, { sessionToken, ...rest }) => rest, 'InvalidAccessKeyId', 403],
    ['a wrong token', (_, session) => ({ ...session, sessionToken: 'wrong' }), 'InvalidToken', 400],
    ['a token where none was issued', (admin) => ({ ...admin, sessionToken: 'any' }), 'InvalidToken', 400],
  ])('refuses %s', async (_, change, code, status) => {
    const as = change(aws.adminCredentials, roleOf('Writer'));
    await expect(s3({ as }).send(put('mine/x', 'x'))).rejects.toEqual(refusal(code, status));
  });

  it('refuses a body, a header or a key that was changed on the way', async () => {
    const change = async (
      tamper: (request: { body: unknown; headers: Record<string, string>; path: string }) => void,
    ) => {
      const client = s3();
      client.middlewareStack.add(
        (next) => (args) => {
          tamper(args.request as { body: unknown; headers: Record<string, string>; path: string });
          return next(args);
        },
        // After the signature.
        { step: 'finalizeRequest', priority: 'low' },
      );
      await client.send(put('tampered', 'true'));
    };
    await expect(change((request) => (request.body = Buffer.from('evil')))).rejects.toEqual(
      refusal('XAmzContentSHA256Mismatch', 400),
    );
    await expect(change((request) => (request.headers['content-type'] = 'text/html'))).rejects.toEqual(
      refusal('SignatureDoesNotMatch', 403),
    );
    await expect(change((request) => (request.path += '2'))).rejects.toEqual(refusal('SignatureDoesNotMatch', 403));
    await expect(change((request) => (request.headers['x-amz-meta-a'] = 'b'))).rejects.toEqual(
      refusal('AccessDenied', 403),
    );
    expect(aws.s3.buckets.get(BUCKET)?.get('tampered')).toBeUndefined();
  });

  it('refuses a clock that is off', async () => {
    const late = s3({ systemClockOffset: -20 * 60_000 });
    await expect(late.send(put('late', 'x'))).rejects.toMatchObject({ name: 'RequestTimeTooSkewed' });
  });

  it('refuses who does not sign', async () => {
    const response = await fetch(`${aws.endpointUrl}/${BUCKET}/a`);
    expect([response.status, await response.text()]).toEqual([
      403,
      expect.stringContaining('<Code>AccessDenied</Code>'),
    ]);
  });

  it('refuses a path that cannot be decoded', async () => {
    const response = await fetch(`${aws.endpointUrl}/${BUCKET}/%zz`);
    expect([response.status, await response.text()]).toEqual([400, expect.stringContaining('<Code>InvalidURI</Code>')]);
  });

  it('lets a role that may only put under its prefix do that and nothing else', async () => {
    const writer = s3({ as: roleOf('Writer') });
    await writer.send(put('mine/profile', 'x'));
    await s3().send(put('theirs/profile', 'x'));
    const denied = refusal('AccessDenied', 403);
    await expect(writer.send(put('theirs/profile', 'y'))).rejects.toEqual(denied);
    await expect(writer.send(put('mine2/profile', 'y'))).rejects.toEqual(denied);
    await expect(writer.send(get('mine/profile'))).rejects.toEqual(denied);
    // It may not even learn that there is nothing.
    await expect(writer.send(get('mine/nothing'))).rejects.toEqual(denied);
    await expect(writer.send(new DeleteObjectCommand({ Bucket: BUCKET, Key: 'mine/profile' }))).rejects.toEqual(denied);
    await expect(writer.send(new ListObjectsV2Command({ Bucket: BUCKET, Prefix: 'mine/' }))).rejects.toEqual(denied);
    await expect(writer.send(new ListBucketsCommand({}))).rejects.toEqual(denied);
    const { Errors } = await writer.send(
      new DeleteObjectsCommand({ Bucket: BUCKET, Delete: { Objects: [{ Key: 'mine/profile' }] } }),
    );
    expect(Errors).toMatchObject([{ Key: 'mine/profile', Code: 'AccessDenied' }]);
    expect(aws.s3.buckets.get(BUCKET)?.get('theirs/profile')?.body.toString()).toBe('x');
    expect(aws.s3.buckets.get(BUCKET)?.get('mine/profile')).toBeDefined();
  });

  it('gives a role without any policy on the bucket nothing', async () => {
    await expect(s3({ as: roleOf('Nested/Reader') }).send(put('mine/x', 'x'))).rejects.toThrow(
      /assumed-role\/.* is not authorized to perform: s3:PutObject on resource: "arn:aws:s3:::orders-profiles\/mine\/x"/,
    );
  });
});

describe('faults that a test asks for', () => {
  it('answers any status and code', async () => {
    faults = ({ service, path }) =>
      service === 's3' && path === `/${BUCKET}/f` ? { status: 503, code: 'SlowDown' } : undefined;
    await expect(s3().send(put('f', 'x'))).rejects.toEqual(refusal('SlowDown', 503));
    await s3().send(put('g', 'x'));
  });

  it('breaks connections', async () => {
    faults = () => 'reset';
    await expect(s3().send(put('f', 'x'))).rejects.toMatchObject({ code: 'ECONNRESET' });
  });

  it('does not answer at all, or only later', async () => {
    faults = () => 'hang';
    const signal = AbortSignal.timeout(200);
    await expect(s3().send(put('f', 'x'), { abortSignal: signal })).rejects.toMatchObject({ name: 'AbortError' });
    faults = () => ({ delayMs: 1 });
    await s3().send(put('late', 'x'));
  });
});

describe('CloudFormation, as the AWS SDK sees it', () => {
  it('describes a stack by its name and by its id', async () => {
    const { Stacks = [] } = await cloudFormation().send(new DescribeStacksCommand({ StackName: 'Orders' }));
    expect(Stacks).toHaveLength(1);
    expect(Stacks[0]).toMatchObject({
      StackName: 'Orders',
      Description: 'Takes orders',
      StackStatus: 'CREATE_COMPLETE',
      StackId: expect.stringMatching(/^arn:aws:cloudformation:us-east-1:000000000000:stack\/Orders\//),
      CreationTime: expect.any(Date),
      Parameters: [{ ParameterKey: 'BootstrapVersion', ParameterValue: '21' }],
      Outputs: [{ OutputKey: 'BucketName', OutputValue: BUCKET, Description: 'A <bucket> & more', ExportName: 'b' }],
    });
    const byId = await cloudFormation().send(new DescribeStacksCommand({ StackName: Stacks[0]?.StackId }));
    expect(byId.Stacks).toEqual(Stacks);
  });

  it('describes all stacks of the region, nested ones with their parents', async () => {
    const { Stacks = [] } = await cloudFormation().send(new DescribeStacksCommand({}));
    expect(Stacks.map(({ StackName }) => StackName)).toEqual(['Orders', expect.stringMatching(/^Orders-NestedNested/)]);
    expect(Stacks[1]).toMatchObject({ ParentId: Stacks[0]?.StackId, RootId: Stacks[0]?.StackId });
    const abroad = await cloudFormation('eu-west-1').send(new DescribeStacksCommand({}));
    expect(abroad.Stacks?.map(({ StackName }) => StackName)).toEqual(['Prod-Orders']);
  });

  it("words the absence of a stack as CloudFormation does, in another region's case too", async () => {
    const absent = expect.objectContaining({ name: 'ValidationError', message: 'Stack with id Nope does not exist' });
    await expect(cloudFormation().send(new DescribeStacksCommand({ StackName: 'Nope' }))).rejects.toEqual(absent);
    await expect(cloudFormation('eu-west-1').send(new DescribeStacksCommand({ StackName: 'Orders' }))).rejects.toThrow(
      'Stack with id Orders does not exist',
    );
  });

  it('lists stacks, by status where one is asked for', async () => {
    const all = await cloudFormation().send(new ListStacksCommand({}));
    expect(all.StackSummaries).toMatchObject([{ StackName: 'Orders', StackStatus: 'CREATE_COMPLETE' }, {}]);
    const created = await cloudFormation().send(new ListStacksCommand({ StackStatusFilter: ['CREATE_COMPLETE'] }));
    expect(created.StackSummaries).toHaveLength(2);
    const deleted = await cloudFormation().send(new ListStacksCommand({ StackStatusFilter: ['DELETE_COMPLETE'] }));
    expect(deleted.StackSummaries ?? []).toEqual([]);
  });

  it('refuses wrong credentials, and roles that may not', async () => {
    const describe = new DescribeStacksCommand({});
    const wrong = { ...aws.adminCredentials, secretAccessKey: 'wrong' };
    await expect(cloudFormation('us-east-1', wrong).send(describe)).rejects.toEqual(
      refusal('SignatureDoesNotMatch', 403),
    );
    const unknown = { accessKeyId: 'AKIAUNKNOWN', secretAccessKey: 'x' };
    await expect(cloudFormation('us-east-1', unknown).send(describe)).rejects.toEqual(
      refusal('InvalidClientTokenId', 403),
    );
    await expect(cloudFormation('us-east-1', roleOf('Writer')).send(describe)).rejects.toThrow(
      /is not authorized to perform: cloudformation:DescribeStacks/,
    );
  });
});

describe('the other services', () => {
  const FORM = 'application/x-www-form-urlencoded';

  it('tells a caller of STS who they are', async () => {
    const ask = async (as: Credentials) =>
      (await signedPost(aws.endpointUrl, 'sts', as, FORM, 'Action=GetCallerIdentity&Version=2011-06-15')).text();
    expect(await ask(aws.adminCredentials)).toContain('<Arn>arn:aws:iam::000000000000:user/administrator</Arn>');
    expect(await ask(roleOf('Writer'))).toMatch(
      /<Arn>arn:aws:sts::000000000000:assumed-role\/Orders-WriterServiceRole\w+-\w+\/local<\/Arn>/,
    );
    expect(await ask({ ...aws.adminCredentials, secretAccessKey: 'x' })).toContain(
      '<Code>SignatureDoesNotMatch</Code>',
    );
  });

  it('names the action of a service that is stood in for in part', async () => {
    const response = await signedPost(aws.endpointUrl, 'sts', aws.adminCredentials, FORM, 'Action=AssumeRole');
    expect([response.status, await response.text()]).toEqual([
      400,
      expect.stringMatching(/AssumeRole.*GetCallerIdentity/),
    ]);
  });

  it.each([
    ['dynamodb', 'application/x-amz-json-1.0', 'AWS_ENDPOINT_URL_DYNAMODB'],
    ['secretsmanager', 'application/x-amz-json-1.1', 'AWS_ENDPOINT_URL_SECRETS_MANAGER'],
    ['sns', FORM, 'AWS_ENDPOINT_URL_SNS'],
  ])('says that %s is not stood in for, and what to set', async (service, type, variable) => {
    const response = await signedPost(aws.endpointUrl, service, aws.adminCredentials, type, '');
    expect(response.status).toBe(501);
    const body = await response.text();
    for (const part of ['S3, CloudFormation and STS only', service, variable]) expect(body).toContain(part);
    if (type !== FORM) expect(JSON.parse(body)).toHaveProperty('__type', 'NotImplemented');
  });

  it('says that a port is taken', async () => {
    const port = Number(new URL(aws.endpointUrl).port);
    const assembly = { directory: '', stacks: [] };
    await expect(startLocalAws({ assembly, port })).rejects.toThrow(`Port ${port} of 127.0.0.1 is taken`);
  });
});
