import { deleteObjects, getBucketLocation, headBucket, listBuckets } from './buckets';
import type { S3Call, S3Operation } from './call';
import { S3Error } from './errors';
import { listObjectsV2 } from './list-objects';
import { copyObject, deleteObject, getObject, headObject, putObject } from './objects';

/**
 * The operation that a request asks for.
 *
 * @throws S3Error NotImplemented for the others of S3
 */
export function route(call: Pick<S3Call, 'method' | 'bucketName' | 'key' | 'query' | 'headers'>): S3Operation {
  const operation = find(call);
  if (operation) return operation;
  const { method, query } = call;
  const subresource = subresourceOf(call);
  const name = query.get('x-id') ?? UNSUPPORTED[`${method} ${subresource ?? ''}`];
  throw new S3Error(
    'NotImplemented',
    `profiled-fn local does not stand in for ${name ? `S3's ${name}` : 'this operation of S3'} ` +
      `(${method} ${target(call)}${subresource ? `?${subresource}` : ''}). ` +
      'Set AWS_ENDPOINT_URL_S3 to a server that does.',
  );
}

/** Parameters of a query that make it another operation. */
const SUBRESOURCES = [
  ...[
    'abac',
    'accelerate',
    'acl',
    'analytics',
    'annotation',
    'attributes',
    'cors',
    'encryption',
    'intelligent-tiering',
  ],
  ...['inventory', 'legal-hold', 'lifecycle', 'logging', 'metadataConfiguration', 'metrics', 'notification'],
  ...['object-lock', 'ownershipControls', 'partNumber', 'policy', 'policyStatus', 'publicAccessBlock', 'renameObject'],
  ...['replication', 'requestPayment', 'restore', 'retention', 'select', 'session', 'tagging', 'torrent', 'uploadId'],
  ...['uploads', 'versionId', 'versioning', 'versions', 'website'],
];

/** Those that people are most likely to meet, by name. */
const UNSUPPORTED: Record<string, string> = {
  'DELETE ': 'DeleteBucket',
  'DELETE uploadId': 'AbortMultipartUpload',
  'GET ': 'ListObjects',
  'GET uploads': 'ListMultipartUploads',
  'GET versions': 'ListObjectVersions',
  'POST uploadId': 'CompleteMultipartUpload',
  'POST uploads': 'CreateMultipartUpload',
  'PUT ': 'CreateBucket',
  'PUT partNumber': 'UploadPart',
};

function find(call: Pick<S3Call, 'method' | 'bucketName' | 'key' | 'query' | 'headers'>): S3Operation | undefined {
  const { method, bucketName, key, query, headers } = call;
  if (subresourceOf(call)) return undefined;
  if (!bucketName) return method === 'GET' ? listBuckets : undefined;
  if (!key) {
    if (method === 'HEAD') return headBucket;
    if (method === 'GET' && query.get('list-type') === '2') return listObjectsV2;
    if (method === 'GET' && query.has('location')) return getBucketLocation;
    return method === 'POST' && query.has('delete') ? deleteObjects : undefined;
  }
  if (method === 'PUT') return headers['x-amz-copy-source'] === undefined ? putObject : copyObject;
  return { GET: getObject, HEAD: headObject, DELETE: deleteObject }[method];
}

function subresourceOf({ query }: Pick<S3Call, 'query'>): string | undefined {
  return SUBRESOURCES.find((name) => query.has(name));
}

function target({ bucketName, key }: Pick<S3Call, 'bucketName' | 'key'>): string {
  return key ? 'object' : bucketName ? 'bucket' : 'service';
}
