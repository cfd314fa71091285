import { bucketOf, type S3Call, type S3Operation, xmlResponse } from './call';
import { S3Error } from './errors';

/** S3 never returns more in one page. */
const MAX_KEYS = 1000;

export const listObjectsV2: S3Operation = {
  name: 'ListObjectsV2',
  permission: 's3:ListBucket',
  run(call) {
    const bucket = bucketOf(call);
    const { query } = call;
    const prefix = query.get('prefix') ?? '';
    const delimiter = query.get('delimiter') ?? '';
    const encode = encoder(call);
    const token = query.get('continuation-token');
    const maxKeys = parseMaxKeys(query.get('max-keys'));
    const page = listPage(bucket.keys(), {
      prefix,
      delimiter,
      after: token === undefined ? (query.get('start-after') ?? '') : parseToken(token),
      maxKeys,
    });
    return xmlResponse('ListBucketResult', {
      Name: bucket.name,
      Prefix: encode(prefix),
      Delimiter: delimiter === '' ? undefined : encode(delimiter),
      MaxKeys: maxKeys,
      EncodingType: query.get('encoding-type'),
      KeyCount: page.keys.length + page.commonPrefixes.length,
      IsTruncated: page.next !== undefined,
      ContinuationToken: token,
      NextContinuationToken: page.next === undefined ? undefined : makeToken(page.next),
      StartAfter: query.has('start-after') ? encode(query.get('start-after') ?? '') : undefined,
      Contents: page.keys.map((key) => {
        const object = bucket.get(key);
        return {
          Key: encode(key),
          LastModified: object?.lastModified.toISOString(),
          ETag: object?.etag,
          ChecksumAlgorithm: object?.checksum?.header.slice('x-amz-checksum-'.length).toUpperCase(),
          Size: object?.body.length,
          StorageClass: 'STANDARD',
        };
      }),
      CommonPrefixes: page.commonPrefixes.map((commonPrefix) => ({ Prefix: encode(commonPrefix) })),
    });
  },
};

export interface ListOptions {
  prefix: string;
  /** Keys alike up to it, after the prefix, are rolled up into one common prefix; empty: none are. */
  delimiter: string;
  /** A key or a common prefix: what comes after it is listed. */
  after: string;
  maxKeys: number;
}

export interface ListPage {
  keys: string[];
  commonPrefixes: string[];
  /** Where the next page begins after; absent on the last page. */
  next?: string;
}

/** One page of a listing. @param keys in S3's order */
export function listPage(keys: readonly string[], { prefix, delimiter, after, maxKeys }: ListOptions): ListPage {
  const page: ListPage = { keys: [], commonPrefixes: [] };
  let last = after;
  let count = 0;
  for (const key of keys) {
    if (!key.startsWith(prefix) || !isAfter(key, after)) continue;
    const end = delimiter === '' ? -1 : key.indexOf(delimiter, prefix.length);
    const entry = end < 0 ? key : key.slice(0, end + delimiter.length);
    // The rest of a common prefix that was given already.
    if (entry === last) continue;
    if (count === maxKeys) return maxKeys === 0 ? page : { ...page, next: last };
    (end < 0 ? page.keys : page.commonPrefixes).push(entry);
    last = entry;
    count++;
  }
  return page;
}

function isAfter(a: string, b: string): boolean {
  return Buffer.compare(Buffer.from(a), Buffer.from(b)) > 0;
}

function parseMaxKeys(text: string | undefined): number {
  if (text === undefined) return MAX_KEYS;
  if (!/^\d{1,9}$/.test(text)) {
    throw new S3Error('InvalidArgument', 'Provided max-keys not an integer or within integer range', {
      ArgumentName: 'max-keys',
      ArgumentValue: text,
    });
  }
  return Math.min(Number(text), MAX_KEYS);
}

/** With `encoding-type=url`, keys that XML cannot carry come through. */
function encoder({ query }: S3Call): (text: string) => string {
  const type = query.get('encoding-type');
  if (type === undefined) return (text) => text;
  if (type === 'url') return (text) => encodeURIComponent(text).replaceAll('%2F', '/');
  throw new S3Error('InvalidArgument', 'Invalid Encoding Method specified in Request', {
    ArgumentName: 'encoding-type',
    ArgumentValue: type,
  });
}

const TOKEN_PREFIX = 'after:';

function makeToken(after: string): string {
  return Buffer.from(TOKEN_PREFIX + after).toString('base64');
}

function parseToken(token: string): string {
  const text = Buffer.from(token, 'base64').toString();
  if (text.startsWith(TOKEN_PREFIX)) return text.slice(TOKEN_PREFIX.length);
  throw new S3Error('InvalidArgument', 'The continuation token provided is incorrect', {
    ArgumentName: 'continuation-token',
  });
}
