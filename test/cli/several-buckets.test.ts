import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LocalAws } from '../../local/aws';
import { keyOf } from '../support/snapshot-key';
import { temporaryFolder } from '../support/temporary-folder';
import { bucketName, putInto, region, startAccount } from './support/account';
import { packed, wallProfile } from './support/profiles';
import { awsEnvironment, runCommand } from './support/run-command';

const first = bucketName('Orders');
const second = `${first}-2`;
const stack = { name: 'Orders', functions: 'Checkout=Orders-Checkout-1,Api=Orders-Api-2', secondPrefix: 'team/a' };

const folder = temporaryFolder('several-buckets');
let aws: LocalAws;
let closed: LocalAws;
let empty: LocalAws;
let sealed: LocalAws;
beforeAll(async () => {
  [aws, closed, empty] = await Promise.all([
    startAccount([stack]),
    ...[1, 2].map(() =>
      startAccount([stack], ({ path }) =>
        path.startsWith(`/${second}`) ? { status: 403, code: 'AccessDenied' } : undefined,
      ),
    ),
  ]);
  // May be listed; its objects may not be read.
  sealed = await startAccount([stack], ({ path }) =>
    path.startsWith(`/${second}/`) && path.length > second.length + 2
      ? { status: 403, code: 'AccessDenied' }
      : undefined,
  );
  for (const account of [aws, closed, sealed]) {
    putInto(account, first, keyOf(), packed(wallProfile()));
    putInto(account, second, keyOf({ prefix: 'team/a', fn: 'Api', instance: 'bbbbbbbbbbbb' }), packed(wallProfile()));
    putInto(account, second, keyOf({ prefix: 'team/a', instance: 'dddddddddddd' }), packed(wallProfile()));
    putInto(account, second, keyOf({ fn: 'Api', instance: 'cccccccccccc' }), packed(wallProfile()));
  }
});
afterAll(async () => {
  await Promise.all([aws, closed, empty, sealed].map((account) => account.close()));
});

function fetch(account: LocalAws, out: string, ...args: string[]) {
  const env = awsEnvironment(account.endpointUrl, region, account.adminCredentials);
  return runCommand(['fetch', '--out', out, ...args], { cwd: folder, env });
}

describe.concurrent('A stack with several buckets', () => {
  it('is looked for in all of them, below the prefix of each', async () => {
    const { stdout, stderr } = await fetch(aws, 'all', '--json');
    expect(stderr).toBe('');
    const { stacks } = JSON.parse(stdout);
    expect(stacks[0].stores).toEqual([
      { bucket: first, prefix: 'profiled-fn' },
      { bucket: second, prefix: 'team/a' },
    ]);
    const found = stacks[0].functions.map((fn: { function: string; profiles: { snapshots: number }[] }) => [
      fn.function,
      fn.profiles.map((profile) => profile.snapshots),
    ]);
    expect(found).toEqual([
      ['Checkout', [2]],
      ['Api', [1]],
    ]);
    expect((await fetch(aws, 'text')).stdout).toContain(`buckets ${first} and ${second}\n`);
  });

  it('gives what can be read where one bucket cannot, and says which that is and why', async () => {
    const { code, stdout } = await fetch(closed, 'part');
    expect(code).toBe(0);
    expect(stdout).toContain('Checkout/wall.consolidated.pb.gz');
    expect(stdout).toMatch(
      new RegExp(
        `\nbucket ${second} is skipped: Access denied: .* s3:ListBucket on arn:aws:s3:::${second}\\.\n  Allow`,
      ),
    );
  });

  it('gives what can be read where the objects of one bucket may be listed and not read', async () => {
    const { code, stdout } = await fetch(sealed, 'sealed');
    expect(code).toBe(0);
    expect(stdout).toContain('Checkout/wall.consolidated.pb.gz');
    expect(stdout).toContain(`bucket ${second} is skipped: Access denied: `);
    expect(stdout).toContain(`s3:GetObject on arn:aws:s3:::${second}/team/a/Orders/`);
    expect(stdout).not.toContain('not selected');
    const alone = await fetch(sealed, 'alone', '--function', 'Api');
    expect([alone.code, alone.stdout]).toEqual([1, '']);
    expect(alone.stderr).toContain('Access denied: ');
  });

  it('is compared as far as it can be read, and what cannot is named', async () => {
    const env = awsEnvironment(sealed.endpointUrl, region, sealed.adminCredentials);
    const sides = ['--base', 'until=2030-01-01', '--target', 'until=2030-01-01', '--out', 'diff'];
    const run = (...args: string[]) =>
      runCommand(['diff', '--function', 'Checkout', ...sides, ...args], { cwd: folder, env });
    expect((await run()).stdout).toContain(`\n\nbucket ${second} is skipped: Access denied: `);
    const { functions, unreadable, skipped } = JSON.parse((await run('--count', '1', '--json')).stdout);
    expect([functions, unreadable, skipped]).toEqual([
      [expect.objectContaining({ name: 'render' })],
      [expect.objectContaining({ bucket: second })],
      [],
    ]);
  });

  it('fails with what is wrong with a bucket where the others hold nothing', async () => {
    const { code, stdout, stderr } = await fetch(empty, 'none');
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(/A part of buckets .* cannot be read, .* Access denied: .*\n {2}Allow this action/);
  });
});
