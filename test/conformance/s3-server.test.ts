import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { CreateBucketCommand, HeadObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openBucket } from '../../cli/aws/bucket';
import { sessionAt } from '../../cli/aws/session';
import { Uploader } from '../../runtime/upload/uploader';
import { temporaryFolder } from '../support/temporary-folder';
import { type OtherServer, startServer } from './support/servers';
import { buildGoTool } from './support/tools';

const folder = temporaryFolder('profiled-fn-s3');
const credentials = { accessKeyId: 'AKIDOFTHEROOT', secretAccessKey: 'a+secret/of the root' };
const region = 'eu-west-1';
let server: OtherServer;
let endpoint: string;
let s3: S3Client;

beforeAll(async () => {
  const versitygw = join(folder, 'versitygw');
  await buildGoTool('github.com/versity/versitygw/cmd/versitygw', versitygw);
  mkdirSync(join(folder, 'data'));
  const { accessKeyId, secretAccessKey } = credentials;
  const options = ['--access', accessKeyId, '--secret', secretAccessKey, '--region', region];
  const to = join(folder, 'data');
  server = await startServer(
    (port) => [versitygw, [...options, '--port', `127.0.0.1:${port}`, 'posix', to]],
    '127.0.0.1',
  );
  endpoint = server.url;
  s3 = new S3Client({ endpoint, region, credentials, forcePathStyle: true });
  await s3.send(new CreateBucketCommand({ Bucket: 'profiles' }));
});
afterAll(async () => {
  s3.destroy();
  await server.stop();
});

const uploader = (env: Record<string, string> = {}) =>
  new Uploader('profiles', {
    PROFILED_FN_ENDPOINT_URL: endpoint,
    AWS_REGION: region,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    ...env,
  });
const upload = (key: string, size = 100) => ({
  key,
  body: new Uint8Array(size).fill(7),
  metadata: { format: '1', version: '$LATEST', start: '2026-03-04T05:06:07.000Z' },
});
const soon = () => AbortSignal.timeout(20_000);

describe('a real S3 server (versitygw)', () => {
  it.each([
    'profiled-fn/Shop/Checkout/wall/00-0123456789ab.pb.gz',
    'profiled-fn/Shop/Api.Orders!2e!c3!a4/heap/09-0123456789ab.pb.gz',
    "odd/a b+c(d)'e*~/ü",
  ])('takes what our uploader puts under %s, and our reader gets it back', async (key) => {
    await uploader().put(upload(key), soon());
    const head = await s3.send(new HeadObjectCommand({ Bucket: 'profiles', Key: key }));
    expect(head).toMatchObject({
      ContentLength: 100,
      ContentType: 'application/octet-stream',
      CacheControl: 'no-cache',
      Metadata: { format: '1', version: '$LATEST', start: '2026-03-04T05:06:07.000Z' },
    });
    const bucket = openBucket(sessionAt(endpoint, region, credentials), 'profiles');
    const listed = [];
    for await (const page of bucket.list(key.slice(0, key.lastIndexOf('/') + 1))) listed.push(...page);
    expect(listed.map((object) => object.key)).toContain(key);
    const stored = await bucket.get(key, soon());
    expect(Buffer.from(stored?.bytes ?? [])).toEqual(Buffer.alloc(100, 7));
    bucket.close();
  });

  it('takes an empty object and one of 5 MB', async () => {
    await uploader().put(upload('empty', 0), soon());
    await uploader().put(upload('large', 5_000_000), soon());
    const head = await s3.send(new HeadObjectCommand({ Bucket: 'profiles', Key: 'large' }));
    expect(head.ContentLength).toBe(5_000_000);
  });

  it('refuses a wrong secret and a missing bucket, and we can tell which', async () => {
    const failing = (env: Record<string, string>) => uploader(env).put(upload('k'), soon());
    await expect(failing({ AWS_SECRET_ACCESS_KEY: 'wrong' })).rejects.toMatchObject({
      status: 403,
      code: 'SignatureDoesNotMatch',
    });
    const env = {
      PROFILED_FN_ENDPOINT_URL: endpoint,
      AWS_REGION: region,
      AWS_ACCESS_KEY_ID: credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    };
    await expect(new Uploader('no-such-bucket', env).put(upload('k'), soon())).rejects.toMatchObject({
      status: 404,
      code: 'NoSuchBucket',
    });
  });
});
