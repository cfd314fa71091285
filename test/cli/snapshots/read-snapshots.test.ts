import { describe, expect, it } from 'vitest';
import { UnreadableProfile } from '../../../cli/files/pprof-file';
import { maxObjectBytes, readSnapshots } from '../../../cli/snapshots/read-snapshots';
import type { Snapshot } from '../../../cli/snapshots/snapshot';
import { CommandError } from '../../../cli/terminal/command-error';
import { folderOfTest, temporaryFolder } from '../../support/temporary-folder';

const folder = temporaryFolder('read-snapshots');

/** A bucket that claims such an object, and what was asked of it. */
function snapshotOf(size: number, asked: string[]): Snapshot {
  const object = { key: `size-${size}`, etag: 'e', size, lastModified: new Date(0) };
  const bucket = {
    name: 'b',
    async *list() {},
    async get(key: string) {
      asked.push(key);
      return { bytes: new Uint8Array(3), metadata: {}, etag: 'e', attempts: 1 };
    },
    close() {},
  };
  return { bucket, object, key: { stack: 'S', function: 'F', type: 'wall', slot: 0, instance: 'i' } };
}

describe('readSnapshots', () => {
  it('does not even ask for an object that is larger than any profile', async () => {
    const asked: string[] = [];
    const taken: number[] = [];
    const snapshots = [maxObjectBytes + 1, 5 * 2 ** 40, 3].map((size) => snapshotOf(size, asked));
    const skipped = await readSnapshots(
      snapshots,
      folder,
      async (_, { bytes }) => void taken.push(bytes.length),
      () => undefined,
    );
    expect(asked).toEqual(['size-3']);
    expect(taken).toEqual([3]);
    expect(skipped.map(({ reason }) => reason)).toEqual(['it is too large (64 MiB)', 'it is too large (5 TiB)']);
  });

  it.each([
    ['keeps in the cache what was downloaded when merging fails', new CommandError('It died.', 'Try again.'), 1],
    ['keeps nothing in the cache that is no profile', new UnreadableProfile('it is empty'), 2],
  ])('%s', async (_, failure, downloads) => {
    const asked: string[] = [];
    const cache = folderOfTest('cache');
    const read = (take: () => Promise<void>) => readSnapshots([snapshotOf(3, asked)], cache, take, () => undefined);
    const outcome = await read(() => Promise.reject(failure)).catch((error: unknown) => error);
    expect(outcome).toEqual(failure instanceof CommandError ? failure : [{ key: 'size-3', reason: 'it is empty' }]);
    await read(async () => undefined);
    expect(asked).toHaveLength(downloads);
  });
});
