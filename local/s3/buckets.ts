import { unescapeXml, type XmlElements } from '../xml';
import { bucketOf, demand, type S3Operation, xmlResponse } from './call';
import { S3Error } from './errors';
import { checkIfMatch } from './preconditions';

export const listBuckets: S3Operation = {
  name: 'ListBuckets',
  permission: 's3:ListAllMyBuckets',
  run({ buckets }) {
    const names = [...buckets.keys()].sort();
    return xmlResponse('ListAllMyBucketsResult', {
      Buckets: {
        Bucket: names.map((name) => ({
          Name: name,
          CreationDate: buckets.get(name)?.creationDate.toISOString(),
          BucketRegion: buckets.get(name)?.region,
        })),
      },
    });
  },
};

export const headBucket: S3Operation = {
  name: 'HeadBucket',
  permission: 's3:ListBucket',
  run: (call) => ({ status: 200, headers: { 'x-amz-bucket-region': bucketOf(call).region } }),
};

export const getBucketLocation: S3Operation = {
  name: 'GetBucketLocation',
  permission: 's3:GetBucketLocation',
  run(call) {
    const { region } = bucketOf(call);
    // The oldest region has no name here, for historical reasons. The root element itself holds the text.
    const text = region === 'us-east-1' ? '' : region;
    const { body, ...response } = xmlResponse('LocationConstraint', {});
    return { ...response, body: String(body).replace('></LocationConstraint>', `>${text}</LocationConstraint>`) };
  },
};

/** Keys in one request. */
const MAX_DELETED = 1000;

export const deleteObjects: S3Operation = {
  name: 'DeleteObjects',
  run(call) {
    const bucket = bucketOf(call);
    if (!call.checksum && call.headers['content-md5'] === undefined) {
      throw new S3Error('InvalidRequest', 'Missing required header for this request: Content-MD5 OR x-amz-checksum-*');
    }
    const xml = call.body.toString();
    const objects = [...xml.matchAll(/<Object>(.*?)<\/Object>/gs)].map(([, object = '']) => objectToDelete(object));
    if (!xml.includes('<Delete') || objects.length === 0 || objects.length > MAX_DELETED) throw malformed();
    const deleted: XmlElements[] = [];
    const errors: XmlElements[] = [];
    for (const { key, etag } of objects) {
      try {
        demand(call.decide('s3:DeleteObject', `${bucket.arn}/${key}`));
        if (etag !== undefined && etag !== '*') demand(call.decide('s3:GetObject', `${bucket.arn}/${key}`));
        checkIfMatch(bucket.get(key), etag);
        bucket.delete(key);
        deleted.push({ Key: key });
      } catch (error) {
        if (!(error instanceof S3Error)) throw error;
        errors.push({ Key: key, Code: error.code, Message: error.message });
      }
    }
    const quiet = /<Quiet>\s*true\s*<\/Quiet>/.test(xml);
    return xmlResponse('DeleteResult', { Deleted: quiet ? [] : deleted, Error: errors });
  },
};

function objectToDelete(xml: string): { key: string; etag?: string } {
  const key = textOf(xml, 'Key');
  if (key === undefined) throw malformed();
  return { key, etag: textOf(xml, 'ETag') };
}

/** Text of the first element of that name. */
function textOf(xml: string, name: string): string | undefined {
  const text = new RegExp(`<${name}>(.*?)</${name}>`, 's').exec(xml)?.[1];
  return text === undefined ? undefined : unescapeXml(text);
}

function malformed(): S3Error {
  return new S3Error(
    'MalformedXML',
    'The XML you provided was not well-formed or did not validate against our published schema',
  );
}
