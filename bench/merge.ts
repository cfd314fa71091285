/**
 * Reading, merging and writing of snapshots against Go's pprof at the same files, in user CPU time.
 *
 *     (cd test/conformance/go && go build -o /tmp/pprof github.com/google/pprof)
 *     npx tsx bench/merge.ts --pprof /tmp/pprof --rounds 3 100 1000 10000
 *
 * `bench/snapshots.ts` says what the snapshots are like. Both read gzipped files and write a gzipped one; ours does it as
 * the merging thread of `profiled-fn fetch`, in a process of its own that is bundled as the command is. Times and memory
 * are those of whole processes, their start included. pprof merges with `-proto`. The two take turns.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { buildSync } from 'esbuild';
import { writeSnapshots } from './snapshots';
import { median } from './statistics';
import { markdownTable } from './table';

/** User CPU time, seconds, and highest resident memory, MB. */
interface Usage {
  user: number;
  memory: number;
}

function ours(bundle: string, folder: string, out: string): Usage {
  return JSON.parse(run(process.execPath, [bundle, folder, out]).stdout);
}

function pprofs(pprof: string, folder: string, out: string): Usage {
  const script = `TIMEFORMAT=%U; time "$@" 2>/dev/null; echo $? >&2`;
  const files = readdirSync(folder).map((name) => join(folder, name));
  const [user, status] = run('bash', ['-c', script, 'pprof', pprof, '-proto', `-output=${out}`, ...files])
    .stderr.trim()
    .split('\n');
  if (status !== '0') throw new Error(`${pprof} failed with ${status}`);
  return { user: Number(user), memory: Number.NaN };
}

function run(command: string, args: string[]): { stdout: string; stderr: string } {
  const ended = spawnSync(command, args, { encoding: 'utf8' });
  if (ended.status !== 0) throw new Error(`${command} failed: ${ended.stderr}`);
  return ended;
}

function compare(counts: number[], pprof: string | undefined, rounds: number): void {
  const folder = mkdtempSync(join(tmpdir(), 'merge-'));
  try {
    const bundle = join(folder, 'merge.mjs');
    buildSync({
      entryPoints: [join(import.meta.dirname, 'merge-child.ts')],
      outfile: bundle,
      bundle: true,
      minify: true,
      format: 'esm',
      platform: 'node',
      target: 'node20',
    });
    const rows = counts.map((count) => {
      const snapshots = join(folder, String(count));
      mkdirSync(snapshots);
      const { gzipped, depth, stacks } = writeSnapshots(snapshots, count);
      const usages = Array.from({ length: rounds }, () => ({
        own: ours(bundle, snapshots, join(folder, 'ours.pb.gz')),
        go: pprof === undefined ? undefined : pprofs(pprof, snapshots, join(folder, 'pprof.pb.gz')),
      }));
      rmSync(snapshots, { recursive: true });
      process.stderr.write(
        `${count} snapshots: ${(gzipped / 1024).toFixed(0)} KB each, ${depth.toFixed(0)} frames deep, ${stacks} stacks\n`,
      );
      const own = median(usages.map((each) => each.own.user));
      const ratios = usages.map((each) => (each.go ? each.go.user / each.own.user : Number.NaN));
      return [
        count.toLocaleString('en-US'),
        `${own.toFixed(1)} s`,
        `${Math.max(...usages.map((each) => each.own.memory)).toFixed(0)} MB`,
        pprof === undefined ? '-' : `${median(usages.map((each) => each.go?.user ?? Number.NaN)).toFixed(1)} s`,
        pprof === undefined ? '-' : median(ratios).toFixed(1),
      ];
    });
    process.stdout.write(
      `${markdownTable([['snapshots', 'ours', 'memory', "Go's pprof", 'times as fast'], ...rows])}\n`,
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const { values: flags, positionals } = parseArgs({
  options: { pprof: { type: 'string' }, rounds: { type: 'string', default: '1' } },
  allowPositionals: true,
});
compare(positionals.length > 0 ? positionals.map(Number) : [100, 1000], flags.pprof, Number(flags.rounds));
