import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, expect, it } from 'vitest';
import type { Bucket } from '../../../cli/aws/bucket';
import { openCache } from '../../../cli/snapshots/cache';
import { cachedStores, readListing, readListings, saveListing } from '../../../cli/snapshots/last-listing';
import { listSnapshots } from '../../../cli/snapshots/list-snapshots';
import type { Snapshot } from '../../../cli/snapshots/snapshot';
import type { ProfiledStack } from '../../../cli/stacks/stack-outputs';
import { parseSnapshotKey } from '../../../lib/contract/keys';
import { keyOf } from '../../support/snapshot-key';
import { folderOfTest } from '../../support/temporary-folder';

let out: string;
beforeEach(async () => {
  out = folderOfTest('listing');
});

const stack: ProfiledStack = {
  name: 'Orders',
  account: '123456789012',
  region: 'eu-central-1',
  stores: [
    { bucket: 'own', prefix: 'profiled-fn' },
    { bucket: 'team', prefix: 'a/b' },
  ],
  functions: [
    { name: 'Checkout', lambdaName: 'c' },
    { name: 'Report', lambdaName: 'r' },
  ],
  sourceMaps: [],
};
const written = new Date('2026-11-22T10:00:00Z');

function snapshot(fn: string, type: string, slot: number, etag: string, store = stack.stores[0]): Snapshot {
  const key = keyOf({ prefix: store?.prefix, fn, type, slot });
  return {
    bucket: { name: store?.bucket } as Bucket,
    object: { key, etag, size: 3, lastModified: written },
    key: parseSnapshotKey(key, store?.prefix) as NonNullable<ReturnType<typeof parseSnapshotKey>>,
  };
}

const etags = () => {
  const listing = readListing(out, 'Orders');
  return [...(listing?.objects.values() ?? [])]
    .flatMap((objects) => [...objects])
    .map(({ etag }) => etag)
    .sort();
};

it('remembers what was listed, with the stack and its region', async () => {
  const now = new Date('2026-11-22T12:00:00Z');
  await saveListing(out, stack, { functions: ['Checkout', 'Report'] }, [snapshot('Checkout', 'wall', 0, 'a')], now);
  const listing = readListing(out, 'Orders');
  expect(listing).toMatchObject({ stack, listed: now });
  expect([...(listing?.objects ?? [])].map(([bucket, objects]) => [bucket, [...objects]])).toEqual([
    ['own', [snapshot('Checkout', 'wall', 0, 'a').object]],
    ['team', []],
  ]);
});

it('replaces of an earlier listing what has been listed again, and keeps the rest', async () => {
  const first = [
    snapshot('Checkout', 'wall', 0, 'a'),
    snapshot('Checkout', 'heap', 0, 'b'),
    snapshot('Report', 'wall', 0, 'c'),
    snapshot('Report', 'wall', 1, 'd', stack.stores[1]),
  ];
  await saveListing(out, stack, { functions: ['Checkout', 'Report'] }, first);
  await saveListing(out, stack, { functions: ['Checkout'], type: 'wall' }, [snapshot('Checkout', 'wall', 0, 'a2')]);
  expect(etags()).toEqual(['a2', 'b', 'c', 'd']);
  await saveListing(out, stack, { functions: ['Report'] }, []);
  expect(etags()).toEqual(['a2', 'b']);
});

it('gives the snapshots that are in the cache, and asks AWS for nothing', async () => {
  const [here, elsewhere, gone] = [
    snapshot('Checkout', 'wall', 0, 'a'),
    snapshot('Checkout', 'wall', 1, 'b', stack.stores[1]),
    snapshot('Checkout', 'wall', 2, 'c'),
  ];
  for (const { bucket, object } of [here, elsewhere]) {
    await openCache(join(out, '.cache'), bucket.name).write(object, { bytes: Buffer.from('abc'), metadata: {} });
  }
  await saveListing(out, stack, { functions: ['Checkout'] }, [here, elsewhere, gone]);
  const [listing] = await readListings(out);
  const { snapshots } = await listSnapshots(cachedStores(listing, out), stack, stack.functions);
  expect([...snapshots].map(({ object }) => object.etag)).toEqual(['a', 'b']);
  const { snapshots: none } = await listSnapshots(cachedStores(listing, out), stack, stack.functions, 'heap');
  expect([...none]).toEqual([]);
});

it('says so where nothing has been fetched, or what is there is none of ours', async () => {
  await expect(readListings(out)).rejects.toThrow(`Nothing has been fetched into ${out}.`);
  await expect(readListings(join(out, 'none'), 'Orders')).rejects.toThrow('of stack Orders');
  await saveListing(out, stack, { functions: ['Checkout'] }, []);
  const whole = await readFile(join(out, 'Orders', 'listing.jsonl'), 'utf8');
  for (const damaged of ['', '{"stack":', '[]\n', '{"listed":"x"}\n', whole.slice(0, -1), `${whole}{"bucket":"own"`]) {
    await writeFile(join(out, 'Orders', 'listing.jsonl'), damaged);
    expect(readListing(out, 'Orders')).toBeUndefined();
  }
});
