import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readProfile } from '../../../../cli/files/pprof-file';
import type { LocalAws } from '../../../../local/aws';
import type { Profile } from '../../../../profile/model/profile';
import { keyOf } from '../../../support/snapshot-key';
import { temporaryFolder } from '../../../support/temporary-folder';
import { put, region, startAccount } from '../../support/account';
import { packed, wallProfile } from '../../support/profiles';
import { awsEnvironment, runCommand } from '../../support/run-command';

let aws: LocalAws;
const folder = temporaryFolder('selection');
let env: Record<string, string>;
let requests: string[] = [];

/** The profile with a label on the samples that `render` is the leaf of. */
function labelled(profile: Profile, key: string, str: string): Profile {
  const [render, ...others] = profile.samples;
  return { ...profile, samples: [{ ...render, labels: [{ key, str }] }, ...others] };
}

beforeAll(async () => {
  aws = await startAccount([{ name: 'Orders', functions: 'Checkout=Orders-Checkout-1' }], ({ path }) => {
    requests.push(path);
    return undefined;
  });
  env = awsEnvironment(aws.endpointUrl, region, aws.adminCredentials);
  const windows = [
    { version: '41', instance: 'aaaaaaaaaaaa', hour: '10', profile: wallProfile({ cpuMs: 10 }) },
    { version: '42', instance: 'bbbbbbbbbbbb', hour: '11', profile: wallProfile({ cpuMs: 20 }) },
    {
      version: '42',
      instance: 'cccccccccccc',
      hour: '12',
      profile: labelled(wallProfile({ cpuMs: 40 }), 'outcome', 'error'),
    },
  ];
  for (const { version, instance, hour, profile } of windows) {
    put(aws, 'Orders', keyOf({ instance }), packed(profile), {
      version,
      start: `2026-11-22T${hour}:00:00.000Z`,
      end: `2026-11-22T${hour}:01:00.000Z`,
    });
  }
});
afterAll(async () => {
  await aws.close();
});

async function cpuOf(...flags: string[]): Promise<{ cpuMs: number; snapshots: number; unselected: number }> {
  const { stdout } = await runCommand(['fetch', '--json', ...flags], { cwd: folder, env });
  const [{ functions, unselected }] = JSON.parse(stdout).stacks;
  const [profile] = functions[0].profiles;
  return { cpuMs: profile.top.whole / 1e6, snapshots: profile.snapshots, unselected };
}

describe('profiled-fn fetch', () => {
  it.each([
    [['--version', '42'], { cpuMs: 60, snapshots: 2, unselected: 1 }],
    [['--until', '2026-11-22T11:30'], { cpuMs: 30, snapshots: 2, unselected: 1 }],
    [['--since', '2026-11-22T10:30', '--until', '2026-11-22T11:30'], { cpuMs: 20, snapshots: 1, unselected: 2 }],
    [['--instances', 'aaaaaaaaaaaa,cccccccccccc'], { cpuMs: 50, snapshots: 2, unselected: 1 }],
    [['--errors'], { cpuMs: 40, snapshots: 3, unselected: 0 }],
    [['--ignore', '^render$'], { cpuMs: 0, snapshots: 3, unselected: 0 }],
  ])('%j', async (flags, expected) => {
    expect(await cpuOf(...flags)).toEqual(expected);
  });

  it('keeps metadata in the cache, so that versions are known without a download', async () => {
    await cpuOf();
    requests = [];
    expect(await cpuOf('--version', '41')).toEqual({ cpuMs: 10, snapshots: 1, unselected: 2 });
    expect(requests.filter((path) => path.endsWith('.pb.gz'))).toEqual([]);
  });

  it.each([
    ['--until', '2026-11-22T11:30'],
    ['--since', '2026-11-22T10:30', '--until', '2026-11-22T11:30'],
    ['--instances', 'aaaaaaaaaaaa,cccccccccccc'],
  ])('selects the same of the file that it has written: %s %s', async (...given) => {
    const flags = given.filter((each) => each !== undefined);
    const selected = await cpuOf('--out', 'whole', ...flags);
    await cpuOf('--out', 'whole');
    const file = 'whole/Orders/Checkout/wall.consolidated.pb.gz';
    const { stdout } = await runCommand(['top', file, '--json', ...flags], { cwd: folder, env });
    expect(JSON.parse(stdout).profiles[0].whole / 1e6).toBe(selected.cpuMs);
  });

  it('says in the file what it holds', async () => {
    await cpuOf('--version', '42');
    const { comments } = await readProfile(
      await readFile(join(folder, '.profiled-fn/Orders/Checkout/wall.consolidated.pb.gz')),
    );
    expect(comments).toEqual(['profiled-fn: only --version 42']);
  });

  it('says what there is where nothing is selected', async () => {
    const { code, stderr } = await runCommand(['fetch', '--version', '40'], { cwd: folder, env });
    expect(code).toBe(1);
    expect(stderr).toBe(
      'profiled-fn: None of the 3 snapshots of Checkout matches --version 40.\n' +
        '  Select less narrowly. There are snapshots of version 41, 42.\n',
    );
  });

  it.each([
    ['--since', 'soon'],
    ['--focus', '('],
    ['--label', 'x'],
    ['--instances', 'first'],
  ])('exits with 2 for %s %s', async (...args) => {
    const { code, stderr } = await runCommand(['fetch', ...args], { cwd: folder, env });
    expect([code, stderr.slice(0, 7)]).toEqual([2, 'error: ']);
  });
});
