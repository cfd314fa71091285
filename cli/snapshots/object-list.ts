import { deflateRawSync, inflateRawSync } from 'node:zlib';
import type { StoredObject } from '../aws/bucket';

/** An object without the names of its fields. */
type Packed = [key: string, etag: string, size: number, lastModified: number];

/** Objects that are packed together. */
const pageLength = 1000;

/**
 * Objects as they were listed, of which there may be 100,000 and more: the keys of snapshots are so alike that packed
 * they take about 20 bytes each, and as objects 500.
 */
export class ObjectList implements Iterable<StoredObject> {
  readonly #pages: Uint8Array[] = [];
  #open: Packed[] = [];

  constructor(objects: Iterable<StoredObject> = []) {
    for (const object of objects) this.push(object);
  }

  get length(): number {
    return this.#pages.length * pageLength + this.#open.length;
  }

  push({ key, etag, size, lastModified }: StoredObject): void {
    this.#open.push([key, etag, size, lastModified.getTime()]);
    if (this.#open.length < pageLength) return;
    this.#pages.push(deflateRawSync(JSON.stringify(this.#open), { level: 1 }));
    this.#open = [];
  }

  /** A thousand at a time. */
  *pages(): Iterable<StoredObject[]> {
    for (const page of this.#pages) yield (JSON.parse(inflateRawSync(page).toString()) as Packed[]).map(unpacked);
    if (this.#open.length > 0) yield this.#open.map(unpacked);
  }

  *[Symbol.iterator](): Iterator<StoredObject> {
    for (const page of this.pages()) yield* page;
  }
}

function unpacked([key, etag, size, lastModified]: Packed): StoredObject {
  return { key, etag, size, lastModified: new Date(lastModified) };
}
