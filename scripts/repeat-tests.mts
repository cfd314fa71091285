/**
 * Do the tests pass every time, however fast or busy the machine is? Runs them again and again, without retries:
 *
 * - `quiet`: as they are
 * - `busy`: with a process for each processor next to them that never ends
 * - `quarter`: with a quarter of one processor, in a control group (Linux; needs root)
 *
 * Ends with the number of runs of each kind that passed, and the names of the tests that failed.
 *
 * Usage: npm run test:repeat [-- --runs <n> --kind quiet|busy|quarter … <test file> …]
 *
 * Without --kind, half of the runs are busy and half have a quarter of a processor; without files, all tests run.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

const KINDS = ['quiet', 'busy', 'quarter'] as const;
type Kind = (typeof KINDS)[number];

const PERIOD_MICROS = 100_000;
const QUARTER_MICROS = PERIOD_MICROS / 4;

interface Outcome {
  kind: Kind;
  seconds: number;
  passed: number;
  failures: string[];
}

/** What vitest's JSON report says, as far as it is looked at here. */
interface Report {
  numPassedTests: number;
  testResults: {
    name: string;
    status: string;
    message: string;
    assertionResults: { status: string; fullName: string; failureMessages: string[] }[];
  }[];
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { runs: { type: 'string', default: '20' }, kind: { type: 'string', multiple: true } },
  });
  const kinds = (values.kind ?? ['busy', 'quarter']).map(kindOf);
  const outcomes: Outcome[] = [];
  for (let n = 0; n < Number(values.runs); n++) {
    const outcome = await run(kinds[n % kinds.length], positionals);
    outcomes.push(outcome);
    const { kind, seconds, passed, failures } = outcome;
    console.log(`${n + 1}. ${kind}: ${passed} passed, ${failures.length} failed, ${seconds.toFixed(0)} s`);
    for (const failure of failures) console.log(`   ${failure}`);
  }
  for (const kind of new Set(kinds)) {
    const of = outcomes.filter((outcome) => outcome.kind === kind);
    console.log(`${kind}: ${of.filter(({ failures }) => failures.length === 0).length} of ${of.length} runs passed`);
  }
  process.exitCode = outcomes.some(({ failures }) => failures.length > 0) ? 1 : 0;
}

function kindOf(text: string): Kind {
  const kind = KINDS.find((one) => one === text);
  if (!kind) throw new Error(`--kind is "${text}": it must be one of ${KINDS.join(', ')}`);
  return kind;
}

async function run(kind: Kind, files: readonly string[]): Promise<Outcome> {
  const folder = mkdtempSync(join(tmpdir(), 'profiled-fn-repeat-'));
  const file = join(folder, 'report.json');
  const neighbours = kind === 'busy' ? Array.from({ length: availableParallelism() }, busyProcess) : [];
  const group = kind === 'quarter' ? quarterOfAProcessor() : undefined;
  const started = performance.now();
  try {
    const output = await vitest(['run', '--reporter=json', `--outputFile=${file}`, ...files], group);
    return { kind, seconds: (performance.now() - started) / 1000, ...read(file, output) };
  } finally {
    for (const neighbour of neighbours) neighbour.kill('SIGKILL');
    if (group) rmdirSync(group);
    rmSync(folder, { recursive: true });
  }
}

function busyProcess(): ChildProcess {
  return spawn(process.execPath, ['-e', 'for (;;);'], { stdio: 'ignore' });
}

/** @returns the folder of a control group of its own */
function quarterOfAProcessor(): string {
  const isVersion1 = !readFileSync('/proc/self/cgroup', 'utf8').startsWith('0::');
  const folder = join(isVersion1 ? '/sys/fs/cgroup/cpu' : '/sys/fs/cgroup', `profiled-fn-repeat-${process.pid}`);
  try {
    mkdirSync(folder);
    if (isVersion1) {
      writeFileSync(join(folder, 'cpu.cfs_period_us'), String(PERIOD_MICROS));
      writeFileSync(join(folder, 'cpu.cfs_quota_us'), String(QUARTER_MICROS));
    } else writeFileSync(join(folder, 'cpu.max'), `${QUARTER_MICROS} ${PERIOD_MICROS}`);
  } catch (error) {
    throw new Error('Cannot make a control group. Run this as root on Linux, or with --kind busy.', { cause: error });
  }
  return folder;
}

/** @returns what it wrote */
function vitest(args: readonly string[], group: string | undefined): Promise<string> {
  const command = [process.execPath, 'node_modules/vitest/vitest.mjs', ...args];
  const child = group
    ? spawn('/bin/sh', ['-c', 'echo $$ > "$0/cgroup.procs" && exec "$@"', group, ...command])
    : spawn(command[0], command.slice(1));
  const chunks: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => chunks.push(chunk));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', () => resolve(Buffer.concat(chunks).toString()));
  });
}

function read(file: string, output: string): Pick<Outcome, 'passed' | 'failures'> {
  let report: Report;
  try {
    report = JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return { passed: 0, failures: [`vitest has left no report:\n${output.slice(-2_000)}`] };
  }
  const failures = report.testResults.flatMap(({ name, status, message, assertionResults }) => {
    const failed = assertionResults.filter((one) => one.status === 'failed');
    if (failed.length === 0 && status !== 'passed') return [`${name}: ${message}`];
    return failed.map(({ fullName, failureMessages: [first = ''] }) => `${fullName}: ${first.split('\n')[0]}`);
  });
  return { passed: report.numPassedTests, failures };
}

await main();
