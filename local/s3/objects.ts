import type { HttpResponse } from '../http';
import type { Bucket, StoredObject } from './bucket';
import { bucketOf, demand, type S3Call, type S3Operation, xmlResponse } from './call';
import { S3Error } from './errors';
import { checkIfMatch, checkReadPreconditions, checkWritePreconditions } from './preconditions';
import { parseRange } from './range';

/** Bytes of a key, in UTF-8. */
const MAX_KEY_BYTES = 1024;
/** Bytes of all metadata of an object. */
const MAX_METADATA_BYTES = 2048;

const SYSTEM_HEADERS = [
  'cache-control',
  'content-disposition',
  'content-encoding',
  'content-language',
  'content-type',
  'expires',
];

export const putObject: S3Operation = {
  name: 'PutObject',
  permission: 's3:PutObject',
  run(call) {
    const bucket = bucketOf(call);
    checkKey(call.key);
    checkWritePreconditions(bucket.get(call.key), call.headers);
    const { etag } = bucket.put(call.key, call.body, storedHeaders(call), call.checksum);
    return {
      status: 200,
      headers: { etag, ...(call.checksum && { [call.checksum.header]: call.checksum.value }) },
    };
  },
};

export const getObject: S3Operation = { name: 'GetObject', permission: 's3:GetObject', run: readObject };

// What a body would be is left out when the answer is written.
export const headObject: S3Operation = { name: 'HeadObject', permission: 's3:GetObject', run: readObject };

export const deleteObject: S3Operation = {
  name: 'DeleteObject',
  permission: 's3:DeleteObject',
  run(call) {
    const bucket = bucketOf(call);
    const match = call.headers['if-match'];
    // Whoever names an ETag learns whether it is the right one, as from reading.
    if (match !== undefined && match !== '*') demand(call.decide('s3:GetObject', `${bucket.arn}/${call.key}`));
    checkIfMatch(bucket.get(call.key), match);
    bucket.delete(call.key);
    return { status: 204 };
  },
};

export const copyObject: S3Operation = {
  name: 'CopyObject',
  permission: 's3:PutObject',
  run(call) {
    checkKey(call.key);
    const [bucketName, key] = copySource(call);
    const source = bucketOf({ buckets: call.buckets, bucketName });
    demand(call.decide('s3:GetObject', `${source.arn}/${key}`));
    const { body, headers, checksum } = existing(source, key, call);
    const replace = call.headers['x-amz-metadata-directive'] === 'REPLACE';
    const copy = bucketOf(call).put(call.key, body, replace ? storedHeaders(call) : headers, checksum);
    return xmlResponse('CopyObjectResult', { LastModified: copy.lastModified.toISOString(), ETag: copy.etag });
  },
};

function readObject(call: S3Call): HttpResponse {
  const object = existing(bucketOf(call), call.key, call);
  const headers: Record<string, string> = {
    'accept-ranges': 'bytes',
    ...object.headers,
    ...overriddenHeaders(call),
    etag: object.etag,
    'last-modified': object.lastModified.toUTCString(),
  };
  if (checkReadPreconditions(object, call.headers) === 'not-modified') {
    return { status: 304, headers: { etag: object.etag, 'last-modified': headers['last-modified'] } };
  }
  const range = parseRange(call.headers.range, object.body.length);
  if (range) {
    return {
      status: 206,
      headers: { ...headers, 'content-range': `bytes ${range.start}-${range.end}/${object.body.length}` },
      body: object.body.subarray(range.start, range.end + 1),
    };
  }
  // A checksum is of the whole object, so a part is answered without it.
  const { checksum } = object;
  if (checksum && call.headers['x-amz-checksum-mode'] === 'ENABLED') {
    headers[checksum.header] = checksum.value;
    headers['x-amz-checksum-type'] = 'FULL_OBJECT';
  }
  return { status: 200, headers, body: object.body };
}

/** @throws S3Error NoSuchKey; AccessDenied for those who may not know which keys there are */
function existing(bucket: Bucket, key: string, call: S3Call): StoredObject {
  const object = bucket.get(key);
  if (object) return object;
  demand(call.decide('s3:ListBucket', bucket.arn));
  throw new S3Error('NoSuchKey', 'The specified key does not exist.', { Key: key });
}

function checkKey(key: string): void {
  const size = Buffer.byteLength(key);
  if (size <= MAX_KEY_BYTES) return;
  throw new S3Error('KeyTooLongError', 'Your key is too long', { Size: size, MaxSizeAllowed: MAX_KEY_BYTES });
}

function storedHeaders({ headers }: S3Call): Record<string, string> {
  const stored: Record<string, string> = { 'content-type': 'binary/octet-stream' };
  let metadataBytes = 0;
  for (const [name, value] of Object.entries(headers)) {
    if (typeof value !== 'string') continue;
    if (name.startsWith('x-amz-meta-')) metadataBytes += name.length - 'x-amz-meta-'.length + value.length;
    else if (!SYSTEM_HEADERS.includes(name)) continue;
    stored[name] = name === 'content-encoding' ? withoutAwsChunked(value) : value;
  }
  if (metadataBytes > MAX_METADATA_BYTES) {
    throw new S3Error('MetadataTooLarge', 'Your metadata headers exceed the maximum allowed metadata size', {
      Size: metadataBytes,
      MaxSizeAllowed: MAX_METADATA_BYTES,
    });
  }
  if (!stored['content-encoding']) delete stored['content-encoding'];
  return stored;
}

/** That encoding is of the transfer only. */
function withoutAwsChunked(contentEncoding: string): string {
  return contentEncoding
    .split(',')
    .map((encoding) => encoding.trim())
    .filter((encoding) => encoding !== 'aws-chunked' && encoding !== '')
    .join(', ');
}

/** `?response-content-type=…` and the like, as presigned links have them. */
function overriddenHeaders({ query }: S3Call): Record<string, string> {
  const overridden: Record<string, string> = {};
  for (const name of SYSTEM_HEADERS) {
    const value = query.get(`response-${name}`);
    if (value !== undefined) overridden[name] = value;
  }
  return overridden;
}

/** `bucket/key` or `/bucket/key`, percent-encoded. */
function copySource({ headers }: S3Call): [bucketName: string, key: string] {
  const source = decodeURIComponent(String(headers['x-amz-copy-source'])).replace(/^\//, '');
  const slash = source.indexOf('/');
  if (slash <= 0 || source.includes('?versionId=')) {
    throw new S3Error('InvalidArgument', 'Copy Source must mention the source bucket and key: sourcebucket/sourcekey');
  }
  return [source.slice(0, slash), source.slice(slash + 1)];
}
