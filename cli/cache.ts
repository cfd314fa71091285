import { createHash } from 'node:crypto';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { StoredObject } from './aws/bucket';
import { writeWhole } from './write-file';

/** Objects downloaded before, by bucket, key and ETag: what has the same ETag has the same content. */
export interface ObjectCache {
  /** Undefined: not there, or not as long as the object. */
  read(object: StoredObject): Promise<Uint8Array | undefined>;
  write(object: StoredObject, bytes: Uint8Array): Promise<void>;
  remove(object: StoredObject): Promise<void>;
}

/**
 * A cache of the objects of `bucket` in `folder`. Names of its files are hashes: no key, however it is written,
 * becomes a path. Runs at the same time may share it.
 */
export function openCache(folder: string, bucket: string): ObjectCache {
  const path = (object: StoredObject) => {
    const hash = createHash('sha256')
      .update(JSON.stringify([bucket, object.key, object.etag]))
      .digest('hex');
    return join(folder, hash.slice(0, 2), hash);
  };
  return {
    async read(object) {
      try {
        const bytes = await readFile(path(object));
        return bytes.length === object.size ? bytes : undefined;
      } catch {
        return undefined; // unreadable is as good as absent: it is downloaded again
      }
    },
    write: (object, bytes) => writeWhole(path(object), bytes),
    remove: (object) => rm(path(object), { force: true }),
  };
}
