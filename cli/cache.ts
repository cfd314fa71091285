import { createHash } from 'node:crypto';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { ObjectContent, StoredObject } from './aws/bucket';
import { writeWhole } from './write-file';

/** What names an object's content. */
type CachedObject = Pick<StoredObject, 'key' | 'etag' | 'size'>;

/** Objects downloaded before, by bucket, key and ETag: what has the same ETag has the same content. */
export interface ObjectCache {
  /** Undefined: not there, or not as long as the object. */
  read(object: CachedObject): Promise<ObjectContent | undefined>;
  write(object: CachedObject, content: ObjectContent): Promise<void>;
  remove(object: CachedObject): Promise<void>;
}

/**
 * A cache of the objects of `bucket` in `folder`. Names of its files are hashes: no key, however it is written,
 * becomes a path. Runs at the same time may share it.
 */
export function openCache(folder: string, bucket: string): ObjectCache {
  const path = (object: CachedObject) => {
    const hash = createHash('sha256')
      .update(JSON.stringify([bucket, object.key, object.etag]))
      .digest('hex');
    return join(folder, hash.slice(0, 2), hash);
  };
  return {
    async read(object) {
      try {
        return unpack(await readFile(path(object)), object);
      } catch {
        return undefined; // unreadable is as good as absent: it is downloaded again
      }
    },
    write: (object, content) => writeWhole(path(object), pack(object, content)),
    remove: (object) => rm(path(object), { force: true }),
  };
}

/** A file of the cache: a line of JSON with ETag and metadata, then the object's bytes. */
function pack({ etag }: CachedObject, { bytes, metadata }: ObjectContent): Uint8Array {
  return Buffer.concat([Buffer.from(`${JSON.stringify({ etag, metadata })}\n`), bytes]);
}

/** @throws Error where `file` is none of ours */
function unpack(file: Buffer, { etag, size }: CachedObject): ObjectContent | undefined {
  const end = file.indexOf('\n');
  const head = JSON.parse(file.toString('utf8', 0, end));
  const bytes = file.subarray(end + 1);
  return head.etag === etag && bytes.length === size ? { bytes, metadata: head.metadata } : undefined;
}
