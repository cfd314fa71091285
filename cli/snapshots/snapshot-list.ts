import { parseSnapshotKey } from '../../lib/contract/keys';
import type { StoredObject } from '../aws/bucket';
import { ObjectList } from './object-list';
import type { OpenStore, Snapshot } from './snapshot';

/** Snapshots of any number, of one store after the other: see {@link ObjectList}. */
export class SnapshotList implements Iterable<Snapshot> {
  readonly #byStore = new Map<OpenStore, ObjectList>();

  get length(): number {
    return [...this.#byStore.values()].reduce((sum, { length }) => sum + length, 0);
  }

  /** Of the buckets that they are in. */
  get bucketNames(): Set<string> {
    return new Set([...this.#byStore.keys()].map(({ bucket }) => bucket.name));
  }

  push(store: OpenStore, object: StoredObject): void {
    const known = this.#byStore.get(store);
    if (known) known.push(object);
    else this.#byStore.set(store, new ObjectList([object]));
  }

  filter(isWanted: (snapshot: Snapshot) => boolean): SnapshotList {
    const wanted = new SnapshotList();
    for (const [store, snapshot] of this.#entries()) if (isWanted(snapshot)) wanted.push(store, snapshot.object);
    return wanted;
  }

  *[Symbol.iterator](): Iterator<Snapshot> {
    for (const [, snapshot] of this.#entries()) yield snapshot;
  }

  *#entries(): Iterable<[OpenStore, Snapshot]> {
    for (const [store, objects] of this.#byStore) {
      for (const object of objects) {
        const key = parseSnapshotKey(object.key, store.prefix);
        if (key) yield [store, { bucket: store.bucket, object, key }];
      }
    }
  }
}
