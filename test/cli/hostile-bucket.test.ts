import { type ChildProcess, spawn } from 'node:child_process';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { LocalAws } from '../../local/aws';
import type { Fault } from '../../local/faults';
import { assetPath } from '../../local/package-assets';
import { keyOf } from '../support/snapshot-key';
import { folderOfTest } from '../support/temporary-folder';
import { bucketName, put, region, startAccount } from './support/account';
import { invocationsProfile, packed, wallProfile } from './support/profiles';
import { awsEnvironment, type Ended, runCommand } from './support/run-command';

const key = (slot: number, instance = 0) => keyOf({ slot, instance: instance.toString(16).padStart(12, '0') });

let aws: LocalAws;
let folder: string;
let env: Record<string, string>;
/** Told of each request to S3 before it is answered; true: it is denied. */
let onRequest: (path: string) => boolean | Fault;
beforeEach(async () => {
  onRequest = () => false;
  folder = folderOfTest('hostile');
  aws = await startAccount([{ name: 'Orders', functions: 'Checkout=c,Report=r' }], ({ service, method, path }) => {
    const fault = service === 's3' && method === 'GET' && onRequest(path);
    return fault === true ? { status: 403, code: 'AccessDenied' } : fault || undefined;
  });
  env = awsEnvironment(aws.endpointUrl, region, aws.adminCredentials);
});
afterEach(async () => {
  await aws.close();
});

const fetch = (...args: string[]): Promise<Ended> => runCommand(['fetch', ...args], { cwd: folder, env });
const filesIn = async (path: string) => (await readdir(path, { recursive: true })).sort();

/** Many objects, or many runs: a busy computer takes its time. */
const slow = { timeout: 120_000 };

describe('fetch', () => {
  it('takes keys that are no snapshots’ for nothing but text', async () => {
    put(aws, 'Orders', key(0), packed(wallProfile()));
    const keys = [
      'profiled-fn/Orders/../../../outside/wall/00-aaaaaaaaaaaa.pb.gz',
      'profiled-fn/Orders/Checkout/../wall/00-aaaaaaaaaaaa.pb.gz',
      'profiled-fn/Orders/Checkout/wall/\u001b[2J\u0007\u0000\r\n.pb.gz',
      'profiled-fn/Orders/Checkout/wall/\u202e00-aaaaaaaaaaaa.pb.gz',
      `profiled-fn/Orders/Checkout/wall/${'ü'.repeat(495)}`,
      'profiled-fn/Orders/Checkout/<>&" +%2F/00-aaaaaaaaaaaa.pb.gz',
    ];
    for (const each of keys) put(aws, 'Orders', each, Buffer.from('x'));
    const { code, stdout, stderr } = await fetch('--out', 'a', '--json');
    expect([code, stderr]).toEqual([0, '']);
    const [{ skipped }] = JSON.parse(stdout).stacks;
    expect(skipped.map((each: { key: string }) => each.key).sort()).toEqual([...keys].sort());
    const text = await fetch('--out', 'a');
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
    expect(text.stdout.replaceAll('\n', '')).not.toMatch(/[\u0000-\u001f\u202e]/);
    expect((await filesIn(folder)).filter((name) => !name.startsWith('a'))).toEqual([]);
    expect((await filesIn(join(folder, 'a', 'Orders'))).sort()).toEqual([
      'Checkout',
      'Checkout/wall.consolidated.pb.gz',
      'listing.jsonl',
    ]);
  });

  it('goes on where objects come, go and change while they are listed', slow, async () => {
    const body = packed(wallProfile());
    for (let instance = 0; instance < 110; instance++) {
      for (let slot = 0; slot < 10; slot++) put(aws, 'Orders', key(slot, instance), body);
    }
    const bucket = aws.s3.buckets.get(bucketName('Orders'));
    let lists = 0;
    onRequest = (path) => {
      if (path.replace(/\/$/, '') === `/${bucketName('Orders')}` && ++lists === 2) {
        bucket?.delete(key(0, 3)); // on the first page, which has been read
        bucket?.delete(key(9, 109)); // on the page that is asked for
        put(aws, 'Orders', key(0, 5), packed(wallProfile({ cpuMs: 500 })));
        put(aws, 'Orders', key(9, 4000), body);
      }
      return false;
    };
    const { code, stdout } = await fetch('--out', 'a', '--json');
    expect(code).toBe(0);
    const [{ skipped, functions }] = JSON.parse(stdout).stacks;
    expect(skipped).toEqual([{ key: key(0, 3), reason: 'it was removed while it was being fetched' }]);
    expect(functions[0].profiles[0].snapshots).toBe(1100 - 2 + 1);
  });

  it('goes on after a failure with what it has not got yet', async () => {
    for (let instance = 0; instance < 60; instance++) put(aws, 'Orders', key(0, instance), packed(wallProfile()));
    let downloads = 0;
    onRequest = (path) => path.endsWith('.pb.gz') && ++downloads > 30 && { status: 400, code: 'InvalidRequest' };
    expect((await fetch('--out', 'a')).code).toBe(1);
    const got = Math.min(downloads, 30);
    downloads = -1000;
    const { code, stdout } = await fetch('--out', 'a', '--json');
    expect([code, JSON.parse(stdout).stacks[0].functions[0].profiles[0].snapshots]).toEqual([0, 60]);
    // What was under way when the first failure came may not have been kept.
    expect(downloads + 1000).toBeGreaterThanOrEqual(60 - got);
    expect(downloads + 1000).toBeLessThan(60);
  });

  it.each([
    ['fetch', []],
    ['fetch', ['--slowest', '50%']],
    ['diff', ['--base', 'until=2030-01-01', '--target', 'until=2030-01-01']],
  ])('goes on without an object that may not be read, names it, and says what to allow: %s %j', async (name, flags) => {
    for (let instance = 0; instance < 3; instance++) {
      put(aws, 'Orders', key(0, instance), packed(invocationsProfile([{ ms: 100 }, { ms: 200 }])));
    }
    onRequest = (path) => path.endsWith(key(0, 1));
    const run = (...more: string[]) =>
      runCommand([name, '--function', 'Checkout', ...flags, ...more], { cwd: folder, env });
    const { code, stdout } = await run('--out', 'a');
    expect(code).toBe(0);
    expect(stdout).toContain(
      `1 object skipped:\n  ${key(0, 1)}: access denied: the credentials may not call s3:GetObject on arn:aws:s3:::orders-profiles/${key(0, 1)}\n  Allow this action`,
    );
    expect(stdout).toContain('kms:Decrypt');
    const json = JSON.parse((await run('--out', 'b', '--json')).stdout);
    const { skipped, unreadable } = json.stacks?.[0] ?? json;
    expect([skipped, unreadable]).toEqual([[expect.objectContaining({ key: key(0, 1) })], []]);
  });

  it('does not ask on and on where nothing at all may be read', slow, async () => {
    const count = 400;
    for (let instance = 0; instance < count; instance++) put(aws, 'Orders', key(0, instance), packed(wallProfile()));
    let downloads = 0;
    onRequest = (path) => path.endsWith('.pb.gz') && ++downloads > 0;
    const { code, stdout, stderr } = await fetch('--out', 'a');
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(/Access denied: .* s3:GetObject .*\n {2}Allow this action .*\n {2}.*kms:Decrypt/);
    expect(downloads).toBeLessThan(count);
  });

  it('may be interrupted at any moment: the next run takes nothing half-done for whole', slow, async () => {
    const count = 20;
    for (let instance = 0; instance < count; instance++) put(aws, 'Orders', key(0, instance), packed(wallProfile()));
    // The first request finds the stack and is not S3's; then there is a listing, and a download for each snapshot.
    for (const moment of [1, 2, count / 2, count, count + 1]) {
      let command: ChildProcess | undefined;
      let requests = 0;
      onRequest = () => {
        if (++requests === moment) command?.kill('SIGINT');
        return false;
      };
      const options = { cwd: folder, env, onStart: (child: ChildProcess) => (command = child) };
      const { stdout } = await runCommand(['fetch', '--out', `out-${moment}`], options);
      expect(command?.signalCode ?? stdout).toBe('SIGINT');
      onRequest = () => false;
      const whole = await fetch('--out', `out-${moment}`, '--json');
      expect(JSON.parse(whole.stdout).stacks[0].functions[0].profiles[0]).toMatchObject({
        snapshots: count,
        top: { whole: count * 30e6 },
      });
      // What was being written when it ended may lie there, under names that nothing reads, until the cache is trimmed.
      const merged = (await filesIn(join(folder, `out-${moment}`, 'Orders'))).filter((name) => name.endsWith('.gz'));
      expect(merged).toEqual(['Checkout/wall.consolidated.pb.gz']);
    }
  });

  it('is not disturbed by a reader that goes away, on either stream', async () => {
    put(aws, 'Orders', key(0), packed(wallProfile()));
    for (const stream of ['stdout', 'stderr'] as const) {
      const gone = { cwd: folder, env, onStart: (child: ChildProcess) => child[stream]?.destroy() };
      const { code, stderr } = await runCommand(['fetch', '--out', 'a', '--html', `${stream}.html`], gone);
      expect(code).toBe(0);
      expect(stderr).not.toContain('EPIPE');
    }
    expect((await filesIn(folder)).filter((name) => name.endsWith('.html'))).toEqual(['stderr.html', 'stdout.html']);
  });

  it('leaves nothing half-written where the disk is full, says so, and goes on when there is room', async () => {
    const profile = wallProfile();
    profile.comments = Array.from({ length: 4000 }, (_, i) => `${i} ${(i * 7919) % 4001}`);
    put(aws, 'Orders', key(0), packed(profile));
    // No file may be larger than some blocks: writing fails as on a full disk, in the middle of a file.
    const { code, stderr } = await withFileSizeLimit(8, ['fetch', '--out', 'a']);
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /^profiled-fn: Cannot write a\/.* \(EFBIG\)\.\n {2}Check the permissions and the space left/,
    );
    expect((await filesIn(folder)).filter((name) => /\.tmp$|\.gz$|[0-9a-f]{64}$/.test(name))).toEqual([]);
    expect((await fetch('--out', 'a')).code).toBe(0);
  });

  it('does not take a result for whole of which the disk has taken a part', async () => {
    put(aws, 'Orders', key(0), packed(wallProfile()));
    await fetch('--out', 'a');
    const limited = (redirection: string) =>
      withFileSizeLimit(1, ['export', 'a/Orders/Checkout/wall.consolidated.pb.gz', '--format', 'json'], redirection);
    const { code, stderr } = await limited('> result.json');
    expect((await stat(join(folder, 'result.json'))).size).toBeGreaterThan(0);
    expect([code, stderr]).toEqual([
      1,
      'profiled-fn: Cannot write the result to stdout (EFBIG).\n  Check the space left on the disk that it goes to.\n',
    ]);
    expect((await limited('> /dev/full')).stderr).toContain('Cannot write the result to stdout (ENOSPC)');
    expect((await limited('2> /dev/full')).code).toBe(0);
  });
});

/** Runs the command in a shell that limits the size of files, in blocks. */
function withFileSizeLimit(blocks: number, args: string[], redirection = ''): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const script = `ulimit -f ${blocks}; exec "$0" "$@" ${redirection}`;
    const child = spawn('sh', ['-c', script, process.execPath, assetPath('cli/profiled-fn.mjs'), ...args], {
      cwd: folder,
      env: { PATH: process.env.PATH, HOME: folder, AWS_EC2_METADATA_DISABLED: 'true', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let [stdout, stderr] = ['', ''];
    child.stdout.on('data', (data) => {
      stdout += data;
    });
    child.stderr.on('data', (data) => {
      stderr += data;
    });
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, stdout, stderr }));
  });
}
