/**
 * Compares what the command of this checkout writes with what that of another checkout writes, byte for byte.
 *
 *     npm run bundle && npx tsx scripts/compare-output.mts <other checkout> [folder of profiles …] [--keep <folder>]
 *
 * Both checkouts need their `assets/`. The corpus is every file in the folders, the profiles in `test/`, random profiles
 * and 200 generated snapshots, the same each time. Of each file it compares the top functions and every export format,
 * whole and filtered; of the snapshots also the files that `fetch` writes, and the comparisons of versions. Messages and
 * exit codes count too. Of an HTML page only the embedded data does: its code is another one.
 *
 * The folders of the demo are `.profiled-fn` after `npm run demo`; google/pprof's are `profile/testdata` and
 * `internal/driver/testdata` of its repository. `--keep` leaves all outputs there, one folder for each checkout.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { generatedSnapshots } from '../bench/snapshots';
import { encodeProfile } from '../profile/pprof/encode';
import { put, region, startAccount } from '../test/cli/support/account';
import { awsEnvironment } from '../test/cli/support/run-command';
import { Random } from '../test/profile/support/random';
import { randomProfile } from '../test/profile/support/random-profile';

/** A run of the command, and where its output is kept. */
interface Run {
  name: string;
  args: string[];
}

const root = join(import.meta.dirname, '..');
const randomFiles = 12;
const snapshots = 200;

/** What is asked of each file. */
const questions: string[][] = [
  ['top', '--count', '1000', '--json'],
  ['top'],
  ['top', '--focus', 'a', '--ignore', 'zz|free', '--hide', 'main|loop', '--json'],
  ['top', '--show-from', 'a|e', '--json'],
  ['top', '--all-frames', '--count', '100', '--json'],
  ...['speedscope', 'cpuprofile', 'heapprofile', 'folded', 'svg', 'markdown', 'json', 'pprof', 'html'].map((format) => [
    'export',
    '--format',
    format,
  ]),
  ['export', '--format', 'speedscope', '--slice', 'version'],
  ['export', '--format', 'json', '--focus', 'a', '--hide', 'main', '--cold-start'],
  ['export', '--format', 'pprof', '--show-from', 'a|e'],
];

/** What is asked of the snapshots in the bucket, in this order: the first downloads them. */
const bucketQuestions: string[][] = [
  ['fetch', '--json'],
  ['fetch', '--cached', '--label', 'outcome=error', '--json', '--out', 'errors'],
  ['top', '--cached', '--type', 'wall', '--count', '1000', '--json'],
  ['top', '--cached', '--type', 'wall', '--sample-type', 'cost'],
  ['top', '--cached', '--type', 'wall', '--focus', 'function1', '--json'],
  ['export', '--cached', '--format', 'json'],
  ['export', '--cached', '--format', 'markdown'],
  ['export', '--cached', '--format', 'pprof', '--version', '42'],
  ['diff', '--base', '41', '--json'],
  ['diff', '--base', '41', '--count', '100'],
  ['diff', '--base', '41', '--target', '42', '--fail-on', '+10%', '--json'],
  ['diff', '--base', '41', '--ignore', 'node_modules', '--json'],
];

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

/** The files of the corpus; random ones are written into `folder`. */
function corpusFiles(folders: string[], folder: string): string[] {
  const own = ['test/ui/testdata', 'test/cli/testdata'].flatMap((each) => filesBelow(join(root, each)));
  const random = Array.from({ length: randomFiles }, (_, seed) => {
    const file = join(folder, `random${seed}.pb`);
    writeFileSync(file, encodeProfile(randomProfile(new Random(seed + 1))));
    return file;
  });
  const given = folders.flatMap((each) => filesBelow(resolve(each)));
  return [...own.filter((file) => /\.pb(\.gz)?$/.test(file)), ...random, ...given].filter(
    (file) => statSync(file).size < 2 ** 23 && !file.includes('/.cache/'),
  );
}

function runsOf(files: string[]): Run[] {
  const named = (args: string[], of: string) => ({
    name: `${of} ${args.join(' ')}`.replaceAll(/[^\w.=-]+/g, '_'),
    args,
  });
  return [
    ...files.flatMap((file, i) =>
      questions.map(([command = '', ...flags]) => ({
        ...named([command, ...flags], `${i}-${basename(file)}`),
        args: [command, file, ...flags],
      })),
    ),
    ...files.slice(1).map((file, i) => ({
      ...named(['diff'], `${i}-${basename(file)}`),
      args: ['diff', files[i], file, '--json'],
    })),
    ...bucketQuestions.map((args) => named([...args, '--stack', 'Shop'], 'bucket')),
  ];
}

async function run(checkout: string, folder: string, env: NodeJS.ProcessEnv): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const child = fork(join(import.meta.dirname, 'run-commands.mjs'), [checkout, folder], {
    env,
    execArgv: [],
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  child.stderr?.pipe(process.stderr);
  const [code] = await once(child, 'exit');
  if (code !== 0) throw new Error(`The command of ${checkout} ended the process with ${code}`);
}

async function compare(other: string, folders: string[], kept: string | undefined): Promise<void> {
  const folder = kept === undefined ? mkdtempSync(join(tmpdir(), 'compare-output-')) : resolve(kept);
  mkdirSync(folder, { recursive: true });
  const aws = await startAccount([{ name: 'Shop', functions: 'Checkout=c' }]);
  try {
    let i = 0;
    for (const { gzipped } of generatedSnapshots(snapshots, 20_000)) {
      const key = `0${i % 10}-${Math.floor(i / 10)
        .toString(16)
        .padStart(12, '0')}.pb.gz`;
      put(aws, 'Shop', `profiled-fn/Shop/Checkout/wall/${key}`, Buffer.from(gzipped), { version: `${41 + (i % 2)}` });
      const random = Buffer.from(encodeProfile(randomProfile(new Random(i + 1))));
      put(aws, 'Shop', `profiled-fn/Shop/Checkout/custom.random/${key}`, random, { version: `${41 + (i % 2)}` });
      i++;
    }
    const runs = runsOf(corpusFiles(folders, folder));
    writeFileSync(join(folder, 'runs.json'), JSON.stringify(runs));
    const env = {
      PATH: process.env.PATH,
      HOME: folder,
      CI: 'true',
      AWS_EC2_METADATA_DISABLED: 'true',
      ...awsEnvironment(aws.endpointUrl, region, aws.adminCredentials),
    };
    const sides = [join(folder, 'before'), join(folder, 'after')] as const;
    for (const side of sides) rmSync(side, { recursive: true, force: true });
    await Promise.all([run(resolve(other), sides[0], env), run(root, sides[1], env)]);
    report(runs.length, ...sides);
  } finally {
    await aws.close();
    if (kept === undefined) rmSync(folder, { recursive: true });
  }
}

/** Says which outputs differ, and fails where any does. */
function report(runs: number, before: string, after: string): void {
  // The cache has the times of the downloads in it.
  const outputs = (side: string) =>
    filesBelow(side)
      .map((file) => file.slice(side.length + 1))
      .filter((file) => !file.includes('.cache/') && !file.endsWith('listing.jsonl'));
  const names = new Set([...outputs(before), ...outputs(after)]);
  const content = (file: string) => (existsSync(file) ? readFileSync(file) : Buffer.from('missing'));
  const differing = [...names].filter((name) => !content(join(before, name)).equals(content(join(after, name))));
  for (const name of differing) process.stdout.write(`differs: ${name}\n`);
  process.stdout.write(`${runs} runs, ${names.size} outputs, ${differing.length} differ\n`);
  if (differing.length > 0) process.exitCode = 1;
}

const { values: flags, positionals } = parseArgs({
  options: { keep: { type: 'string' } },
  allowPositionals: true,
});
const [first, ...rest] = positionals;
if (first === undefined) throw new Error('Name the other checkout');
await compare(first, rest, flags.keep);
