import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { Stack } from 'aws-cdk-lib';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ProfiledFunction } from '../../lib/profiled-function';
import { type LocalAws, startLocalAws } from '../../local/aws';
import { codeDirectory, synthesize } from '../local/support/assembly';

let aws: LocalAws;
let s3: S3Client;
let bucket: string;
const own = 'profiled-fn/Shop/Api/wall/00-0123456789ab.pb.gz';
const others = 'profiled-fn/Shop/Api.Orders/wall/00-0123456789ab.pb.gz';

beforeAll(async () => {
  const assembly = synthesize((app) => {
    const stack = new Stack(app, 'Shop');
    const props = {
      code: Code.fromAsset(codeDirectory({ 'index.js': 'exports.handler = async () => 1;' })),
      handler: 'index.handler',
    };
    const api = new ProfiledFunction(stack, 'Api', props);
    new ProfiledFunction(api, 'Orders', props);
  });
  aws = await startLocalAws({ assembly });
  const fn = aws.functions.find(({ constructPath }) => constructPath === 'Api');
  if (!fn) throw new Error('the function is not there');
  bucket = fn.environment.PROFILED_FN_BUCKET;
  s3 = new S3Client({
    endpoint: aws.endpointUrl,
    region: fn.region,
    credentials: aws.credentialsFor(fn.roleArn),
    maxAttempts: 1,
  });
  expect(fn.environment.PROFILED_FN_PREFIX).toBe('profiled-fn/Shop/Api');
});
afterAll(async () => {
  s3.destroy();
  await aws.close();
});

const put = (Key: string) => s3.send(new PutObjectCommand({ Bucket: bucket, Key, Body: 'x' }));

it('a profiled function’s role may put below its own prefix', async () => {
  await expect(put(own)).resolves.toBeDefined();
  expect(aws.s3.buckets.get(bucket)?.keys()).toEqual([own]);
});

it.each<[string, () => Promise<unknown>]>([
  ['put below another function’s prefix', () => put(others)],
  ['put beside its prefix', () => put('profiled-fn/Shop/Api-2/wall/00-0123456789ab.pb.gz')],
  ['put at the root of the bucket', () => put('a')],
  ['get what it put', () => s3.send(new GetObjectCommand({ Bucket: bucket, Key: own }))],
  ['learn whether it is there', () => s3.send(new HeadObjectCommand({ Bucket: bucket, Key: own }))],
  ['list the bucket', () => s3.send(new ListObjectsV2Command({ Bucket: bucket }))],
  ['list its prefix', () => s3.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: 'profiled-fn/Shop/Api/' }))],
  ['delete what it put', () => s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: own }))],
])('and may not %s', async (_what, request) => {
  await expect(request()).rejects.toMatchObject({ $metadata: { httpStatusCode: 403 } });
});
