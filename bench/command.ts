/**
 * What `profiled-fn --help` takes beyond Node.js's own start: by the clock, and in processor time, which says more on a
 * busy computer. One after the other, in turn the one or the other first.
 *
 *     npm run bundle && npx tsx bench/command.ts [pairs]
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type MedianInterval, median, medianInterval } from './statistics';
import { markdownTable } from './table';

const command = join(import.meta.dirname, '../assets/cli/profiled-fn.mjs');

const commands: Record<string, string[]> = {
  '`node -e 0`': ['-e', '0'],
  '`profiled-fn --help`': [command, '--help'],
  '`profiled-fn fetch --help`': [command, 'fetch', '--help'],
};

/** Milliseconds from the start of a process to its end, and of processor time. */
interface Taken {
  wall: number;
  cpu: number;
}

/** Says at the end of a process how much processor time it took: user and system, milliseconds. */
const cpuReport = `
process.on('exit', () => {
  const { user, system } = process.cpuUsage();
  require('node:fs').writeSync(2, 'cpu ' + (user + system) / 1000);
});`;

function run(args: string[], report: string): Taken {
  const start = performance.now();
  const { status, stderr } = spawnSync(process.execPath, ['--require', report, ...args], {
    stdio: ['ignore', 'ignore', 'pipe'],
    encoding: 'utf8',
  });
  const wall = performance.now() - start;
  const cpu = /cpu ([\d.]+)$/.exec(stderr)?.[1];
  if (status !== 0 || cpu === undefined) throw new Error(`node ${args.join(' ')} ended with ${status}: ${stderr}`);
  return { wall, cpu: Number(cpu) };
}

function measure(pairs: number): Map<string, Taken[]> {
  const taken = new Map(Object.keys(commands).map((name) => [name, [] as Taken[]]));
  const folder = mkdtempSync(join(tmpdir(), 'bench-command-'));
  const report = join(folder, 'cpu.cjs');
  writeFileSync(report, cpuReport);
  try {
    // The first round fills the disk's cache.
    for (let pair = -1; pair < pairs; pair++) {
      const inTurn = Object.entries(commands);
      for (const [name, args] of pair % 2 === 0 ? inTurn : inTurn.reverse()) {
        const each = run(args, report);
        if (pair >= 0) taken.get(name)?.push(each);
      }
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
  return taken;
}

const interval = ({ median: middle, low, high }: MedianInterval) =>
  `${middle.toFixed(0)} ms (${low.toFixed(0)} to ${high.toFixed(0)})`;

function main(pairs: number): void {
  const taken = measure(pairs);
  const [bare = []] = taken.values();
  const cells = (all: Taken[], of: keyof Taken) => {
    const more = all.map((each, i) => each[of] - (bare[i]?.[of] ?? 0));
    const middle = `${median(all.map((each) => each[of])).toFixed(0)} ms`;
    return all === bare ? [middle, '-'] : [middle, interval(medianInterval(more))];
  };
  const rows = [...taken].map(([name, all]) => [name, ...cells(all, 'wall'), ...cells(all, 'cpu')]);
  const header = ['', 'time', 'more than bare', 'processor time', 'more than bare'];
  process.stdout.write(
    `${markdownTable([header, ...rows])}\n\nMedians of ${pairs} pairs, with 95 % intervals; Node.js ${process.version}.\n`,
  );
}

main(Number(process.argv[2] ?? 60));
