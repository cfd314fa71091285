/**
 * Decoding and merging of snapshots against Go's pprof at the same files, in user CPU time.
 *
 *     (cd test/conformance/go && go build -o /tmp/pprof github.com/google/pprof)
 *     npx tsx bench/merge.ts --pprof /tmp/pprof [100 1000]
 *
 * The snapshots are alike as those of one function are: 888 stacks each, out of 3,000, some 30 frames deep, 3 values and
 * 3 labels. Both read gzipped files; ours merges in one thread as `profiled-fn fetch` does, without the download, and
 * writes the result; pprof does the same with `-proto`.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { gunzipSync, gzipSync } from 'node:zlib';
import { decodeProfile } from '../profile/decode';
import { encodeProfile } from '../profile/encode';
import { ProfileMerger } from '../profile/merge';
import { Random } from '../test/profile/random';
import { generatedProfile } from './generated-profile';
import { markdownTable } from './table';

const stacksPerSnapshot = 888;

function writeSnapshots(folder: string, count: number): void {
  const whole = generatedProfile(3000);
  const random = new Random(count);
  for (let i = 0; i < count; i++) {
    // In the order of the call tree, as the runtime writes them.
    const kept = new Set(random.shuffled([...whole.samples.keys()]).slice(0, stacksPerSnapshot));
    const samples = whole.samples
      .filter((_, index) => kept.has(index))
      .map((sample) => {
        const hits = 1 + random.below(50);
        return { ...sample, values: [hits, hits * 1e7 + random.below(1e6), hits * 1e7 + random.below(1e6)] };
      });
    const profile = { ...whole, samples, timeNanos: BigInt(1_763_805_600 + i * 60) * 1_000_000_000n };
    writeFileSync(join(folder, `${String(i).padStart(5, '0')}.pb.gz`), gzipSync(encodeProfile(profile)));
  }
}

/** User CPU time, seconds, and highest resident memory, MB. */
interface Usage {
  user: number;
  memory: number;
}

/** Merges all files of a folder in this process. */
function mergeHere(folder: string): Usage {
  const before = process.cpuUsage();
  const merger = new ProfileMerger();
  for (const name of readdirSync(folder).sort()) {
    merger.add(decodeProfile(gunzipSync(readFileSync(join(folder, name)))));
  }
  gzipSync(encodeProfile(merger.result()));
  return { user: process.cpuUsage(before).user / 1e6, memory: process.resourceUsage().maxRSS / 1024 };
}

/** In a process of its own, so that memory is its own. */
function ours(folder: string): Usage {
  const output = execFileSync(process.execPath, ['--import', 'tsx', import.meta.filename, '--merge', folder], {
    encoding: 'utf8',
  });
  return JSON.parse(output);
}

function pprofs(pprof: string, folder: string): number {
  const script = `TIMEFORMAT=%U; time "$0" -proto -output=/dev/null "$@" >/dev/null 2>&1`;
  const files = readdirSync(folder).map((name) => join(folder, name));
  const time = execFileSync('bash', ['-c', `{ ${script}; } 2>&1`, pprof, ...files], { encoding: 'utf8' });
  return Number(time);
}

const { values: flags, positionals } = parseArgs({
  options: { pprof: { type: 'string' }, merge: { type: 'string' } },
  allowPositionals: true,
});
if (flags.merge !== undefined) {
  process.stdout.write(JSON.stringify(mergeHere(flags.merge)));
} else {
  const counts = positionals.length > 0 ? positionals.map(Number) : [100, 1000];
  const rows = counts.map((count) => {
    const folder = mkdtempSync(join(tmpdir(), 'merge-'));
    try {
      writeSnapshots(folder, count);
      const own = ours(folder);
      const go = flags.pprof === undefined ? undefined : pprofs(flags.pprof, folder);
      return [
        count.toLocaleString('en-US'),
        `${own.user.toFixed(2)} s`,
        `${own.memory.toFixed(0)} MB`,
        go === undefined ? '-' : `${go.toFixed(2)} s`,
        go === undefined ? '-' : (go / own.user).toFixed(1),
      ];
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
  process.stdout.write(`${markdownTable([['snapshots', 'ours', 'memory', "Go's pprof", 'times as fast'], ...rows])}\n`);
}
