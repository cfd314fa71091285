import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LocalAws } from '../../../../local/aws';
import { keyOf } from '../../../support/snapshot-key';
import { temporaryFolder } from '../../../support/temporary-folder';
import { bucketName, put, region, startAccount } from '../../support/account';
import { packed, wallProfile } from '../../support/profiles';
import { awsEnvironment, runCommand } from '../../support/run-command';

let aws: LocalAws;
const folder = temporaryFolder('fetch-command');
let env: Record<string, string>;
beforeAll(async () => {
  aws = await startAccount([{ name: 'Orders', functions: 'Checkout=Orders-Checkout-1,Idle=Orders-Idle-2' }]);
  env = awsEnvironment(aws.endpointUrl, region, aws.adminCredentials);
  put(aws, 'Orders', keyOf(), packed(wallProfile()));
  put(aws, 'Orders', keyOf({ instance: 'bbbbbbbbbbbb' }), packed(wallProfile()));
  put(aws, 'Orders', 'profiled-fn/Orders/Checkout/wall/\x1b[2J.pb.gz', Buffer.from('hostile'));
});
afterAll(async () => {
  await aws.close();
});

describe.concurrent('profiled-fn fetch', () => {
  it('prints where it looked, what it found, where the files are and the top functions', async () => {
    const { code, stdout, stderr } = await runCommand(['fetch', '--out', 'a'], { cwd: folder, env });
    expect(stderr).toBe('');
    expect(code).toBe(0);
    const size = (await readFile(join(folder, 'a/Orders/Checkout/wall.consolidated.pb.gz'))).length;
    expect(stdout.replaceAll('\r', '')).toBe(`\
Stack Orders  account 123456789012, region eu-central-1, bucket ${bucketName('Orders')}

Checkout  Orders-Checkout-1
  wall  2 snapshots of 2 instances, 2026-11-22 10:00:00 to 10:01:00 UTC, 200 ms in invocations, 70% idle
        a/Orders/Checkout/wall.consolidated.pb.gz (${size} B)

  cpu self     %  cpu total     %  wall total  function  place
     60 ms  100%      60 ms  100%       60 ms  render    index.js:42
      0 ns    0%      60 ms  100%      200 ms  handler   index.js:10

Idle  Orders-Idle-2
  no snapshots: it has not run since it was deployed, on no profiled instance (one in four below 1 GB), or they have expired

1 object skipped:
  profiled-fn/Orders/Checkout/wall/\ufffd[2J.pb.gz: its key is not that of a snapshot

`);
  });

  it('gives the same again with --cached, without a word to AWS', async () => {
    const fetched = await runCommand(['fetch', '--out', 'c', '--json'], { cwd: folder, env });
    const nowhere = { ...env, AWS_ENDPOINT_URL: 'http://127.0.0.1:9' };
    const args = ['--out', 'c', '--json', '--cached'];
    const { code, stdout, stderr } = await runCommand(['fetch', ...args], { cwd: folder, env: nowhere });
    expect(code).toBe(0);
    expect(stderr).toMatch(/^Cached snapshots only: the last listing is of [-\d: ]+ UTC\.\n$/);
    const [[before], [after]] = [fetched.stdout, stdout].map((text) => JSON.parse(text).stacks);
    expect({ ...after, skipped: [] }).toEqual({ ...before, skipped: [] });
    const top = await runCommand(['top', ...args, '--stack', 'Orders'], { cwd: folder, env: {} });
    expect(JSON.parse(top.stdout).profiles[0].functions[0].name).toBe('render');
  });

  it('says with --cached where nothing has been fetched', async () => {
    const { code, stderr } = await runCommand(['fetch', '--out', 'none', '--cached'], { cwd: folder, env: {} });
    expect(code).toBe(1);
    expect(stderr).toBe(
      'profiled-fn: Nothing has been fetched into none.\n  Fetch it once without --cached, or name the folder with --out.\n',
    );
  });

  it('prints nothing but JSON with --json', async () => {
    const args = ['fetch', '--out', 'b', '--json', '--stack', 'Orders', '--function', 'Orders-Checkout-1'];
    const { stdout } = await runCommand(args, { cwd: folder, env });
    const { version, stacks } = JSON.parse(stdout);
    expect(version).toBe(1);
    expect(stacks).toMatchObject([
      {
        stack: 'Orders',
        account: '123456789012',
        region,
        stores: [{ bucket: bucketName('Orders'), prefix: 'profiled-fn' }],
        unreadable: [],
        unselected: 0,
        functions: [
          {
            function: 'Checkout',
            lambdaName: 'Orders-Checkout-1',
            profiles: [
              {
                type: 'wall',
                file: 'b/Orders/Checkout/wall.consolidated.pb.gz',
                snapshots: 2,
                instances: 2,
                instanceIds: ['aaaaaaaaaaaa', 'bbbbbbbbbbbb'],
                from: '2026-11-22T10:00:00.000Z',
                to: '2026-11-22T10:01:00.000Z',
                invocationNanos: 200e6,
                idleNanos: 140e6,
                top: { type: 'cpu', unit: 'nanoseconds', whole: 60e6 },
              },
            ],
          },
        ],
      },
    ]);
    const [first] = stacks[0].functions[0].profiles[0].top.functions;
    expect(first).toEqual({ name: 'render', place: 'index.js:42', self: 60e6, total: 60e6 });
  });

  it('writes a page that holds the profiles', async () => {
    const { code, stderr } = await runCommand(['fetch', '--out', 'c', '--html', 'c/page.html'], { cwd: folder, env });
    expect(code).toBe(0);
    expect(stderr).toMatch(/^Page written: c\/page\.html \(/);
    const page = await readFile(join(folder, 'c/page.html'), 'utf8');
    const merged = await readFile(join(folder, 'c/Orders/Checkout/wall.consolidated.pb.gz'));
    expect(page).toContain(merged.toString('base64'));
    expect(page).toContain('Content-Security-Policy');
  });

  it('serves the viewer where it is asked to, until it is interrupted', async () => {
    let answer: Promise<Response> | undefined;
    const { code } = await runCommand(['fetch', '--out', 'd', '--port', '0'], {
      cwd: folder,
      env,
      onStderr(text, kill) {
        const url = /Viewer at (http:\S+), until Ctrl-C\n/.exec(text)?.[1];
        if (!url || answer) return;
        answer = fetch(`${url}/data/index.json`);
        answer.finally(() => kill('SIGINT'));
      },
    });
    expect(await (await answer)?.json()).toMatchObject({ title: 'Orders', profiles: [{ function: 'Checkout' }] });
    expect(code).toBe(0);
  });

  it('shares its cache with another run at the same time', async () => {
    const run = () => runCommand(['fetch', '--out', 'e', '--json'], { cwd: folder, env });
    const [one, two] = await Promise.all([run(), run()]);
    expect([one.code, two.code]).toEqual([0, 0]);
    expect(one.stdout).toBe(two.stdout);
  });
});

describe.concurrent('profiled-fn --help', () => {
  it.each([
    [],
    ['fetch'],
    ['view'],
    ['top'],
    ['diff'],
    ['export'],
    ['list'],
    ['local'],
    ['load'],
    ['enable'],
    ['disable'],
    ['doctor'],
    ['prune'],
    ['completion'],
  ])('of %s lists the exit codes, and examples', async (...command) => {
    const { code, stdout } = await runCommand([...command, '--help'], { cwd: folder });
    expect(code).toBe(0);
    expect(stdout).toContain('Exit codes:');
    if (command.length > 0) expect(stdout).toMatch(new RegExp(`\\nExamples:\\n[^]*profiled-fn ${command[0]}\\b`));
  });
});
