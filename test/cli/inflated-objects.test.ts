import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { limits } from '../../lib/contract/limits';
import type { LocalAws } from '../../local/aws';
import { encodeProfile } from '../../profile/pprof/encode';
import { inflatedFields } from '../profile/support/inflated';
import { message } from '../profile/support/proto-bytes';
import { keyOf } from '../support/snapshot-key';
import { folderOfTest } from '../support/temporary-folder';
import { put, region, startAccount } from './support/account';
import { packed, wallProfile } from './support/profiles';
import { awsEnvironment, type Ended, runCommand } from './support/run-command';

const key = (slot: number, type = 'wall') => keyOf({ type, slot });

let aws: LocalAws;
let folder: string;
beforeEach(async () => {
  folder = folderOfTest('inflated');
  aws = await startAccount([{ name: 'Orders', functions: 'Checkout=c' }]);
});
afterEach(async () => {
  await aws.close();
});

/** Runs the command, and shows the most memory that it had, bytes. */
async function run(...args: string[]): Promise<Ended & { memory: number }> {
  const report = join(folder, 'memory');
  const hook = join(folder, 'memory.cjs');
  await writeFile(
    hook,
    `require('node:worker_threads').isMainThread && process.on('exit', () =>
      require('node:fs').writeFileSync(${JSON.stringify(report)}, String(process.resourceUsage().maxRSS * 1024)));`,
  );
  const env = { ...awsEnvironment(aws.endpointUrl, region, aws.adminCredentials), NODE_OPTIONS: `--require=${hook}` };
  const ended = await runCommand(args, { cwd: folder, env });
  return { ...ended, memory: Number(await readFile(report, 'utf8')) };
}

/** A whole profile, and then `size` bytes that say nothing. */
function padded(size: number): Uint8Array {
  const tag = [...message(99)].slice(0, -1);
  const length = Buffer.alloc(4);
  for (let i = 0, rest = size; i < 4; i++, rest >>= 7) length[i] = (rest & 0x7f) | (i < 3 ? 0x80 : 0);
  return Buffer.concat([encodeProfile(wallProfile()), Uint8Array.from(tag), length, Buffer.alloc(size)]);
}

const slow = { timeout: 300_000 };

it(
  'R04: fetch skips objects that inflate to more than is plausible, merges the rest, in bounded memory',
  slow,
  async () => {
    put(aws, 'Orders', key(0), packed(wallProfile()));
    for (const [i, { content, refusedFor }] of inflatedFields.entries()) {
      put(
        aws,
        'Orders',
        key(i + 1),
        gzipSync(content(refusedFor === 'locations on stacks' ? 52e6 : 40e6), { level: 1 }),
      );
    }
    const large = gzipSync(padded(240e6), { level: 1 });
    for (let i = 0; i < 8; i++) put(aws, 'Orders', key(i + 60), large);
    const { code, stdout, stderr, memory } = await run('fetch', '--json', '--out', 'out');
    expect([code, stderr]).toEqual([0, '']);
    const [{ skipped, functions }] = JSON.parse(stdout).stacks;
    expect(functions[0].profiles[0].snapshots).toBe(1 + 8);
    expect(skipped).toEqual(
      inflatedFields.map(({ refusedFor }, i) => ({
        key: key(i + 1),
        reason: expect.stringMatching(new RegExp(`more than [0-9,]+ ${refusedFor}, which no profile has`)),
      })),
    );
    expect(memory).toBeLessThan(2 * limits.bytes);
  },
);

it('R04: top and view refuse such a file with the reason', slow, async () => {
  const file = join(folder, 'bomb.pb.gz');
  await writeFile(file, gzipSync(inflatedFields[0].content(240e6), { level: 1 }));
  for (const args of [
    ['top', file],
    ['view', file, '--html', 'page.html'],
    ['diff', file, file],
  ]) {
    const { code, stderr, memory } = await run(...args);
    expect([code, stderr]).toEqual([
      1,
      expect.stringContaining('it has more than 256 sample types, which no profile has'),
    ]);
    expect(memory).toBeLessThan(2 * limits.bytes);
  }
});
