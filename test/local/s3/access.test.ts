import {
  DeleteObjectCommand,
  DeleteObjectsCommand,
  ListBucketsCommand,
  ListObjectsV2Command,
} from '@aws-sdk/client-s3';
import { describe, expect, it } from 'vitest';
import type { Credentials } from '../../../local/types';
import { aws, BUCKET, get, put, refusal, roleOf, s3 } from '../support/orders';

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
