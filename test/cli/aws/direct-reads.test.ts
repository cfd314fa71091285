import { GetObjectCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Bucket, openBucket } from '../../../cli/aws/bucket';
import { DirectReads } from '../../../cli/aws/direct-reads';
import { sessionAt } from '../../../cli/aws/session';
import type { LocalAws } from '../../../local/aws';
import type { Fault, RequestSummary } from '../../../local/faults';
import { bucketName, putInto, region, startAccount } from '../support/account';

const name = bucketName('Shop');
/** Of keys, what a path needs escaped. */
const keys = ['a', 'b/c.pb.gz', 'with space', "all of it: !'()*+,;=@&$#?%", 'ü/€', 'dots/../up', 'double//slash'];
let aws: LocalAws;
let requests: RequestSummary[];
let fault: (request: RequestSummary) => Fault | undefined;

beforeAll(async () => {
  aws = await startAccount([{ name: 'Shop', functions: 'Checkout=c' }], (request) => {
    requests.push(request);
    return fault(request);
  });
  for (const key of keys) putInto(aws, name, key, Buffer.from(`content of ${key}`), { start: '2026-11-01', key: 'x' });
});
afterAll(() => aws.close());
beforeEach(() => {
  requests = [];
  fault = () => undefined;
});

async function withBucket<T>(use: (bucket: Bucket) => Promise<T>): Promise<T> {
  const bucket = openBucket(sessionAt(aws.endpointUrl, region, aws.adminCredentials), name);
  try {
    return await use(bucket);
  } finally {
    bucket.close();
  }
}

const get = (bucket: Bucket, key: string) => bucket.get(key, new AbortController().signal);
const textOf = async (bucket: Bucket, key: string) => Buffer.from((await get(bucket, key))?.bytes ?? []).toString();

it('direct reads are possible once the SDK has listed the bucket or read an object of it, and not before', async () => {
  const client = new S3Client(sessionAt(aws.endpointUrl, region, aws.adminCredentials).client);
  const reads = new DirectReads(client);
  const read = () => reads.get('b/c.pb.gz', new AbortController().signal);
  expect(await read()).toBeUndefined();
  expect(requests).toEqual([]);
  await expect(client.send(new GetObjectCommand({ Bucket: name, Key: 'gone' }))).rejects.toThrow();
  expect(await read()).toBeUndefined();

  await client.send(new GetObjectCommand({ Bucket: name, Key: 'a' }));
  expect(Buffer.from((await read())?.bytes ?? []).toString()).toBe('content of b/c.pb.gz');
  fault = () => ({ status: 503, code: 'SlowDown' });
  expect(await read()).toBeUndefined();
  client.destroy();
});

it.each(keys)('a direct read after a listing gives what the SDK gives: %s', async (key) => {
  const first = await withBucket((bucket) => get(bucket, key));
  const client = new S3Client(sessionAt(aws.endpointUrl, region, aws.adminCredentials).client);
  const reads = new DirectReads(client);
  await client.send(new ListObjectsV2Command({ Bucket: name, Prefix: 'b/', MaxKeys: 1 }));
  expect({ ...(await reads.get(key, new AbortController().signal)), attempts: 1 }).toEqual({
    ...first,
    bytes: Buffer.from(first?.bytes ?? []),
  });
  client.destroy();
});

describe('reading an object after another', () => {
  it.each(keys)('gives what the SDK gives: %s', async (key) => {
    const first = await withBucket((bucket) => get(bucket, key));
    const later = await withBucket(async (bucket) => {
      await get(bucket, key === 'a' ? 'b/c.pb.gz' : 'a');
      return get(bucket, key);
    });
    expect(later).toEqual({ ...first, bytes: Buffer.from(first?.bytes ?? []) });
    expect(later?.bytes.toString()).toBe(`content of ${key}`);
    expect(later?.metadata).toEqual({ start: '2026-11-01', key: 'x' });
  });

  it('asks once for each', async () => {
    await withBucket(async (bucket) => {
      for (const key of keys) await get(bucket, key);
    });
    expect(requests).toHaveLength(keys.length);
  });

  it.each<[string, Fault]>([
    ['is busy', { status: 503, code: 'SlowDown' }],
    ['fails', { status: 500, code: 'InternalError' }],
    ['breaks the connection', 'reset'],
  ])('leaves it to the SDK, and tells of a second attempt, where the bucket %s', async (_what, of) => {
    await withBucket(async (bucket) => {
      await get(bucket, 'a');
      fault = () => (requests.length === 2 ? of : undefined);
      const read = await get(bucket, 'b/c.pb.gz');
      expect(read).toMatchObject({ attempts: 2 });
      expect(await textOf(bucket, 'a')).toBe('content of a');
    });
  });

  it('says what the SDK says where it is refused, and goes on', async () => {
    await withBucket(async (bucket) => {
      await get(bucket, 'a');
      fault = () => ({ status: 403, code: 'AccessDenied' });
      await expect(get(bucket, 'b/c.pb.gz')).rejects.toThrow('s3:GetObject');
      fault = () => undefined;
      expect(await textOf(bucket, 'b/c.pb.gz')).toBe('content of b/c.pb.gz');
    });
  });

  it('finds nothing where there is nothing any more', async () => {
    await withBucket(async (bucket) => {
      await get(bucket, 'a');
      expect(await get(bucket, 'gone')).toBeUndefined();
    });
  });

  it('ends when it is aborted', async () => {
    await withBucket(async (bucket) => {
      await get(bucket, 'a');
      fault = () => 'hang';
      const controller = new AbortController();
      const read = bucket.get('b/c.pb.gz', controller.signal);
      controller.abort();
      await expect(read).rejects.toThrow();
      expect(requests.length).toBeLessThanOrEqual(2);
    });
  });
});
