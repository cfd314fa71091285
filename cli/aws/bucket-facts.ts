import { HeadBucketCommand, HeadObjectCommand, paginateListObjectsV2, S3Client } from '@aws-sdk/client-s3';
import type { ReadMetadata } from '../../lib/contract/metadata';
import { type AwsCall, callAws } from './errors';
import { watchHeaders } from './response-headers';
import type { Session } from './session';

/** The folders right below `prefix`, which ends with a slash: the next part of the keys that begin with it. */
export async function bucketFolders(session: Session, bucket: string, prefix: string): Promise<string[]> {
  return withClient(session, async (client) => {
    const folders: string[] = [];
    await callAws(session, listCall(bucket), async () => {
      for await (const page of paginateListObjectsV2({ client }, { Bucket: bucket, Prefix: prefix, Delimiter: '/' })) {
        folders.push(...(page.CommonPrefixes ?? []).map((each) => (each.Prefix ?? '').slice(prefix.length, -1)));
      }
    });
    return folders;
  });
}

/** The region that a bucket is in; undefined: S3 does not say. Refusals and redirects tell it too. */
export async function bucketRegion(session: Session, bucket: string): Promise<string | undefined> {
  const client = new S3Client({ ...session.client, maxAttempts: 1 });
  const headers = watchHeaders(client);
  try {
    await client.send(new HeadBucketCommand({ Bucket: bucket }));
  } catch {
    // whether it may be looked at does not matter here
  } finally {
    client.destroy();
  }
  return headers()['x-amz-bucket-region'];
}

/** The metadata of a snapshot, read without its content. */
export async function objectMetadata(session: Session, bucket: string, key: string): Promise<ReadMetadata> {
  const about = { action: 's3:GetObject', resource: `arn:aws:s3:::${bucket}/${key}`, subject: `bucket ${bucket}` };
  return withClient(session, (client) =>
    callAws(session, about, async () => {
      try {
        const { Metadata } = await client.send(new HeadObjectCommand({ Bucket: bucket, Key: key }));
        return Metadata ?? {};
      } catch (error) {
        if (error instanceof Error && error.name === 'NotFound') return {}; // gone since it was listed
        throw error;
      }
    }),
  );
}

function listCall(bucket: string): AwsCall {
  return { action: 's3:ListBucket', resource: `arn:aws:s3:::${bucket}`, subject: `bucket ${bucket}` };
}

async function withClient<T>(session: Session, work: (client: S3Client) => Promise<T>): Promise<T> {
  const client = new S3Client({ ...session.client, followRegionRedirects: true });
  try {
    return await work(client);
  } finally {
    client.destroy();
  }
}
