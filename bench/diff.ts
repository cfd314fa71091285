/**
 * What comparing the snapshots of two versions takes, next to a fetch of the same: processor time, and memory.
 *
 *     npm run bundle && npx tsx bench/diff.ts [snapshots of each version] [rounds]
 *
 * The snapshots are those of bench/merge.ts, and have been downloaded before: what is measured is what the command does
 * with them. `--ignore` stands for what chooses among samples: then an object is made of each.
 */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DEFAULT_PREFIX, functionPrefix, snapshotKey } from '../lib/contract/keys';
import { put, region, startAccount } from '../test/cli/support/account';
import { awsEnvironment, runCommand } from '../test/cli/support/run-command';
import { generatedSnapshots } from './snapshots';
import { median } from './statistics';
import { markdownTable } from './table';

const [count = 1000, rounds = 3] = process.argv.slice(2).map(Number);

/** Says at the end of a process how much processor time it took, milliseconds, and the most memory, MB. */
const report = `data:text/javascript,${encodeURIComponent(`
  process.on('exit', () => {
    const { user, system } = process.cpuUsage();
    process.stderr.write('\\ntook ' + (user + system) / 1000 + ' ' + process.resourceUsage().maxRSS / 1024 + '\\n');
  });`)}`;

async function main(): Promise<void> {
  const aws = await startAccount([{ name: 'Shop', functions: 'Checkout=c' }]);
  const folder = mkdtempSync(join(tmpdir(), 'bench-diff-'));
  try {
    let i = 0;
    for (const { gzipped } of generatedSnapshots(2 * count)) {
      const instance = Math.floor(i / 10)
        .toString(16)
        .padStart(12, '0');
      const key = snapshotKey(functionPrefix(DEFAULT_PREFIX, 'Shop', 'Checkout'), 'wall', i % 10, instance);
      put(aws, 'Shop', key, Buffer.from(gzipped), { version: i++ < count ? '41' : '42' });
    }
    const env = {
      ...awsEnvironment(aws.endpointUrl, region, aws.adminCredentials),
      NODE_OPTIONS: `--import ${report}`,
    };
    const run = async (args: string[]): Promise<[seconds: number, memory: number]> => {
      const { code, stderr } = await runCommand(args, { cwd: folder, env });
      const took = /^took (\S+) (\S+)$/m.exec(stderr);
      if (code !== 0 || !took) throw new Error(`profiled-fn ${args.join(' ')}: ${stderr}`);
      return [Number(took[1]) / 1000, Number(took[2])];
    };
    const commands = {
      '`fetch`': ['fetch', '--json'],
      '`diff --base 41`': ['diff', '--base', '41', '--json'],
      '`diff --base 41 --ignore node_modules`': ['diff', '--base', '41', '--ignore', 'node_modules', '--json'],
    };
    await run(commands['`fetch`']); // downloads
    const taken = new Map(Object.keys(commands).map((name) => [name, [] as [number, number][]]));
    for (let round = 0; round < rounds; round++) {
      for (const [name, args] of Object.entries(commands)) taken.get(name)?.push(await run(args));
    }
    const rows = [...taken].map(([name, runs]) => [
      name,
      `${median(runs.map(([seconds]) => seconds)).toFixed(1)} s`,
      `${median(runs.map(([, memory]) => memory)).toFixed(0)} MB`,
    ]);
    process.stdout.write(
      `${2 * count} snapshots, medians of ${rounds} rounds\n\n${markdownTable([['', 'processor time', 'memory'], ...rows])}\n`,
    );
  } finally {
    await aws.close();
    rmSync(folder, { recursive: true });
  }
}

void main();
