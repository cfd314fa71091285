import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LocalAws } from '../../local/aws';
import { keyOf } from '../support/snapshot-key';
import { temporaryFolder } from '../support/temporary-folder';
import { put, region, startAccount } from './support/account';
import { invocationsProfile, packed, wallProfile } from './support/profiles';
import { awsEnvironment, type Ended, runCommand } from './support/run-command';

const slow = '8f507cfc-0000-4697-b07a-ac58fc914c95';
const retried = 'b0d5a3f2-0000-4697-b07a-ac58fc914c95';

let aws: LocalAws;
const folder = temporaryFolder('request');
let env: Record<string, string>;
beforeAll(async () => {
  aws = await startAccount([{ name: 'Orders', functions: 'Checkout=c' }]);
  env = awsEnvironment(aws.endpointUrl, region, aws.adminCredentials);
  const metadata = { memory: '512', arch: 'arm64', version: '1' };
  const add = (type: string, slot: number, profile: ReturnType<typeof wallProfile>) =>
    put(aws, 'Orders', keyOf({ type, slot }), packed(profile), metadata);
  add(
    'wall',
    0,
    invocationsProfile([{ ms: 5 }, { ms: 300, requestId: slow }, { ms: 110, error: true, requestId: retried }]),
  );
  add(
    'wall',
    1,
    invocationsProfile(
      [{ ms: 7 }, { ms: 300 }, { ms: 90, error: true, requestId: retried }],
      8,
      '2026-11-22T10:01:00Z',
    ),
  );
  add('heap', 0, wallProfile());
});
afterAll(async () => {
  await aws.close();
});

const run = (...args: string[]): Promise<Ended> => runCommand(args, { cwd: folder, env });
const checkout = ['--stack', 'Orders', '--function', 'Checkout'];
const functionsIn = ({ stdout }: Ended): string[] =>
  JSON.parse(stdout)
    .profiles[0].functions.map(({ name }: { name: string }) => name)
    .sort();

describe('--request', () => {
  it('selects one invocation of all snapshots, though others of the same rank exist', async () => {
    const top = await run('top', ...checkout, '--request', slow, '--json', '--out', 'a');
    expect([top.code, functionsIn(top)]).toEqual([0, ['of300ms']]);
    expect(JSON.parse(top.stdout).profiles).toHaveLength(1);
    expect(JSON.parse(top.stdout).profiles[0].whole).toBe(300e6);
  });

  it('selects all attempts that Lambda made under the same id', async () => {
    const top = await run('top', ...checkout, '--request', retried, '--json', '--out', 'a');
    expect(functionsIn(top)).toEqual(['of110ms', 'of90ms']);
  });

  it('selects the same of a merged file, in top, export and view', async () => {
    const merged = 'b/Orders/Checkout/wall.consolidated.pb.gz';
    await run('fetch', ...checkout, '--out', 'b');
    expect(functionsIn(await run('top', merged, '--request', slow, '--json'))).toEqual(['of300ms']);
    const folded = await run('export', merged, '--request', retried, '--format', 'folded');
    expect(folded.stdout.trim().split('\n').sort()).toEqual(['of110ms 110000000', 'of90ms 90000000']);
    const viewed = await run('view', merged, '--request', slow, '--html', 'b.html');
    expect([viewed.code, viewed.stderr]).toEqual([0, expect.stringMatching(/^Page written: b\.html/)]);
  });

  it('is part of what fetch writes and says', async () => {
    const fetched = await run('fetch', ...checkout, '--request', slow, '--out', 'c');
    expect(fetched.code).toBe(0);
    expect(fetched.stdout).toContain('of300ms');
    expect(fetched.stdout).not.toContain('of110ms');
    expect(fetched.stdout).not.toContain('heap');
    const json = await run('export', 'c/Orders/Checkout/wall.consolidated.pb.gz', '--format', 'json');
    expect(JSON.parse(json.stdout).comments).toEqual([`profiled-fn: only --request ${slow}`]);
  });

  it('says which requests have a record where one has none', async () => {
    const none = await run('top', ...checkout, '--request', 'a-b-c', '--out', 'd');
    expect([none.code, none.stderr]).toEqual([
      1,
      expect.stringMatching(
        /^profiled-fn: No record of request a-b-c in 2 wall snapshots\.\n {2}Snapshots have only the ids of/,
      ),
    ]);
    await run('fetch', ...checkout, '--out', 'd');
    for (const command of ['top', 'view']) {
      const file = await run(command, 'd/Orders/Checkout/wall.consolidated.pb.gz', '--request', 'a-b-c');
      expect([file.code, file.stderr]).toEqual([1, expect.stringContaining('has no record of request a-b-c')]);
    }
  });

  it.each(['', 'a b', '../x', 'x'.repeat(65)])('refuses %j as an id', async (id) => {
    expect((await run('top', ...checkout, '--request', id)).code).toBe(2);
  });
});
