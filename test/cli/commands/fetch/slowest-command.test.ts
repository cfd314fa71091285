import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LocalAws } from '../../../../local/aws';
import type { Profile } from '../../../../profile/model/profile';
import { keyOf } from '../../../support/snapshot-key';
import { temporaryFolder } from '../../../support/temporary-folder';
import { put, region, startAccount } from '../../support/account';
import { type Invocation, packed, invocationsProfile as snapshot, wallProfile } from '../../support/profiles';
import { awsEnvironment, type Ended, runCommand } from '../../support/run-command';

const of = (...ms: number[]): Invocation[] => ms.map((each) => ({ ms: each }));

let aws: LocalAws;
const folder = temporaryFolder('slowest');
let env: Record<string, string>;
beforeAll(async () => {
  aws = await startAccount([
    { name: 'Orders', functions: 'Checkout=c,Report=r' },
    { name: 'Bare', functions: 'F=f' },
  ]);
  env = awsEnvironment(aws.endpointUrl, region, aws.adminCredentials);
  const metadata = { memory: '512', arch: 'arm64', version: '1' };
  const add = (fn: string, slot: number, profile: Profile, version = '1') =>
    put(aws, 'Orders', keyOf({ fn, slot }), packed(profile), {
      ...metadata,
      version,
    });
  add('Checkout', 0, snapshot([...of(5, 6, 100, 300), { ms: 110, error: true }]));
  add('Checkout', 1, snapshot(of(7, 105, 120, 121, 122), 2));
  add('Checkout', 2, snapshot(of(1000, 8)), '2');
  add('Report', 0, snapshot(of(1, 2)));
  put(aws, 'Orders', keyOf({ type: 'heap' }), packed(wallProfile()), metadata);
  put(aws, 'Bare', keyOf({ stack: 'Bare', fn: 'F' }), packed(wallProfile()), metadata);
});
afterAll(async () => {
  await aws.close();
});

const run = (...args: string[]): Promise<Ended> => runCommand(args, { cwd: folder, env });
const functionsIn = ({ stdout }: Ended): string[] =>
  JSON.parse(stdout)
    .profiles[0].functions.map(({ name }: { name: string }) => name)
    .sort();

describe.concurrent('--slowest', () => {
  it('selects the slowest invocations of each function, and says how many, from where on, and what is missing', async () => {
    const { stdout, code } = await run('fetch', '--stack', 'Orders', '--slowest', '50%', '--out', 'a');
    expect(code).toBe(0);
    // 1000, 300, 122, 121, 120 and 110; 120 ms has no rank, and 105 ms of its snapshot shares its bucket.
    expect(stdout).toContain(
      '  the slowest 50%: 6 of 12 invocations, of 110 ms and more; 1 of them missing, because their samples cannot be distinguished from those of faster ones\n',
    );
    expect(stdout).toContain('  the slowest 50%: 1 of 2 invocations, of 2 ms and more\n');
    expect([...stdout.matchAll(/ (of\d+ms) /g)].map(([, name]) => name).sort()).toEqual(
      ['of1000ms', 'of110ms', 'of121ms', 'of122ms', 'of2ms', 'of300ms'].sort(),
    );
    expect(stdout).not.toContain('heap');
  });

  it('tells programs the same', async () => {
    const { stdout } = await run('fetch', '--stack', 'Orders', '--slowest', '50%', '--out', 'b', '--json');
    expect(JSON.parse(stdout).stacks[0].slowest).toEqual([
      { function: 'Checkout', part: 0.5, invocations: 12, selected: 6, missing: 1, thresholdNanos: 110e6 },
      { function: 'Report', part: 0.5, invocations: 2, selected: 1, missing: 0, thresholdNanos: 2e6 },
    ]);
  });

  it('takes the slowest of what other flags select', async () => {
    const checkout = ['--stack', 'Orders', '--function', 'Checkout', '--json'];
    const failed = await run('top', ...checkout, '--errors', '--slowest', '1%', '--out', 'c');
    expect(functionsIn(failed)).toEqual(['of110ms']);
    expect(failed.stderr).toBe('Checkout: the slowest 1%: 1 of 1 invocation, of 110 ms and more\n');
    const first = await run('top', ...checkout, '--version', '1', '--slowest', '1%', '--out', 'd');
    expect(functionsIn(first)).toEqual(['of300ms']);
  });

  it('selects the same of a merged file, which says that it is a selection once it is one', async () => {
    const merged = 'e/Orders/Checkout/wall.consolidated.pb.gz';
    await run('fetch', '--stack', 'Orders', '--function', 'Checkout', '--out', 'e');
    const top = await run('top', merged, '--slowest', '50%', '--json');
    expect(top.stderr).toContain(`${merged}: the slowest 50%: 6 of 12 invocations, of 110 ms and more; 1 of them`);
    expect(functionsIn(top)).toEqual(['of1000ms', 'of110ms', 'of121ms', 'of122ms', 'of300ms']);
    // What is asked of snapshots afterwards leaves the file as it is.
    await run('top', '--stack', 'Orders', '--function', 'Checkout', '--out', 'e', '--slowest', '1%');
    expect(functionsIn(await run('top', merged, '--json')).length).toBe(12);
    await run('fetch', '--stack', 'Orders', '--function', 'Checkout', '--out', 'f', '--slowest', '1%');
    const selected = await run('export', 'f/Orders/Checkout/wall.consolidated.pb.gz', '--format', 'json');
    expect(JSON.parse(selected.stdout).comments).toEqual(['profiled-fn: only --slowest 1%']);
  });

  it('compares the slowest of each side', async () => {
    const { stdout, stderr, code } = await run(
      ...['diff', '--stack', 'Orders', '--function', 'Checkout', '--base', '1', '--slowest', '10%', '--out', 'g'],
    );
    expect([code, stderr]).toEqual([
      0,
      'version 1: the slowest 10%: 1 of 10 invocations, of 300 ms and more\n' +
        'versions after 1: the slowest 10%: 1 of 2 invocations, of 1 s and more\n',
    ]);
    expect([...stdout.matchAll(/ (of\d+ms) /g)].map(([, name]) => name).sort()).toEqual(['of1000ms', 'of300ms']);
  });

  it('says so where snapshots or a file do not tell their invocations', async () => {
    const bare = await run('fetch', '--stack', 'Bare', '--slowest', '1%', '--out', 'h');
    expect([bare.code, bare.stderr]).toEqual([
      1,
      expect.stringMatching(
        /^profiled-fn: The snapshots have no record of an invocation that --slowest 1% could select\.\n {2}/,
      ),
    ]);
    await run('fetch', '--stack', 'Bare', '--out', 'h');
    const file = await run('top', 'h/Bare/F/wall.consolidated.pb.gz', '--slowest', '1%');
    expect([file.code, file.stderr]).toEqual([1, expect.stringContaining('cannot be filtered by --slowest')]);
  });

  it.each(['1', '0%', '101%', '-1%', 'x%', ''])('takes no %j for a part', async (part) => {
    expect((await run('fetch', '--stack', 'Orders', '--slowest', part)).code).toBe(2);
  });
});

describe.concurrent('cost', () => {
  const checkout = ['--stack', 'Orders', '--function', 'Checkout'];

  it('is a sample type of what fetch writes, of memory, architecture and region', async () => {
    const { stdout } = await run('top', ...checkout, '--sample-type', 'cost', '--json', '--out', 'k');
    const [{ unit, whole }] = JSON.parse(stdout).profiles;
    expect(unit).toBe('nanodollars');
    // All invocations, of half a GB, at the price of Arm in most regions.
    expect(whole).toBeCloseTo(
      (5 + 6 + 100 + 300 + 110 + 7 + 105 + 120 + 121 + 122 + 1000 + 8) * 1e6 * 0.5 * 0.0000133334,
      -2,
    );
  });

  it('is that of the price that is given', async () => {
    const args = ['--sample-type', 'cost', '--json', '--price', '0.00001', '--function', 'Report', '--stack', 'Orders'];
    const { stdout, stderr } = await run('top', ...args, '--out', 'l');
    expect(JSON.parse(stdout).profiles[0].whole).toBe(15);
    expect(stderr).toBe('');
    expect((await run('top', ...args, '--price', '2')).code).toBe(2);
  });

  it('is in the summary, and compared', async () => {
    const fetched = await run('fetch', ...checkout, '--out', 'm');
    expect(fetched.stdout).toMatch(/^ {8}cost of that time: 13\.4 µ\$, \$1\.11 a million invocations$/m);
    const diff = await run('diff', ...checkout, '--base', '1', '--sample-type', 'cost', '--out', 'm');
    expect([diff.code, diff.stderr]).toEqual([0, '']);
    expect(diff.stdout).toContain('cost before');
  });
});
