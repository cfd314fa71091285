import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LocalAws } from '../../../../local/aws';
import type { RequestSummary } from '../../../../local/faults';
import { keyOf } from '../../../support/snapshot-key';
import { temporaryFolder } from '../../../support/temporary-folder';
import { bucketName, put, putInto, region, roleArn, startAccount } from '../../support/account';
import { awsEnvironment, runCommand } from '../../support/run-command';

const functions = 'Checkout=Orders-Checkout-1,Idle=Orders-Idle-2';
const body = Buffer.alloc(1024);
const key = (stack: string, fn: string, slot: number, type = 'wall', instance = 'aaaaaaaaaaaa') =>
  keyOf({ stack, fn, type, slot, instance });

let aws: LocalAws;
const folder = temporaryFolder('list');
let env: Record<string, string>;
beforeAll(async () => {
  aws = await startAccount(
    [
      { name: 'Orders', functions },
      { name: 'Pruned', functions, secondPrefix: 'team' },
      { name: 'Closed', functions: 'Checkout=c' },
      { name: 'Gone', functions: 'Checkout=g', withoutBucket: true },
      { name: 'Raced', functions: 'Checkout=r' },
      { name: 'Told', functions: 'Checkout=t' },
      { name: 'Site' },
    ],
    replaceBeforeDeletion,
  );
  env = awsEnvironment(aws.endpointUrl, region, aws.adminCredentials);
  put(aws, 'Orders', key('Orders', 'Checkout', 0), body);
  put(aws, 'Orders', key('Orders', 'Checkout', 1, 'wall', 'bbbbbbbbbbbb'), body);
  put(aws, 'Orders', key('Orders', 'Checkout', 0, 'heap'), body);
  age('Orders', '2026-11-20T10:30:00Z');
  putInto(aws, bucketName('Pruned'), key('Pruned', 'Checkout', 0), body);
  putInto(aws, bucketName('Pruned'), key('Pruned', 'Removed', 0), body);
  putInto(aws, bucketName('Pruned'), 'profiled-fn/Pruned/Checkout/wall/notes.txt', body);
  putInto(aws, bucketName('Pruned'), key('Prunedish', 'Checkout', 0), body);
  putInto(aws, `${bucketName('Pruned')}-2`, keyOf({ prefix: 'team', stack: 'Pruned', instance: 'cccccccccccc' }), body);
  age('Pruned', '2026-11-01T00:00:00Z');
  putInto(aws, bucketName('Pruned'), key('Pruned', 'Checkout', 1), body);
  put(aws, 'Raced', key('Raced', 'Checkout', 0), body);
  put(aws, 'Raced', key('Raced', 'Checkout', 1), body);
  age('Raced', '2026-11-01T00:00:00Z');
  put(aws, 'Told', key('Told', 'Checkout', 0), body);
  age('Told', '2026-11-01T00:00:00Z');
  put(aws, 'Told', key('Told', 'Checkout', 1), body);
  age('Told', '2026-11-02T00:00:00Z', 'Checkout/wall/01');
  put(aws, 'Closed', key('Closed', 'Checkout', 0), body);
  age('Closed', '2026-11-01T00:00:00Z');
});
afterAll(async () => {
  await aws.close();
});

/** What an instance does that writes a new snapshot while somebody looks at what prune is about to delete. */
function replaceBeforeDeletion({ method, path }: RequestSummary): undefined {
  if (method !== 'POST' || !path.startsWith(`/${bucketName('Raced')}`)) return;
  put(aws, 'Raced', key('Raced', 'Checkout', 0), Buffer.from('newer'));
}

/** Makes the objects of a stack's buckets, or those with `part` in their keys, as old as that. */
function age(stack: string, written: string, part = ''): void {
  for (const name of [bucketName(stack), `${bucketName(stack)}-2`]) {
    const bucket = aws.s3.buckets.get(name);
    for (const each of bucket?.keys() ?? []) {
      const object = bucket?.get(each);
      if (object && each.includes(part)) object.lastModified = new Date(written);
    }
  }
}

const run = (args: string[], as = env) => runCommand(args, { cwd: folder, env: as });
const keysOf = (bucket: string) => [...(aws.s3.buckets.get(bucket)?.keys() ?? [])];

describe('profiled-fn list', () => {
  it('says which functions there are, how many snapshots of each, and when the last was written', async () => {
    const { code, stdout } = await run(['list', '--stack', 'Orders']);
    expect(code).toBe(0);
    expect(stdout).toBe(`\
Stack Orders  account 123456789012, region ${region}, bucket ${bucketName('Orders')}
  function  snapshots       instances  last (UTC)        name in Lambda
  Checkout  2 wall, 1 heap          2  2026-11-20 10:30  Orders-Checkout-1
  Idle      none                    0  -                 Orders-Idle-2
`);
  });

  it('lists all stacks, and says of one that cannot be looked into why', async () => {
    const { code, stdout } = await run(['list', '--json']);
    expect(code).toBe(0);
    const { version, stacks } = JSON.parse(stdout);
    expect(version).toBe(1);
    expect(stacks.map((each: { stack: string; unreadable: string[] }) => [each.stack, each.unreadable.length])).toEqual(
      [
        ['Closed', 0],
        ['Gone', 1],
        ['Orders', 0],
        ['Pruned', 0],
        ['Raced', 0],
        ['Told', 0],
      ],
    );
    expect(stacks[1].unreadable[0]).toContain('does not exist any more');
    expect(stacks[2]).toMatchObject({
      account: '123456789012',
      stores: [{ bucket: bucketName('Orders'), prefix: 'profiled-fn' }],
      functions: [
        { function: 'Checkout', snapshots: { wall: 2, heap: 1 }, instances: 2, last: '2026-11-20T10:30:00.000Z' },
        { function: 'Idle', snapshots: {}, instances: 0 },
      ],
    });
  });
});

describe('profiled-fn prune', () => {
  const args = ['prune', '--stack', 'Pruned', '--older-than', '2026-11-10'];

  it('shows what it would delete and deletes nothing where nobody can be asked', async () => {
    const before = keysOf(bucketName('Pruned'));
    const { code, stdout, stderr } = await run(args);
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(
      /^Stack Pruned {2}account 123456789012, region .*, buckets pruned-profiles and pruned-profiles-2$/m,
    );
    expect(stderr).toMatch(/^ {2}Checkout +1 +1 KiB +2026-11-01 00:00:00 UTC +pruned-profiles$/m);
    expect(stderr).toMatch(/^ {2}Removed \(not in the stack any more\) +1 /m);
    expect(stderr).toContain('Nothing was deleted: a confirmation requires a terminal.\n  Run it with --yes');
    expect(keysOf(bucketName('Pruned'))).toEqual(before);
  });

  it('deletes old snapshots of the stack in all its buckets, and nothing else', async () => {
    const { code, stdout } = await run([...args, '--yes']);
    expect([code, stdout]).toEqual([0, '3 snapshots deleted.\n']);
    expect(keysOf(bucketName('Pruned'))).toEqual([
      key('Pruned', 'Checkout', 1),
      'profiled-fn/Pruned/Checkout/wall/notes.txt',
      key('Prunedish', 'Checkout', 0),
    ]);
    expect(keysOf(`${bucketName('Pruned')}-2`)).toEqual([]);
    expect((await run([...args, '--yes'])).stdout).toBe(
      'Stack Pruned has no snapshot from before 2026-11-10 00:00 UTC.\n',
    );
  });

  it('deletes what it has shown, and not what has taken its place meanwhile', async () => {
    const { code, stdout } = await run(['prune', '--stack', 'Raced', '--older-than', '2026-11-10', '--yes']);
    expect([code, stdout]).toEqual([0, '1 snapshot deleted. 1 other had been replaced or deleted meanwhile.\n']);
    expect(keysOf(bucketName('Raced'))).toEqual([key('Raced', 'Checkout', 0)]);
  });

  it('tells programs what was deleted, and what was not', async () => {
    const nothing = JSON.parse((await run([...args, '--json'])).stdout);
    expect(nothing).toMatchObject({ version: 1, stack: 'Pruned', region, deleted: 0, changed: 0, groups: [] });
    const { stdout } = await run(['prune', '--stack', 'Told', '--older-than', '2026-11-10', '--yes', '--json']);
    expect(JSON.parse(stdout)).toMatchObject({
      olderThan: '2026-11-10T00:00:00.000Z',
      deleted: 2,
      groups: [
        {
          function: 'Checkout',
          bucket: bucketName('Told'),
          snapshots: 2,
          first: '2026-11-01T00:00:00.000Z',
          last: '2026-11-02T00:00:00.000Z',
        },
      ],
    });
  });

  it('takes one function only where one is named', async () => {
    const { stdout } = await run(['prune', '--stack', 'Orders', '--function', 'Idle', '--older-than', '1h', '--yes']);
    expect(stdout).toContain('has no snapshot');
    expect(keysOf(bucketName('Orders'))).toHaveLength(3);
  });

  it('says which permission is missing', async () => {
    const lister = awsEnvironment(aws.endpointUrl, region, aws.credentialsFor(roleArn('Closed', 'lister')));
    const { code, stdout, stderr } = await run(['prune', '--stack', 'Closed', '--older-than', '1d', '--yes'], lister);
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toContain('s3:DeleteObject');
    expect(keysOf(bucketName('Closed'))).toHaveLength(1);
  });

  it('exits with 2 where no age is given', async () => {
    expect((await run(['prune', '--stack', 'Orders'])).code).toBe(2);
  });
});
