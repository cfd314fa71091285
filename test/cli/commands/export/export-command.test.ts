import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LocalAws } from '../../../../local/aws';
import { emptyProfile } from '../../../../profile/model/profile';
import { decodeProfile } from '../../../../profile/pprof/decode';
import { keyOf } from '../../../support/snapshot-key';
import { temporaryFolder } from '../../../support/temporary-folder';
import { bucketName, put, region, startAccount } from '../../support/account';
import { packed, wallProfile } from '../../support/profiles';
import { awsEnvironment, runCommand } from '../../support/run-command';

const folder = temporaryFolder('export');
let aws: LocalAws;
let env: Record<string, string>;
beforeAll(async () => {
  await writeFile(join(folder, 'wall.pb.gz'), packed(wallProfile()));
  await writeFile(join(folder, 'heap.pb.gz'), packed(emptyProfile([{ type: 'inuse_space', unit: 'bytes' }])));
  aws = await startAccount([{ name: 'Orders', functions: 'Checkout=c,Api=a' }]);
  env = awsEnvironment(aws.endpointUrl, region, aws.adminCredentials);
  for (const fn of ['Checkout', 'Api']) {
    put(aws, 'Orders', keyOf({ fn }), packed(wallProfile()));
    put(aws, 'Orders', keyOf({ fn, type: 'heap' }), packed(wallProfile()));
  }
});
afterAll(async () => {
  await aws.close();
});

const run = (...args: string[]) => runCommand(['export', ...args], { cwd: folder, env });
const exported = async (...args: string[]) => (await run('wall.pb.gz', '--format', ...args)).stdout;

describe.concurrent('profiled-fn export', () => {
  it('writes text formats to stdout, of cpu where nothing else is said', async () => {
    expect(await exported('folded')).toBe('handler;render 30000000\n');
    expect(await exported('folded', '--sample-type', 'wall')).toBe(
      'handler;(idle) 70000000\nhandler;render 30000000\n',
    );
    expect(JSON.parse(await exported('json'))).toMatchObject({ version: 1, defaultSampleType: 1 });
    expect(JSON.parse(await exported('speedscope')).profiles).toHaveLength(3);
    expect(JSON.parse(await exported('cpuprofile')).nodes).toHaveLength(3);
    expect(await exported('svg')).toMatch(/^<svg /);
    expect(await exported('markdown')).toMatch(/^# `wall`: cpu/);
    expect(await exported('html')).toContain('Content-Security-Policy');
  });

  it('writes a file with --out, and says so', async () => {
    const { code, stdout, stderr } = await run(
      'wall.pb.gz',
      '--format',
      'pprof',
      '--focus',
      'render',
      '--out',
      'x/y.pb.gz',
    );
    expect([code, stdout]).toEqual([0, '']);
    expect(stderr).toMatch(/^Written: x\/y\.pb\.gz \(/);
    expect(decodeProfile(gunzipSync(await readFile(join(folder, 'x/y.pb.gz')))).samples).toHaveLength(1);
  });

  it('says so where the selection leaves nothing', async () => {
    const { code, stdout, stderr } = await run('wall.pb.gz', '--format', 'folded', '--focus', 'nowhere');
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toBe('profiled-fn: No sample of wall.pb.gz matches --focus nowhere.\n  Select less narrowly.\n');
  });

  it('fetches where no file is named', async () => {
    const { stdout } = await run('--stack', 'Orders', '--function', 'Api', '--format', 'folded');
    expect(stdout).toBe('handler;render 30000000\n');
  });

  it('reads a bucket by its keys, without access to the stack', async () => {
    const { stdout } = await run('--bucket', `s3://${bucketName('Orders')}`, '--function', 'Api', '--format', 'folded');
    expect(stdout).toBe('handler;render 30000000\n');
  });

  it('asks for one function', async () => {
    const { code, stderr } = await run('--stack', 'Orders', '--format', 'folded');
    expect([code, stderr]).toEqual([1, expect.stringContaining('Api, Checkout.\n  Choose one with --function.')]);
  });

  it.each([
    [['wall.pb.gz', '--format', 'heapprofile'], 1, 'holds values of bytes, and cpu of wall counts nanoseconds'],
    [['heap.pb.gz', '--format', 'cpuprofile'], 1, 'holds values of a time, and inuse_space of heap counts bytes'],
    [['wall.pb.gz', '--format', 'folded', '--sample-type', 'x'], 1, 'has no sample type x'],
    [['wall.pb.gz', '--format', 'xml'], 2, "'xml' is invalid"],
    [['wall.pb.gz'], 2, "'--format <format>' not specified"],
    [['wall.pb.gz', '--format', 'svg', '--since', '1h'], 1, 'does not show the snapshots of its samples'],
    [['wall.pb.gz', '--format', 'svg', '--stack', 'Orders'], 2, '--stack Orders has no meaning for a file'],
    [['wall.pb.gz', '--format', 'svg', '--function', 'Report'], 2, '--function Report has no meaning for a file'],
  ])('%j exits with %d: %s', async (args, exitCode, message) => {
    const { code, stdout, stderr } = await run(...args);
    expect([code, stdout]).toEqual([exitCode, '']);
    expect(stderr).toContain(message);
  });
});

describe.concurrent('profiled-fn top', () => {
  it('prints each profile of a stack', async () => {
    const { stdout } = await runCommand(['top', '--stack', 'Orders', '--type', 'wall', '--count', '1'], {
      cwd: folder,
      env,
    });
    expect(stdout).toMatch(/^Api {2}wall\n.*\n.*render.*\n.*1 other\n\nCheckout {2}wall\n/);
  });

  it('takes selections of samples for files too', async () => {
    const { stdout } = await runCommand(['top', 'wall.pb.gz', '--json', '--hide', '^render$'], { cwd: folder });
    const { profiles } = JSON.parse(stdout);
    expect(profiles).toMatchObject([{ function: 'wall', functions: [{ name: 'handler', self: 30e6 }] }]);
  });
});
