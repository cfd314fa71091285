/**
 * How long `profiled-fn --help` takes beyond Node.js's own start, in pairs one after the other, in turn the one or the
 * other first.
 *
 *     npm run bundle && npx tsx bench/command.ts [pairs]
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { type MedianInterval, median, medianInterval } from './statistics';
import { markdownTable } from './table';

const command = join(import.meta.dirname, '../assets/cli/profiled-fn.mjs');

/** Milliseconds from the start of a process to its end. */
function timeOf(args: string[]): number {
  const start = performance.now();
  const { status, stderr } = spawnSync(process.execPath, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  const taken = performance.now() - start;
  if (status !== 0) throw new Error(`node ${args.join(' ')} ended with ${status}: ${stderr}`);
  return taken;
}

const runs = {
  '`node -e 0`': ['-e', '0'],
  '`profiled-fn --help`': [command, '--help'],
  '`profiled-fn fetch --help`': [command, 'fetch', '--help'],
};

const text = ({ median: middle, low, high }: MedianInterval, digits = 0, unit = ' ms') =>
  `${middle.toFixed(digits)}${unit} (${low.toFixed(digits)} to ${high.toFixed(digits)})`;

const pairs = Number(process.argv[2] ?? 60);
const times = new Map(Object.keys(runs).map((name) => [name, [] as number[]]));
for (let pair = -1; pair < pairs; pair++) {
  const order = pair % 2 === 0 ? Object.entries(runs) : Object.entries(runs).reverse();
  for (const [name, args] of order) {
    const taken = timeOf(args);
    if (pair >= 0) times.get(name)?.push(taken); // the first round fills the disk's cache
  }
}

const [bare = []] = [...times.values()];
const rows = [...times].map(([name, all]) => [
  name,
  `${median(all).toFixed(0)} ms`,
  all === bare ? '-' : text(medianInterval(all.map((taken, i) => taken - (bare[i] ?? 0)))),
  all === bare ? '-' : text(medianInterval(all.map((taken, i) => taken / (bare[i] ?? 0))), 2, ''),
]);
process.stdout.write(
  `${markdownTable([['', 'median', 'more than bare', 'times bare'], ...rows])}\n\nMedians of ${pairs} pairs, with 95 % intervals; Node.js ${process.version}.\n`,
);
