import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import { type Merging, mergeHere, mergeInWorker, outOfMemory } from '../../../cli/fetch/merging';
import type { StoredSnapshot } from '../../../cli/fetch/stored-snapshot';
import type { SnapshotSelection } from '../../../cli/snapshots/selection';
import { CommandError } from '../../../cli/terminal/command-error';
import { decodeProfile } from '../../../profile/pprof/decode';
import { keyOf } from '../../support/snapshot-key';
import { invocationsProfile, packed, wallProfile } from '../support/profiles';

const snapshot = (
  slot: number,
  bytes: Uint8Array = packed(wallProfile({ cpuMs: 10 * slot + 10 })),
): StoredSnapshot => ({
  key: keyOf({ slot }),
  function: 'Checkout',
  type: 'wall',
  instance: 'aaaaaaaaaaaa',
  metadata: { version: String(slot), start: '2026-11-22T10:00:00Z', end: '2026-11-22T10:01:00Z' },
  bytes,
});

let merging: Merging | undefined;
afterEach(() => merging?.close());

describe.each([
  ['here', mergeHere],
  ['in a worker', mergeInWorker],
])('Merging %s', (_, open: (selection: SnapshotSelection) => Merging) => {
  it('takes what the selection wants, and says of which version each is', async () => {
    merging = open({ version: '1' });
    expect(await Promise.all([0, 1, 2].map((slot) => (merging as Merging).add(snapshot(slot))))).toEqual([
      { selected: false, version: '0' },
      { selected: true, version: '1' },
      { selected: false, version: '2' },
    ]);
    const { merged, skipped } = await merging.results();
    expect([merged.length, merged[0]?.snapshots, skipped]).toEqual([1, 1, []]);
  });

  it('says why a snapshot cannot be read, and merges the others', async () => {
    merging = open({});
    await merging.add(snapshot(0));
    const whole = packed(wallProfile());
    await expect(merging.add(snapshot(1, whole.subarray(0, 50)))).rejects.toThrow(/^its gzip data is damaged/);
    await expect(merging.add(snapshot(1, Buffer.from('<html>')))).rejects.toThrow(/^it is not a pprof profile: /);
    await expect(merging.add(snapshot(1, Buffer.alloc(0)))).rejects.toThrow(/^it is empty$/);
    await expect(merging.add(snapshot(1, gzipSync(whole)))).rejects.toThrow(/^it is not a pprof profile: it is still/);
    await merging.add(snapshot(2));
    expect((await merging.results()).merged[0]?.snapshots).toBe(2);
  });

  it('leaves the bytes of a snapshot to whoever has them', async () => {
    merging = open({});
    const bytes = packed(wallProfile());
    const before = Buffer.from(bytes);
    await merging.add(snapshot(0, bytes));
    expect(Buffer.compare(bytes, before)).toBe(0);
  });
});

describe('A worker', () => {
  it('gives the same profile as merging here', async () => {
    const here = mergeHere({});
    merging = mergeInWorker({});
    for (let slot = 0; slot < 5; slot++) await Promise.all([here.add(snapshot(slot)), merging.add(snapshot(slot))]);
    const results = await here.results();
    expect(await merging.results()).toEqual(results);
    const [{ parts }] = results.merged;
    const renamed = parts.map(({ locations }) => ({
      locations: locations.map((location) => ({ ...location, lines: [] })),
      price: { memoryMb: 1024, perGbSecond: 1e-5 },
    }));
    for (const finish of [[{}], renamed]) {
      const merged = await here.finished(0, { parts: finish, comments: ['only these'] });
      expect(await merging.finished(0, { parts: finish, comments: ['only these'] })).toEqual(merged);
      const { encoded } = merged;
      const { samples, comments } = decodeProfile(encoded);
      expect([samples.length, comments]).toEqual([finish === renamed ? 1 : 2, ['only these']]);
    }
  });

  it('gives the same records of invocations as merging here', async () => {
    const here = mergeHere({});
    merging = mergeInWorker({});
    const each = snapshot(0, packed(invocationsProfile([{ ms: 20 }, { ms: 300, error: true }])));
    for (const to of [here, merging]) await to.add(each);
    const [{ parts }] = (await here.results()).merged;
    await merging.results();
    const finish = { parts: parts.map(() => ({})), comments: [] };
    const merged = await here.finished(0, finish);
    expect(merged.stacks.stackless).toHaveLength(2);
    expect(await merging.finished(0, finish)).toEqual(merged);
  });

  it('that is ended fails what waits for it, and what comes later', async () => {
    const worker = mergeInWorker({});
    const waiting = expect(worker.add(snapshot(0))).rejects.toThrow('The thread that merges has ended');
    await worker.close();
    await waiting;
    await expect(worker.results()).rejects.toThrow('The thread that merges has ended');
  });

  it('that runs out of memory fails what waits for it with what to do', async () => {
    merging = mergeInWorker({}, { maxOldGenerationSizeMb: 6, maxYoungGenerationSizeMb: 1 });
    const error = await merging.add(snapshot(0)).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(CommandError);
    expect(error).toMatchObject({
      message: 'The thread that merges ran out of memory after 0 snapshots.',
      remedy: expect.stringMatching(/--since.*NODE_OPTIONS=--max-old-space-size=.*stay in the cache/s),
    });
    await expect(merging.results()).rejects.toBe(error);
  });

  it('has the memory that NODE_OPTIONS gives it, whatever its own limits', async () => {
    const child = join(import.meta.dirname, 'support', 'merge-with-little-memory.ts');
    const outcome = async (NODE_OPTIONS: string) => {
      const { stdout } = await promisify(execFile)(process.execPath, ['--import', 'tsx', child], {
        env: { ...process.env, NODE_OPTIONS },
      });
      return stdout;
    };
    expect(await outcome('')).toBe('The thread that merges ran out of memory after 0 snapshots.');
    expect(await outcome('--max-old-space-size=500')).toBe('merged');
  });

  it('whose tables find no room is not told to enlarge the heap', () => {
    const failure = outOfMemory(new RangeError('Array buffer allocation failed'), 1234);
    expect(failure?.message).toBe('The thread that merges ran out of memory after 1,234 snapshots.');
    expect(failure?.remedy).toMatch(/--since.*a computer with more memory/s);
    expect(failure?.remedy).not.toContain('NODE_OPTIONS');
    expect(outOfMemory(new RangeError('Maximum call stack size exceeded'), 0)).toBeUndefined();
  });
});
