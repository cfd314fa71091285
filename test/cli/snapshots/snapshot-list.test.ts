import { describe, expect, it } from 'vitest';
import type { Bucket, StoredObject } from '../../../cli/aws/bucket';
import { ObjectList } from '../../../cli/snapshots/object-list';
import type { OpenStore } from '../../../cli/snapshots/snapshot';
import { SnapshotList } from '../../../cli/snapshots/snapshot-list';
import { keyOf } from '../../support/snapshot-key';

function object(i: number, prefix = 'profiled-fn'): StoredObject {
  const instance = i.toString(16).padStart(12, '0');
  const key = keyOf({ prefix, type: i % 2 === 0 ? 'wall' : 'heap', instance });
  return { key, etag: `"${i}"`, size: i, lastModified: new Date(1.8e12 + i) };
}

describe('ObjectList', () => {
  it('gives what it was given, in order, however often it is asked', () => {
    const objects = Array.from({ length: 2500 }, (_, i) => object(i));
    const list = new ObjectList(objects);
    expect(list.length).toBe(2500);
    expect([...list]).toEqual(objects);
    expect([...list]).toEqual(objects);
    expect([...list.pages()].map(({ length }) => length)).toEqual([1000, 1000, 500]);
    expect([...new ObjectList()]).toEqual([]);
  });
});

describe('SnapshotList', () => {
  const store = (name: string, prefix: string): OpenStore => ({ prefix, bucket: { name } as Bucket });
  const [own, team] = [store('own', 'profiled-fn'), store('team', 'a/b')];

  it('knows of each snapshot its bucket and what its key says', () => {
    const list = new SnapshotList();
    list.push(team, object(1, 'a/b'));
    list.push(own, object(2));
    list.push(team, object(3, 'a/b'));
    expect(list.length).toBe(3);
    expect([...list.bucketNames].sort()).toEqual(['own', 'team']);
    const told = [...list].map(({ bucket, object: { size }, key }) => [bucket.name, size, key.function, key.type]);
    expect(told.sort()).toEqual([
      ['own', 2, 'Checkout', 'wall'],
      ['team', 1, 'Checkout', 'heap'],
      ['team', 3, 'Checkout', 'heap'],
    ]);
    const heap = list.filter(({ key }) => key.type === 'heap');
    expect([heap.length, ...heap.bucketNames]).toEqual([2, 'team']);
  });
});
