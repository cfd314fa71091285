import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LocalAws } from '../../../../local/aws';
import type { Profile } from '../../../../profile/model/profile';
import { mapping } from '../../../profile/support/profiles';
import { Random } from '../../../profile/support/random';
import { mapText } from '../../../profile/support/source-maps';
import { keyOf } from '../../../support/snapshot-key';
import { temporaryFolder } from '../../../support/temporary-folder';
import { put, region, startAccount } from '../../support/account';
import { invocationsProfile, packed, wallProfile } from '../../support/profiles';
import { awsEnvironment, runCommand } from '../../support/run-command';

/** A snapshot of `invocations` invocations that take about `cpuMs` each, with their records as the runtime writes them. */
function snapshotOf(random: Random, cpuMs: number): Profile {
  const invocations = 10 + random.below(10);
  const profile = wallProfile({ cpuMs: Math.round(invocations * cpuMs * (0.95 + random.fraction() / 10)) });
  const record = { locations: [], values: [0, 0, 0], labels: [{ key: 'wall', num: 5, unit: 'nanoseconds' }] };
  return { ...profile, samples: [...profile.samples, ...Array.from({ length: invocations }, () => record)] };
}

const folder = temporaryFolder('diff');
let aws: LocalAws;
let env: Record<string, string>;
beforeAll(async () => {
  await writeFile(join(folder, 'old.pb.gz'), packed(wallProfile({ cpuMs: 30, idleMs: 70 })));
  await writeFile(join(folder, 'new.pb.gz'), packed(wallProfile({ cpuMs: 60, idleMs: 40 })));
  aws = await startAccount([{ name: 'Orders', functions: 'Checkout=c' }]);
  env = awsEnvironment(aws.endpointUrl, region, aws.adminCredentials);
  const random = new Random(7);
  const versions = {
    41: { cpuMs: 20, count: 12 },
    42: { cpuMs: 40, count: 12 },
    43: { cpuMs: 20, count: 12 },
    44: { cpuMs: 20, count: 2 },
  };
  for (const [version, { cpuMs, count }] of Object.entries(versions)) {
    for (let slot = 0; slot < count; slot++) {
      const key = keyOf({ slot, instance: version.padStart(12, '0') });
      put(aws, 'Orders', key, packed(snapshotOf(random, cpuMs)), { version });
    }
  }
});
afterAll(async () => {
  await aws.close();
});

const diff = (...args: string[]) => runCommand(['diff', ...args], { cwd: folder, env });
const gate = (base: string, target: string, ...args: string[]) =>
  diff('--base', base, '--target', target, '--fail-on', '+10%', ...args);

describe.concurrent('profiled-fn diff of files', () => {
  it('compares shares of the sample type', async () => {
    const { code, stdout } = await diff('old.pb.gz', 'new.pb.gz', '--sample-type', 'wall');
    expect(code).toBe(0);
    expect(stdout).toBe(`\
Shares  old.pb.gz → new.pb.gz
  wall before  after  change  function  place
          30%    60%     +30  render    index.js
          70%    40%     -30  (idle)
`);
  });

  it('leaves out what has not changed', async () => {
    expect((await diff('old.pb.gz', 'old.pb.gz')).stdout).toBe(
      'Shares  old.pb.gz → old.pb.gz\n  Each function has the same share of cpu as before.\n',
    );
  });

  it('gives programs the numbers', async () => {
    const { stdout } = await diff('old.pb.gz', 'new.pb.gz', '--json', '--count', '1');
    expect(JSON.parse(stdout)).toMatchObject({
      version: 1,
      sampleType: { type: 'cpu', unit: 'nanoseconds' },
      functions: [{ name: 'render', file: '/var/task/index.js', base: 1, target: 1 }],
    });
  });
});

describe.concurrent('profiled-fn diff of snapshots', () => {
  it('exits with 3 where a function became slower, and writes it to the summary of a workflow', async () => {
    const summary = join(folder, 'summary.md');
    const { code, stdout, stderr } = await runCommand(
      ['diff', '--base', 'v41', '--target', 'version=42', '--fail-on', '+10%'],
      { cwd: folder, env: { ...env, GITHUB_STEP_SUMMARY: summary } },
    );
    expect(stderr).toBe('profiled-fn: 1 function became slower.\n  Look at it with `profiled-fn fetch --version …`.\n');
    expect(code).toBe(3);
    expect(stdout).toMatch(/^Orders\/Checkout {2}version 41 \(12 snapshots\) → version 42 \(12 snapshots\)\n/);
    expect(stdout).toMatch(
      /\nRegression: slower by \+10% or more, beyond chance; 1 function compared\n {2}render: \S+ ms an invocation → \S+ ms an invocation \(\+(9|10)\d/,
    );
    const markdown = await readFile(summary, 'utf8');
    expect(markdown).toMatch(/^## `Orders\/Checkout`: version 41 .*\n\nRegression: /);
    expect(markdown).toContain('\nEach function has the same share of cpu as before.\n');
  });

  it('passes where nothing is slower, and says how much it would have seen', async () => {
    const { code, stdout } = await gate('41', '43', '--json');
    expect(code).toBe(0);
    const { gate: result, snapshots } = JSON.parse(stdout);
    expect(snapshots).toEqual({ base: 12, target: 12 });
    expect(result).toMatchObject({ verdict: 'passed', per: 'invocation', failOn: 0.1, regressions: [], undecided: [] });
    expect(result.compared[0].detectable).toBeLessThan(0.1);
  });

  it('exits with 4 where there are too few snapshots', async () => {
    const { code, stdout, stderr } = await gate('41', '44');
    expect(code).toBe(4);
    expect(stdout).toContain('Inconclusive: each side needs 5 snapshots at least; 1 function compared');
    expect(stderr).toContain('The comparison is inconclusive');
  });

  it('does not pass where nothing is compared', async () => {
    for (const run of [gate('41', '42', '--focus', 'nosuch'), diff('old.pb.gz', 'new.pb.gz', '--focus', 'nosuch')]) {
      const { code, stdout, stderr } = await run;
      expect([code, stdout]).toEqual([1, '']);
      expect(stderr).toMatch(/^profiled-fn: Neither side has any cpu that --focus nosuch selects\.\n {2}Select less/);
    }
    expect((await gate('41', '42', '--label', 'tenant=nobody')).code).toBe(1);
    expect((await gate('41', '42,tenant=nobody')).code).toBe(4);
  });

  it('compares with all newer versions where no target is named', async () => {
    const { code, stdout } = await diff('--base', '42');
    expect(code).toBe(0);
    expect(stdout).toMatch(/version 42 \(12 snapshots\) → versions after 42 \(14 snapshots\)/);
  });

  it('takes flags that select for both sides', async () => {
    const sides = ['--base', '41', '--target', 'until=2030-01-01', '--json'];
    const snapshotsOf = async (...flags: string[]) => JSON.parse((await diff(...sides, ...flags)).stdout).snapshots;
    expect(await snapshotsOf()).toEqual({ base: 12, target: 38 });
    expect(await snapshotsOf('--version', '41')).toEqual({ base: 12, target: 12 });
    expect(await snapshotsOf('--instances', '000000000041,000000000042')).toEqual({ base: 12, target: 24 });
    const { code, stderr } = await diff(...sides, '--since', '2027-01-01');
    expect([code, stderr]).toEqual([1, expect.stringContaining('version 41 and --since 2027-01-01')]);
  });

  it.each([
    [['--base', '40', '--target', '41'], 1, 'matches version 40.\n  There are snapshots of version 41, 42, 43, 44.'],
    [['--base', '$LATEST'], 2, 'does not say what to compare with'],
    [['--base', 'since=soon', '--target', '41'], 2, 'soon is not a time'],
    [['--base', 'version=', '--target', '41'], 2, 'not of the form key=value'],
    [['old.pb.gz'], 2, '1 file cannot be compared'],
    [['old.pb.gz', 'new.pb.gz', '--fail-on', '+10%'], 2, 'files hold none'],
    [['old.pb.gz', 'new.pb.gz', '--fail-on', '-10%'], 2, 'not an increase such as +10%'],
    [[], 2, 'There is nothing to compare'],
  ])('%j exits with %d: %s', async (args, exitCode, message) => {
    const { code, stdout, stderr } = await diff(...args);
    expect([code, stdout]).toEqual([exitCode, '']);
    expect(stderr).toContain(message);
  });
});

describe('profiled-fn diff of a function with source maps', () => {
  const buildId = 'ab'.repeat(32);
  let account: LocalAws;
  beforeAll(async () => {
    const bundle = join(folder, `cdk.out/asset.${buildId}`);
    await mkdir(bundle, { recursive: true });
    await writeFile(join(bundle, 'index.js'), 'a\n');
    await writeFile(
      join(bundle, 'index.js.map'),
      mapText({ sources: ['../../src/render.ts'], lines: [[[0, 0, 0, 0]]] }),
    );
    account = await startAccount([{ name: 'Built', functions: 'Checkout=c' }]);
    const profile = invocationsProfile([{ ms: 100 }, { ms: 200 }, { ms: 300 }]);
    const code = mapping({ filename: 'Checkout', buildId });
    for (const { locations } of profile.samples) for (const location of locations) location.mapping = code;
    for (const version of ['1', '2']) {
      for (let slot = 0; slot < 6; slot++) {
        const key = keyOf({ stack: 'Built', slot, instance: version.repeat(12) });
        put(account, 'Built', key, packed(profile), { version });
      }
    }
  });
  afterAll(() => account.close());

  it.each([
    [[], 3],
    [['--ignore', 'nowhere'], 3],
    [['--label', 'phase=invoke'], 3],
    [['--slowest', '30%'], 1],
  ])('knows its invocations, and names original places: %j', async (flags, functions) => {
    const { stdout, stderr } = await runCommand(
      ['diff', '--base', '1', '--fail-on', '+10%', '--json', '--out', 'built', ...flags],
      { cwd: folder, env: awsEnvironment(account.endpointUrl, region, account.adminCredentials) },
    );
    expect(stderr).not.toContain('missing');
    const report = JSON.parse(stdout);
    expect(report.gate).toMatchObject({ verdict: 'passed', per: 'invocation' });
    expect(report.functions.map(({ file }: { file: string }) => file)).toEqual(Array(functions).fill('src/render.ts'));
  });
});
