/**
 * What profiling adds to a cold start and to memory: a function that loads nothing and one that loads an AWS SDK client,
 * each bare and profiled, in turn, with a new process each time. Profiled are two kinds of instances: the three of four
 * whose initialization is not sampled, and the others. INIT is the time from the start of the process until
 * runtime and extension are ready, as Lambda reports it; the process's start is in both.
 *
 * *Processor* is what the process has used of it until the first handler begins: that of all threads, its start among it.
 * Its least value of all rounds is told too: other processes on the machine make it larger, nothing smaller.
 *
 * Memory is the resident set when the first handler begins, and after 20 invocations, the first snapshot among them.
 *
 * With `--memory`, each process has that memory and, from its first invocation on, Lambda's share of a processor for it
 * (control groups, so on Linux as root).
 *
 * Usage: npm run bench:cold-start [-- --node <path> … --memory <MB>,… --rounds <n> --only small|sdk]
 */
import { Variable } from '../lib/contract/environment';
import { benchArgumentsWithSizes, type FunctionSize } from './arguments';
import type { NodeBinary } from './node-binaries';
import { type MedianInterval, median, medianInterval } from './statistics';
import { markdownTable } from './table';
import { type Profiler, Workspace } from './workspace';

const INVOCATIONS = 20;

interface Arm {
  name: string;
  profiler: Profiler;
  environment?: Record<string, string>;
}

const ARMS: readonly Arm[] = [
  { name: 'bare', profiler: 'none' },
  { name: 'bare again', profiler: 'none' },
  { name: 'as three of four', profiler: 'profiled-fn' },
  {
    name: 'initialization sampled',
    profiler: 'profiled-fn',
    environment: { [Variable.PROFILES]: 'wall,heap,init' },
  },
];

const CASES = [
  { name: 'loads nothing', module: 'small' },
  { name: 'loads @aws-sdk/client-s3', module: 'sdk' },
];

interface ColdStart {
  initMs: number;
  /** Processor time of the process until the first handler began. */
  cpuMs: number;
  /** When the first handler began, and when the last did. */
  firstRssMb: number;
  rssMb: number;
}

/** What the handlers answer. */
interface Answer extends NodeJS.MemoryUsage {
  cpu: NodeJS.CpuUsage;
}

async function main(): Promise<void> {
  const { nodes, rounds, only, sizes } = benchArgumentsWithSizes(30);
  const workspace = await Workspace.create();
  const rows = [
    [
      'function',
      'Node.js',
      'memory',
      '',
      'INIT',
      'added',
      'ratio',
      'processor',
      'added',
      'least',
      'added',
      'ratio',
    ].concat(['RSS, first', 'added', 'RSS, last', 'added']),
  ];
  for (const node of nodes) {
    for (const size of sizes) {
      for (const { name, module } of CASES.filter((one) => only(one.module))) {
        const starts: ColdStart[][] = [];
        for (let round = 0; round < rounds; round++)
          starts.push(await oneOfEach(workspace, { node, size, module }, round));
        ARMS.forEach((arm, i) => {
          const titles = i === 0 ? [name, node.version, size.name] : ['', '', ''];
          rows.push([
            ...titles,
            arm.name,
            ...figures(
              starts.map((arms) => ({ one: arms[i], bare: arms[0] })),
              i === 0,
            ),
          ]);
        });
      }
    }
  }
  workspace.close();
  console.log(`${rounds} cold starts of each\n\n${markdownTable(rows)}`);
}

interface Case {
  node: NodeBinary;
  size: FunctionSize;
  /** A module of `handlers/`. */
  module: string;
}

/** Who is first changes with the round. */
async function oneOfEach(workspace: Workspace, of: Case, round: number): Promise<ColdStart[]> {
  const arms: ColdStart[] = [];
  for (let turn = 0; turn < ARMS.length; turn++) {
    const arm = (round + turn) % ARMS.length;
    arms[arm] = await coldStart(workspace, of, ARMS[arm]);
  }
  return arms;
}

/** Cells of an arm's row, from INIT on. */
function figures(rounds: { one: ColdStart; bare: ColdStart }[], isBare: boolean): string[] {
  const middle = (key: keyof ColdStart, unit: string) =>
    `${median(rounds.map(({ one }) => one[key])).toFixed(0)} ${unit}`;
  const least = (of: 'one' | 'bare') => Math.min(...rounds.map((round) => round[of].cpuMs));
  const compared = (to: (one: ColdStart, bare: ColdStart) => number, digits: number, unit: string) =>
    isBare ? '' : formatted(medianInterval(rounds.map(({ one, bare }) => to(one, bare))), digits, unit);
  const added = (key: keyof ColdStart, unit: string) => compared((one, bare) => one[key] - bare[key], 1, ` ${unit}`);
  return [
    middle('initMs', 'ms'),
    added('initMs', 'ms'),
    compared((one, bare) => one.initMs / bare.initMs, 3, ''),
    middle('cpuMs', 'ms'),
    added('cpuMs', 'ms'),
    `${least('one').toFixed(1)} ms`,
    isBare ? '' : `${(least('one') - least('bare')).toFixed(1)} ms`,
    isBare ? '' : (least('one') / least('bare')).toFixed(3),
    middle('firstRssMb', 'MB'),
    added('firstRssMb', 'MB'),
    middle('rssMb', 'MB'),
    added('rssMb', 'MB'),
  ];
}

/** One whose initialization is sampled only where that was asked for: others are drawn again. */
async function coldStart(workspace: Workspace, { node, size, module }: Case, arm: Arm): Promise<ColdStart> {
  const { profiler, environment } = arm;
  for (;;) {
    const initProfiles = () => workspace.stored.filter(({ type }) => type === 'init').length;
    const before = initProfiles();
    const instance = await workspace.start({ ...size, node, module, profiler, environment });
    let initMs = 0;
    const answers: Answer[] = [];
    for (let i = 0; i < INVOCATIONS; i++) {
      const { payload, report } = await instance.invoke({});
      const { initDurationMs } = await report;
      initMs += initDurationMs ?? 0;
      answers.push(JSON.parse(payload.toString()) as Answer);
    }
    await instance.close();
    if (initProfiles() > before && !environment) continue;
    const [first] = answers;
    return {
      initMs,
      cpuMs: (first.cpu.user + first.cpu.system) / 1000,
      firstRssMb: first.rss / 1e6,
      rssMb: answers[answers.length - 1].rss / 1e6,
    };
  }
}

function formatted({ median, low, high }: MedianInterval, digits: number, unit: string): string {
  return `${median.toFixed(digits)}${unit} (${low.toFixed(digits)}–${high.toFixed(digits)})`;
}

void main();
