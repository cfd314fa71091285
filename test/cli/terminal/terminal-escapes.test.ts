import { cp, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LocalAws } from '../../../local/aws';
import { decodeProfile } from '../../../profile/pprof/decode';
import { encodeProfile } from '../../../profile/pprof/encode';
import { keyOf } from '../../support/snapshot-key';
import { temporaryFolder } from '../../support/temporary-folder';
import { put, region, startAccount } from '../support/account';
import { packed, wallProfile } from '../support/profiles';
import { awsEnvironment, type Ended, runCommand } from '../support/run-command';

/** R08: whatever names a profile, a bucket or a stack holds, none of it reaches a terminal as a command. */
const hostile = 'a\x1b[2J\x1b]0;title\x07\u009b31m\u202eb\u200b\rc\td\x7f';

const folder = temporaryFolder('escapes');
let aws: LocalAws;
beforeAll(async () => {
  await cp(join(import.meta.dirname, '..', 'testdata', 'R08-ansi.pb.gz'), join(folder, 'ansi.pb.gz'));
  await writeFile(join(folder, 'hostile.pb.gz'), packed(hostileProfile()));
  await writeFile(join(folder, `${hostile}.pb.gz`), 'no profile');
  aws = await startAccount([
    { name: 'Orders', functions: 'Checkout=c' },
    { name: 'Escapes', functions: 'Checkout=e', outputs: { ProfiledFnBucketName: `b${hostile}` } },
    { name: 'Names', functions: `Check${hostile}=n` },
  ]);
  put(aws, 'Orders', keyOf(), packed(hostileProfile()));
  put(aws, 'Orders', `profiled-fn/Orders/Checkout/wall/${hostile}\n`, Buffer.from('x'));
});
afterAll(async () => {
  await aws.close();
});

/** A wall profile all of whose texts are hostile. */
function hostileProfile() {
  const profile = decodeProfile(encodeProfile(wallProfile()));
  for (const { locations, labels } of profile.samples) {
    for (const { lines } of locations) {
      for (const { fn } of lines) {
        fn.name = `${fn.name}${hostile}`;
        fn.filename = `/var/task/${hostile}.js`;
      }
    }
    labels.push({ key: hostile, str: hostile });
  }
  return { ...profile, comments: [hostile] };
}

/** Runs the command on what it takes for a terminal. */
function onTerminal(args: string[], env: Record<string, string> = {}): Promise<Ended> {
  const preload = resolve(import.meta.dirname, '..', 'support', 'on-terminal.cjs');
  return runCommand(args, {
    cwd: folder,
    env: {
      ...awsEnvironment(aws.endpointUrl, region, aws.adminCredentials),
      NODE_OPTIONS: `--require=${preload}`,
      ...env,
    },
  });
}

/** What a terminal obeys in what was written, but for our own styles and the line of progress. */
function obeyedIn({ stdout, stderr }: Ended): string[] {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what this is about
  const ours = /\x1b\[(?:1|2|22)m|\r\x1b\[K|\r(?=[A-Z])|\x1b\[K/g;
  return [...`${stdout}${stderr}`.replace(ours, '').matchAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu)]
    .map(([character]) => character)
    .filter((character) => character !== '\n')
    .map((character) => `U+${character.charCodeAt(0).toString(16)}`);
}

const formats = ['folded', 'speedscope', 'cpuprofile', 'svg', 'markdown', 'json', 'html'];

describe('on a terminal', { timeout: 120_000 }, () => {
  it.each(
    [
      ...['ansi.pb.gz', 'hostile.pb.gz'].flatMap((file) => [
        ['top', file],
        ['top', file, '--json'],
        ['diff', file, file],
        ['diff', file, file, '--json'],
        ...formats.map((format) => [
          'export',
          file,
          '--format',
          format,
          '--sample-type',
          file[0] === 'h' ? 'wall' : 'cpu',
        ]),
      ]),
      ['diff', 'ansi.pb.gz', 'hostile.pb.gz', '--sample-type', 'samples', '--json'],
      ['fetch', '--stack', 'Orders', '--no-open'],
      ['fetch', '--stack', 'Orders', '--json'],
      ['fetch', '--stack', 'Escapes'],
      ['fetch', '--stack', 'Names'],
      ['list'],
      ['doctor', '--stack', 'Orders'],
      ['doctor', '--stack', 'Escapes'],
      ['doctor', '--stack', 'Names'],
      ['enable', '--stack', 'Names'],
      ['load', '--stack', 'Names', '--count', '1'],
      ['top', `${hostile}.pb.gz`],
      ['view', `${hostile}.pb.gz`],
      ['top', hostile],
      ['top', 'hostile.pb.gz', '--sample-type', hostile],
      ['fetch', '--stack', hostile],
      ['fetch', '--profile', hostile],
      ['fetch', '--region', hostile],
      ['fetch', `--${hostile}`],
      [hostile],
      ['fetch', '--type', hostile],
      ['fetch', '--stack', 'Orders', '--function', hostile],
      ['fetch', '--bucket', `s3://${hostile}`],
      ['prune', '--stack', 'Names', '--older-than', hostile],
      // The last, as it deletes what the others read.
      ['prune', '--stack', 'Orders', '--older-than', '0d', '--yes'],
    ].map((args) => ({ args, title: args.join(' ').replaceAll(hostile, 'HOSTILE') })),
  )('nothing is obeyed of $title', async ({ args }) => {
    const ended = await onTerminal(args, { PROFILED_FN_DEBUG: '1' });
    expect(obeyedIn(ended)).toEqual([]);
    expect(ended.stdout + ended.stderr).not.toBe('');
  });

  it('a binary result is refused', async () => {
    const { code, stdout, stderr } = await onTerminal(['export', 'ansi.pb.gz', '--format', 'pprof']);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toBe(
      'profiled-fn: The result is binary: a terminal cannot show it.\n  Write it to a file with --out, or into a pipe.\n',
    );
  });
});

describe('elsewhere', () => {
  it('files and pipes keep names exactly', async () => {
    const pipe = await runCommand(['export', 'hostile.pb.gz', '--format', 'folded'], { cwd: folder });
    expect(pipe.stdout).toContain('\x1b[2J');
    const json = await runCommand(['top', 'hostile.pb.gz', '--json'], { cwd: folder });
    const names = JSON.parse(json.stdout).profiles[0].functions.map((fn: { name: string }) => fn.name);
    expect(names.some((each: string) => each.endsWith(hostile))).toBe(true);
    await runCommand(['export', 'hostile.pb.gz', '--format', 'pprof', '--out', 'copy.pb.gz'], { cwd: folder });
    const copy = decodeProfile(gunzipSync(await readFile(join(folder, 'copy.pb.gz'))));
    const copied = copy.samples.flatMap(({ locations }) =>
      locations.flatMap(({ lines }) => lines.map(({ fn }) => fn.name)),
    );
    expect(copied.some((each) => each.endsWith(hostile))).toBe(true);
  });
});
