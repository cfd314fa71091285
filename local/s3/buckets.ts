import { unescapeXml, type XmlElements } from '../xml';
import { bucketOf, type S3Operation, xmlResponse } from './call';
import { S3Error } from './errors';

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
    const objects = [...xml.matchAll(/<Object>(.*?)<\/Object>/gs)].map(([, object]) => object as string);
    const keys = objects.map((object) => /<Key>(.*?)<\/Key>/s.exec(object)?.[1]);
    if (!xml.includes('<Delete') || keys.length === 0 || keys.length > MAX_DELETED || keys.includes(undefined)) {
      throw new S3Error(
        'MalformedXML',
        'The XML you provided was not well-formed or did not validate against our published schema',
      );
    }
    const deleted: XmlElements[] = [];
    const errors: XmlElements[] = [];
    for (const escaped of keys) {
      const key = unescapeXml(escaped as string);
      const decision = call.decide('s3:DeleteObject', `${bucket.arn}/${key}`);
      if (decision.allowed) {
        bucket.delete(key);
        deleted.push({ Key: key });
      } else {
        errors.push({ Key: key, Code: 'AccessDenied', Message: decision.reason });
      }
    }
    const quiet = /<Quiet>\s*true\s*<\/Quiet>/.test(xml);
    return xmlResponse('DeleteResult', { Deleted: quiet ? [] : deleted, Error: errors });
  },
};
