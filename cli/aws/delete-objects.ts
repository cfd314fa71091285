import { DeleteObjectsCommand, S3Client } from '@aws-sdk/client-s3';
import { callAws } from './errors';
import type { Session } from './session';

/** Objects in a request; S3's limit. */
const most = 1000;

/** An object that S3 has kept, and why. */
export interface Undeleted {
  key: string;
  reason: string;
}

/**
 * Deletes objects of a bucket. The only place where the command changes anything in AWS.
 *
 * @returns those that could not be deleted
 * @throws CommandError where S3 refuses altogether
 */
export async function deleteObjects(session: Session, bucket: string, keys: string[]): Promise<Undeleted[]> {
  const client = new S3Client({ ...session.client, followRegionRedirects: true });
  const about = { action: 's3:DeleteObject', resource: `arn:aws:s3:::${bucket}/*`, subject: `bucket ${bucket}` };
  const undeleted: Undeleted[] = [];
  try {
    for (let start = 0; start < keys.length; start += most) {
      const Objects = keys.slice(start, start + most).map((Key) => ({ Key }));
      const { Errors = [] } = await callAws(session, about, () =>
        client.send(new DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects, Quiet: true } })),
      );
      undeleted.push(
        ...Errors.map(({ Key = '', Code = 'unknown', Message = '' }) => ({
          key: Key,
          reason: `${Code} ${Message}`.trim(),
        })),
      );
    }
    return undeleted;
  } finally {
    client.destroy();
  }
}
