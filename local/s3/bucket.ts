import { createHash } from 'node:crypto';
import type { PolicyDocument } from '../iam/policy';
import type { Checksum } from './checksums';

export interface StoredObject {
  body: Buffer;
  /** With its quotes. */
  etag: string;
  lastModified: Date;
  /** What S3 gives back as it came: content type, cache control, metadata and the like; names in lower case. */
  headers: Record<string, string>;
  checksum?: Checksum;
}

/** A bucket whose objects are kept in memory. */
export class Bucket {
  readonly creationDate = new Date();
  readonly #objects = new Map<string, StoredObject>();
  #sortedKeys: string[] | undefined;

  constructor(
    readonly name: string,
    readonly region: string,
    readonly accountId: string,
    readonly policies: PolicyDocument[],
  ) {}

  get arn(): string {
    return `arn:aws:s3:::${this.name}`;
  }

  get(key: string): StoredObject | undefined {
    return this.#objects.get(key);
  }

  put(key: string, body: Buffer, headers: Record<string, string> = {}, checksum?: Checksum): StoredObject {
    const object: StoredObject = {
      body,
      etag: `"${createHash('md5').update(body).digest('hex')}"`,
      lastModified: new Date(),
      headers,
      checksum,
    };
    if (!this.#objects.has(key)) this.#sortedKeys = undefined;
    this.#objects.set(key, object);
    return object;
  }

  delete(key: string): void {
    if (this.#objects.delete(key)) this.#sortedKeys = undefined;
  }

  /** In the order of their UTF-8 bytes, which is S3's. */
  keys(): readonly string[] {
    // JavaScript compares UTF-16, which differs beyond the basic plane.
    this.#sortedKeys ??= [...this.#objects.keys()]
      .map((key) => ({ key, bytes: Buffer.from(key) }))
      .sort((a, b) => Buffer.compare(a.bytes, b.bytes))
      .map(({ key }) => key);
    return this.#sortedKeys;
  }
}
