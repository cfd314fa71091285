import { Readable } from 'node:stream';
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
} from '@aws-sdk/client-s3';
import { describe, expect, it } from 'vitest';
import { aws, BUCKET, get, put, refusal, s3 } from '../support/orders';

/** An answer without a body, so the SDK has no name for it. */
const NOT_MODIFIED = expect.objectContaining({ $metadata: expect.objectContaining({ httpStatusCode: 304 }) });

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

  it('deletes under the condition that the object is the one that is meant', async () => {
    const { ETag } = await s3().send(put('theirs', '1'));
    await s3().send(put('kept', '1'));
    const conditional = (Key: string, IfMatch?: string) =>
      s3().send(new DeleteObjectCommand({ Bucket: BUCKET, Key, IfMatch }));
    await expect(conditional('theirs', '"other"')).rejects.toEqual(refusal('PreconditionFailed', 412));
    await expect(conditional('gone', '*')).rejects.toEqual(refusal('NoSuchKey', 404));

    const Objects = [
      { Key: 'theirs', ETag },
      { Key: 'kept', ETag: '"other"' },
      { Key: 'gone', ETag },
    ];
    const { Deleted, Errors } = await s3().send(new DeleteObjectsCommand({ Bucket: BUCKET, Delete: { Objects } }));
    expect(Deleted).toEqual([{ Key: 'theirs' }]);
    expect(Errors?.map(({ Key, Code }) => [Key, Code])).toEqual([
      ['kept', 'PreconditionFailed'],
      ['gone', 'NoSuchKey'],
    ]);
    expect(await (await s3().send(get('kept'))).Body?.transformToString()).toBe('1');
  });

  it('tells of buckets', async () => {
    const { Buckets = [] } = await s3().send(new ListBucketsCommand({}));
    expect(Buckets.map(({ Name }) => Name).filter((name) => !name?.startsWith('cdk-'))).toEqual([
      'orders-abroad',
      BUCKET,
    ]);
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
