import { DeleteObjectsCommand, S3Client } from '@aws-sdk/client-s3';
import type { StoredObject } from './bucket';
import { callAws } from './errors';
import type { Session } from './session';

/** Objects in a request; S3's limit. */
const most = 1000;

/** An object that S3 has kept, and why. */
export interface Undeleted {
  key: string;
  /** It is not the object any more that was to be deleted: it has been replaced, or has gone. */
  changed: boolean;
  reason: string;
}

/**
 * Deletes objects of a bucket, each only while it is what its ETag says. The only place where the command deletes
 * anything in AWS. A stand-in for S3 that knows no conditions deletes them as they are.
 *
 * @returns those that have not been deleted
 * @throws CommandError if S3 refuses altogether
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-deletes.html which needs s3:GetObject too
 */
export async function deleteObjects(
  session: Session,
  bucket: string,
  objects: Pick<StoredObject, 'key' | 'etag'>[],
): Promise<Undeleted[]> {
  const client = new S3Client({ ...session.client, followRegionRedirects: true });
  const about = { action: 's3:DeleteObject', resource: `arn:aws:s3:::${bucket}/*`, subject: `bucket ${bucket}` };
  const undeleted: Undeleted[] = [];
  try {
    for (let start = 0; start < objects.length; start += most) {
      const Objects = objects.slice(start, start + most).map(({ key, etag }) => ({ Key: key, ETag: etag }));
      const { Errors = [] } = await callAws(session, about, () =>
        client.send(new DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects, Quiet: true } })),
      );
      undeleted.push(
        ...Errors.map(({ Key = '', Code = 'unknown', Message = '' }) => ({
          key: Key,
          changed: Code === 'PreconditionFailed' || Code === 'NoSuchKey',
          reason: `${Code} ${Message}`.trim(),
        })),
      );
    }
    return undeleted;
  } finally {
    client.destroy();
  }
}
