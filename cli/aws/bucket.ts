import { GetObjectCommand, paginateListObjectsV2, S3Client } from '@aws-sdk/client-s3';
import { DirectReads } from './direct-reads';
import { callAws } from './errors';
import type { ObjectContent } from './object-content';
import type { Session } from './session';

/** An object as a listing reports it. */
export interface StoredObject {
  key: string;
  /** Opaque; a new one whenever the content changes. */
  etag: string;
  /** Bytes. */
  size: number;
  lastModified: Date;
}

/** What else is known of an object that was downloaded. */
export interface Download {
  etag: string;
  /** Requests that it took: more than one where the bucket was busy. */
  attempts: number;
}

/** The bucket with a stack's snapshots. It is only read here; see `deleteObjects` for what `prune` does. */
export interface Bucket {
  readonly name: string;
  /** All objects whose keys begin with `prefix`, page by page. */
  list(prefix: string): AsyncIterable<StoredObject[]>;
  /** Content, metadata and ETag of an object as it is now; undefined: it has gone since it was listed. */
  get(key: string, signal: AbortSignal): Promise<(ObjectContent & Download) | undefined>;
  close(): void;
}

/** The bucket named `name`, read with the session's credentials; failures are CommandErrors. */
export function openBucket(session: Session, name: string): Bucket {
  // A bucket of one's own may are in another region than the stack.
  const client = new S3Client({ ...session.client, followRegionRedirects: true });
  const directly = new DirectReads(client);
  const subject = `bucket ${name}`;

  return {
    name,

    async *list(prefix) {
      const pages = paginateListObjectsV2({ client }, { Bucket: name, Prefix: prefix })[Symbol.asyncIterator]();
      const about = { action: 's3:ListBucket', resource: `arn:aws:s3:::${name}`, subject };
      while (true) {
        const page = await callAws(session, about, () => pages.next());
        if (page.done) return;
        yield (page.value.Contents ?? []).map((object) => ({
          key: object.Key ?? '',
          etag: object.ETag ?? '',
          size: object.Size ?? 0,
          lastModified: object.LastModified ?? new Date(), // S3 always tells it; what is new is kept
        }));
      }
    },

    async get(key, signal) {
      const about = { action: 's3:GetObject', resource: `arn:aws:s3:::${name}/${key}`, subject };
      return callAws(session, about, async () => {
        const tried = directly.arePossible ? 1 : 0;
        const read = await directly.get(key, signal);
        if (read) return { ...read, attempts: 1 };
        try {
          const object = await client.send(new GetObjectCommand({ Bucket: name, Key: key }), { abortSignal: signal });
          const bytes = (await object.Body?.transformToByteArray()) ?? new Uint8Array();
          const attempts = tried + (object.$metadata.attempts ?? 1);
          return { bytes, metadata: object.Metadata ?? {}, etag: object.ETag ?? '', attempts };
        } catch (error) {
          if (error instanceof Error && error.name === 'NoSuchKey') return undefined;
          throw error;
        }
      });
    },

    close() {
      client.destroy();
    },
  };
}
