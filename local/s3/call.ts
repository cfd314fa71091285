import type { IncomingHttpHeaders } from 'node:http';
import type { HttpResponse } from '../http';
import type { Decision } from '../iam/policy';
import type { XmlElements } from '../xml';
import { xmlDocument } from '../xml';
import type { Bucket } from './bucket';
import type { Checksum } from './checksums';
import { S3Error } from './errors';

/** One request to S3, authenticated, with its body decoded. */
export interface S3Call {
  method: string;
  /** Name of the bucket; empty for the service itself. */
  bucketName: string;
  /** Empty for the bucket itself. */
  key: string;
  query: ReadonlyMap<string, string>;
  headers: IncomingHttpHeaders;
  body: Buffer;
  checksum?: Checksum;
  buckets: ReadonlyMap<string, Bucket>;
  /** Whether IAM and the bucket's policy allow an action. */
  decide(action: string, resource: string): Decision;
}

/** Something S3 can do. */
export interface S3Operation {
  /** As in S3's API: `PutObject`. */
  name: string;
  /** What must be allowed before it runs; an operation on many objects asks for each itself. */
  permission?: string;
  run(call: S3Call): HttpResponse;
}

const NAMESPACE = 'http://s3.amazonaws.com/doc/2006-03-01/';

export function xmlResponse(root: string, content: XmlElements): HttpResponse {
  return {
    status: 200,
    headers: { 'content-type': 'application/xml' },
    body: xmlDocument(root, content, NAMESPACE),
  };
}

/** @throws S3Error NoSuchBucket */
export function bucketOf({ buckets, bucketName }: Pick<S3Call, 'buckets' | 'bucketName'>): Bucket {
  const bucket = buckets.get(bucketName);
  if (!bucket) {
    throw new S3Error('NoSuchBucket', 'The specified bucket does not exist', { BucketName: bucketName });
  }
  return bucket;
}

/** ARN of what a call is about: an object, a bucket, or everything. */
export function resourceArn({ bucketName, key }: Pick<S3Call, 'bucketName' | 'key'>): string {
  if (!bucketName) return '*';
  return key ? `arn:aws:s3:::${bucketName}/${key}` : `arn:aws:s3:::${bucketName}`;
}

/** @throws S3Error AccessDenied */
export function demand(decision: Decision): void {
  if (!decision.allowed) throw new S3Error('AccessDenied', decision.reason);
}
