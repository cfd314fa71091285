import { createHash } from 'node:crypto';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openBucket } from '../../../cli/aws/bucket';
import { sessionAt } from '../../../cli/aws/session';
import { type FetchRequest, fetchStack, writeProfile } from '../../../cli/fetch/fetch-stack';
import { listSnapshots } from '../../../cli/snapshots/list-snapshots';
import { findStack, profiledStacks } from '../../../cli/stacks/find-stacks';
import type { LocalAws } from '../../../local/aws';
import { invocationRecords } from '../../../profile/analysis/invocation-records';
import { emptyProfile, type Label, type Profile, type Sample } from '../../../profile/model/profile';
import { decodeProfile } from '../../../profile/pprof/decode';
import { keyOf } from '../../support/snapshot-key';
import { folderOfTest } from '../../support/temporary-folder';
import { bucketName, put, region, startAccount } from '../support/account';
import { packed, wallProfile } from '../support/profiles';

const functions = 'Checkout=Orders-Checkout-1,Api.Orders=Orders-Api-2';
const key = (fn: string, slot: number, instance = 'aaaaaaaaaaaa', type = 'wall') => keyOf({ fn, type, slot, instance });

let aws: LocalAws;
let out: string;
let requests: string[];
beforeEach(async () => {
  requests = [];
  out = folderOfTest('fetch');
  aws = await startAccount([{ name: 'Orders', functions }, { name: 'Site' }], ({ service, method, path }) => {
    requests.push(`${service} ${method} ${path}`);
    return undefined;
  });
});
afterEach(async () => {
  await aws.close();
});

async function fetch(request: Partial<FetchRequest> = {}) {
  const session = sessionAt(aws.endpointUrl, region, aws.adminCredentials);
  const stack = await findStack(session, 'Orders');
  const stores = stack.stores.map(({ bucket, prefix }) => ({ bucket: openBucket(session, bucket), prefix }));
  try {
    const whole = { stack, functions: stack.functions, out, assemblies: [], selection: {}, ...request };
    return await fetchStack(
      stores,
      whole,
      () => undefined,
      (profile) => writeProfile(profile, stack.name, whole.out),
    );
  } finally {
    for (const { bucket } of stores) bucket.close();
  }
}

const downloads = () => requests.filter((request) => request.endsWith('.pb.gz'));

/** Many samples or bytes: a busy computer takes its time. */
const slow = { timeout: 120_000 };

describe('profiledStacks', () => {
  it('finds those with our outputs among all', async () => {
    const { stacks } = await profiledStacks(sessionAt(aws.endpointUrl, region, aws.adminCredentials));
    expect(stacks.map((stack) => [stack.name, stack.account, stack.region, stack.stores])).toEqual([
      ['Orders', '123456789012', region, [{ bucket: bucketName('Orders'), prefix: 'profiled-fn' }]],
    ]);
  });

  it('reads all pages', async () => {
    const many = await startAccount([...Array(230).keys()].map((i) => ({ name: `S${i}`, functions: 'A=a' })));
    try {
      const { stacks, total } = await profiledStacks(sessionAt(many.endpointUrl, region, many.adminCredentials));
      expect([stacks.length, total]).toEqual([230, 230]);
    } finally {
      await many.close();
    }
  });
});

describe('fetchStack', () => {
  it('merges the snapshots of each function and type into a file that pprof tools read', async () => {
    put(aws, 'Orders', key('Checkout', 0), packed(wallProfile({ cpuMs: 30, idleMs: 70 })));
    put(aws, 'Orders', key('Checkout', 1), packed(wallProfile({ start: '2026-11-22T10:01:00Z' })));
    put(aws, 'Orders', key('Checkout', 0, 'bbbbbbbbbbbb'), packed(wallProfile()));
    put(aws, 'Orders', key('Api.Orders', 0), packed(wallProfile({ cpuMs: 500 })));

    const { profiles, skipped } = await fetch();

    expect(skipped).toEqual([]);
    expect(
      profiles.map(({ function: fn, type, snapshots, instances }) => ({
        fn,
        type,
        snapshots,
        instances: instances.length,
      })),
    ).toEqual([
      { fn: 'Api.Orders', type: 'wall', snapshots: 1, instances: 1 },
      { fn: 'Checkout', type: 'wall', snapshots: 3, instances: 2 },
    ]);
    expect([profiles[1].from, profiles[1].to]).toEqual([
      new Date('2026-11-22T10:00:00Z'),
      new Date('2026-11-22T10:02:00Z'),
    ]);
    const file = join(out, 'Orders', 'Checkout', 'wall.consolidated.pb.gz');
    expect(profiles[1].file).toBe(file);
    const merged = decodeProfile(gunzipSync(await readFile(file)));
    const values: Record<string, number[]> = {};
    for (const sample of merged.samples) {
      const name = sample.locations[0].lines[0].fn.name;
      values[name] = sample.values.map((value, i) => Number(value) + (values[name]?.[i] ?? 0));
    }
    expect(values).toEqual({ render: [9, 90e6, 90e6], '(idle)': [21, 0, 210e6] });
  });

  it('downloads again only what has changed, and changes nothing in the bucket', async () => {
    for (let slot = 0; slot < 4; slot++) put(aws, 'Orders', key('Checkout', slot), packed(wallProfile()));
    await fetch();
    expect(downloads()).toHaveLength(4);

    put(aws, 'Orders', key('Checkout', 2), packed(wallProfile({ cpuMs: 1000 })));
    requests = [];
    const { profiles } = await fetch();

    expect(downloads()).toEqual([`s3 GET /${bucketName('Orders')}/${key('Checkout', 2)}`]);
    expect(profiles[0].snapshots).toBe(4);
    expect(requests.every((request) => / (GET|POST \/$)/.test(request))).toBe(true);
  });

  it('gives the same bytes whatever order the snapshots arrive in', async () => {
    for (let i = 0; i < 30; i++) {
      put(aws, 'Orders', key('Checkout', i), packed(wallProfile({ cpuMs: 10 * i, file: `/var/task/${i % 7}.js` })));
    }
    const first = (await fetch()).profiles[0].bytes;
    const second = (await fetch({ out: join(out, 'other') })).profiles[0].bytes;
    expect(Buffer.compare(first, second)).toBe(0);
  });

  const instanceAndWindow = (window: string) => [
    { key: 'instance', str: 'aaaaaaaaaaaa' },
    { key: 'window', num: Date.parse(window), unit: 'milliseconds' },
  ];
  const byKey = (a: Label, b: Label) => (a.key < b.key ? -1 : 1);
  const labelsOf = (profile: Profile) => profile.samples.map(({ labels }) => [...labels].sort(byKey));

  it('tells of samples of wall the instance, the window and the rank, and drops the rank elsewhere', async () => {
    const profile = wallProfile();
    profile.samples = profile.samples.slice(0, 1).map((sample) => ({
      ...sample,
      labels: [
        { key: 'slowest', num: 1, unit: '' },
        { key: 'outcome', str: 'ok' },
      ],
    }));
    const window = '2026-11-22T09:59:59.5Z';
    put(aws, 'Orders', key('Checkout', 0), packed(profile), { start: window });
    put(aws, 'Orders', key('Checkout', 0, 'aaaaaaaaaaaa', 'init'), packed(profile));

    const [init, wall] = (await fetch()).profiles;

    const outcome = { key: 'outcome', str: 'ok' };
    expect(labelsOf(init.profile())).toEqual([[outcome]]);
    const told = [...instanceAndWindow(window), outcome, { key: 'slowest', num: 1, unit: '' }];
    expect(labelsOf(wall.profile())).toEqual([told.sort(byKey)]);
  });

  it('drops these where they would make more than 30,000 samples, whatever the order', slow, async () => {
    const frames = Array.from({ length: 600 }, (_, i) => ({
      ...wallProfile({ file: `/var/task/${i}.js` }).samples[0],
    }));
    for (let slot = 0; slot < 51; slot++) {
      const samples = frames.map((sample, i) => ({ ...sample, labels: [{ key: 'slowest', num: i + 1, unit: '' }] }));
      put(aws, 'Orders', key('Checkout', slot), packed({ ...wallProfile(), samples }), {
        start: new Date(slot * 60_000).toISOString(),
      });
    }
    const profile = (await fetch()).profiles[0].profile();
    expect(profile.samples).toHaveLength(600);
    expect(profile.samples.every(({ labels, values }) => labels.length === 0 && values[0] === 51 * 3)).toBe(true);

    await aws.s3.buckets.get(bucketName('Orders'))?.delete(key('Checkout', 50));
    const fewer = (await fetch()).profiles[0].profile();
    expect(fewer.samples).toHaveLength(30_000);
    expect(fewer.samples.every(({ labels }) => labels.length === 3)).toBe(true);
  });

  const record = (start: string, labels: Label[] = []): Sample => ({
    locations: [],
    values: [0, 0, 0],
    labels: [
      { key: 'start', num: BigInt(Date.parse(start)) * 1_000_000n, unit: 'nanoseconds' },
      { key: 'wall', num: 5_000_000, unit: 'nanoseconds' },
      ...labels,
    ],
  });

  it('keeps the records of invocations, with their instance and window, in order', async () => {
    for (const [slot, minute] of [
      [0, '10:02'],
      [1, '10:01'],
    ] as const) {
      const start = `2026-11-22T${minute}:00Z`;
      const profile = wallProfile({ start });
      profile.samples.push(record(start, [{ key: 'outcome', str: slot === 0 ? 'ok' : 'error' }]));
      put(aws, 'Orders', key('Checkout', slot), packed(profile), { start });
    }
    const { profiles } = await fetch();
    const records = invocationRecords(profiles[0].profile());
    expect(records.map(({ start, instance, window, outcome }) => ({ start, instance, window, outcome }))).toEqual(
      [
        ['2026-11-22T10:01:00Z', 'error'],
        ['2026-11-22T10:02:00Z', 'ok'],
      ].map(([time, outcome]) => ({
        start: Date.parse(time),
        instance: 'aaaaaaaaaaaa',
        window: Date.parse(time),
        outcome,
      })),
    );
    const written = decodeProfile(gunzipSync(await readFile(profiles[0].file)));
    expect(invocationRecords(written)).toEqual(records);

    const failed = await fetch({ selection: { errors: true, focus: /nothing/ } });
    expect(invocationRecords(failed.profiles[0].profile()).map(({ outcome }) => outcome)).toEqual(['error']);
  });

  it('says what time costs, by memory, architecture and region, where all snapshots tell these', async () => {
    const metadata = { memory: '1024', arch: 'arm64' };
    put(aws, 'Orders', key('Checkout', 0), packed(wallProfile({ cpuMs: 1000, idleMs: 0 })), metadata);
    put(aws, 'Orders', key('Checkout', 1), packed(wallProfile({ cpuMs: 1000, idleMs: 0 })), {
      ...metadata,
      memory: '2048',
    });
    const costs = async () => {
      const { sampleTypes, samples } = (await fetch()).profiles[0].profile();
      const index = sampleTypes.findIndex(({ type, unit }) => type === 'cost' && unit === 'nanodollars');
      return index < 0 ? undefined : samples.reduce((sum, { values }) => sum + Number(values[index]), 0);
    };
    expect(await costs()).toBe(13_333 + 26_667); // $0.0000133334 a GB-second

    put(aws, 'Orders', key('Checkout', 2), packed(wallProfile()), { memory: '1024' });
    expect(await costs()).toBeUndefined();
  });

  it('replaces what is damaged in the cache', async () => {
    put(aws, 'Orders', key('Checkout', 0), packed(wallProfile()));
    await fetch();
    const cache = join(out, '.cache');
    const [folder] = await readdir(cache);
    const [name] = await readdir(join(cache, folder));
    const cached = await readFile(join(cache, folder, name));
    cached.fill(0x55, 12);
    await writeFile(join(cache, folder, name), cached);

    expect((await fetch()).profiles[0].snapshots).toBe(1);
    expect(downloads()).toHaveLength(2);
    expect((await fetch()).profiles[0].snapshots).toBe(1);
    expect(downloads()).toHaveLength(2);
  });

  it('lists beyond the first thousand objects', async () => {
    for (let i = 0; i < 2100; i++)
      put(aws, 'Orders', key('Checkout', 0, i.toString(16).padStart(12, '0')), Buffer.of(1));
    const session = sessionAt(aws.endpointUrl, region, aws.adminCredentials);
    const stack = await findStack(session, 'Orders');
    const store = { bucket: openBucket(session, bucketName('Orders')), prefix: 'profiled-fn' };
    const { snapshots } = await listSnapshots([store], stack, stack.functions);
    expect(new Set([...snapshots].map((snapshot) => snapshot.key.instance)).size).toBe(2100);
  });

  it('takes one function without its neighbour of a longer name, and one type', async () => {
    put(aws, 'Orders', key('Checkout', 0), packed(wallProfile()));
    put(aws, 'Orders', key('Checkout', 0, 'aaaaaaaaaaaa', 'init'), packed(wallProfile()));
    put(aws, 'Orders', key('Checkout.Deep', 0), packed(wallProfile()));
    const only = [{ name: 'Checkout', lambdaName: 'Orders-Checkout-1' }];
    const { profiles, skipped } = await fetch({ functions: only, type: 'wall' });
    expect(profiles.map(({ function: fn, type }) => [fn, type])).toEqual([['Checkout', 'wall']]);
    expect(skipped).toEqual([]);
  });

  it('skips what is no snapshot, with key and reason, and keeps the rest', slow, async () => {
    const good = packed(wallProfile());
    put(aws, 'Orders', key('Checkout', 0), good);
    put(aws, 'Orders', key('Checkout', 1), Buffer.alloc(0));
    put(aws, 'Orders', key('Checkout', 2), Buffer.from('<html>not a profile</html>'));
    put(aws, 'Orders', key('Checkout', 3), good.subarray(0, good.length - 20));
    put(aws, 'Orders', key('Checkout', 4), gzipSync(Buffer.alloc(257 * 1024 * 1024), { level: 1 }));
    put(aws, 'Orders', key('Checkout', 5), packed(otherTypes()));
    put(aws, 'Orders', 'profiled-fn/Orders/Checkout/wall/../../../../../evil.pb.gz', good);
    put(aws, 'Orders', key('Removed', 0), good);

    const { profiles, skipped } = await fetch();

    expect(profiles.map((profile) => profile.snapshots)).toEqual([1]);
    const reasons = Object.fromEntries(skipped.map((each) => [each.key, each.reason]));
    expect(Object.keys(reasons)).toHaveLength(7);
    expect(reasons[key('Checkout', 1)]).toBe('it is empty');
    expect(reasons[key('Checkout', 2)]).toMatch(/^it is not a pprof profile: /);
    expect(reasons[key('Checkout', 3)]).toMatch(/^its gzip data is damaged/);
    expect(reasons[key('Checkout', 4)]).toBe('it inflates to more than 256 MiB');
    expect(reasons[key('Checkout', 5)]).toMatch(
      /^it counts alloc\/bytes, and newer ones count samples\/count, cpu\/nanoseconds, wall\/nanoseconds/,
    );
    expect(reasons[key('Removed', 0)]).toBe('the stack has no such function');
    expect(reasons['profiled-fn/Orders/Checkout/wall/../../../../../evil.pb.gz']).toMatch(/not that of a snapshot/);
  });

  it('lets no key become a path: the cache holds hashes only', async () => {
    put(aws, 'Orders', key('Checkout', 0), packed(wallProfile()));
    await fetch();
    expect((await readdir(out)).sort()).toEqual(['.cache', 'Orders']);
    const files = await readdir(join(out, '.cache'), { recursive: true });
    const etag = aws.s3.buckets.get(bucketName('Orders'))?.get(key('Checkout', 0))?.etag;
    const name = createHash('sha256')
      .update(JSON.stringify([bucketName('Orders'), key('Checkout', 0), etag]))
      .digest('hex');
    expect(files.sort()).toEqual([name.slice(0, 2), join(name.slice(0, 2), name)]);
  });

  it('goes on where an object was removed after it was listed', async () => {
    for (let slot = 0; slot < 40; slot++) put(aws, 'Orders', key('Checkout', slot), packed(wallProfile()));
    await aws.close();
    const bucket = () => aws.s3.buckets.get(bucketName('Orders'));
    aws = await startAccount([{ name: 'Orders', functions }], ({ path }) => {
      if (path.endsWith(key('Checkout', 0))) bucket()?.delete(key('Checkout', 39));
      return undefined;
    });
    for (let slot = 0; slot < 40; slot++) put(aws, 'Orders', key('Checkout', slot), packed(wallProfile()));
    const { profiles, skipped } = await fetch();
    expect(profiles[0].snapshots).toBe(39);
    expect(skipped).toEqual([{ key: key('Checkout', 39), reason: 'it was removed while it was being fetched' }]);
  });
});

function otherTypes() {
  const profile = emptyProfile([{ type: 'alloc', unit: 'bytes' }]);
  const fn = { name: 'f', systemName: '', filename: 'f.js', startLine: 1 };
  profile.samples = [
    { locations: [{ address: 0, isFolded: false, lines: [{ fn, line: 1, column: 0 }] }], values: [1], labels: [] },
  ];
  return profile;
}
