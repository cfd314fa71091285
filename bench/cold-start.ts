/**
 * What profiling adds to a cold start and to memory: a function that loads nothing and one that loads an AWS SDK client,
 * each bare and profiled, in turn, with a new process each time. Profiled are two kinds of instances: the three of four
 * whose initialization is not sampled, and the others. INIT is the time from the start of the process until
 * runtime and extension are ready, as Lambda reports it; the process's start is in both.
 *
 * Memory is the resident set after 20 invocations, the first snapshot among them.
 *
 * Usage: npm run bench:cold-start [-- --node <path> … --rounds <n> --only small|sdk]
 */
import { benchArguments, type NodeBinary } from './node-binaries';
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
    environment: { PROFILED_FN_PROFILES: 'wall,heap,init' },
  },
];

const CASES = [
  { name: 'loads nothing', module: 'small' },
  { name: 'loads @aws-sdk/client-s3', module: 'sdk' },
];

interface ColdStart {
  initMs: number;
  rssMb: number;
}

async function main(): Promise<void> {
  const { nodes, rounds, only } = benchArguments(30);
  const workspace = await Workspace.create();
  const rows = [['function', 'Node.js', '', 'INIT', 'added', 'ratio', 'RSS', 'added']];
  for (const node of nodes) {
    for (const { name, module } of CASES.filter((one) => only(one.module))) {
      const starts: ColdStart[][] = [];
      for (let round = 0; round < rounds; round++) {
        const arms: ColdStart[] = [];
        for (let turn = 0; turn < ARMS.length; turn++) {
          const arm = (round + turn) % ARMS.length;
          arms[arm] = await coldStart(workspace, node, module, ARMS[arm]);
        }
        starts.push(arms);
      }
      ARMS.forEach((arm, i) => {
        const compared = (to: (arm: ColdStart, bare: ColdStart) => number, digits: number, unit: string) =>
          i === 0 ? '' : formatted(medianInterval(starts.map((arms) => to(arms[i], arms[0]))), digits, unit);
        rows.push([
          i === 0 ? name : '',
          i === 0 ? node.version : '',
          arm.name,
          `${median(starts.map((arms) => arms[i].initMs)).toFixed(0)} ms`,
          compared((one, bare) => one.initMs - bare.initMs, 1, ' ms'),
          compared((one, bare) => one.initMs / bare.initMs, 3, ''),
          `${median(starts.map((arms) => arms[i].rssMb)).toFixed(0)} MB`,
          compared((one, bare) => one.rssMb - bare.rssMb, 1, ' MB'),
        ]);
      });
    }
  }
  workspace.close();
  console.log(`${rounds} cold starts of each\n\n${markdownTable(rows)}`);
}

/** One whose initialization is sampled only where that was asked for: others are drawn again. */
async function coldStart(workspace: Workspace, node: NodeBinary, module: string, arm: Arm): Promise<ColdStart> {
  const { profiler, environment } = arm;
  for (;;) {
    const initProfiles = () => workspace.stored.filter(({ type }) => type === 'init').length;
    const before = initProfiles();
    const instance = await workspace.start({ node, module, profiler, environment });
    let initMs = 0;
    let rssMb = 0;
    for (let i = 0; i < INVOCATIONS; i++) {
      const { payload, report } = await instance.invoke({});
      const { initDurationMs } = await report;
      initMs += initDurationMs ?? 0;
      rssMb = (JSON.parse(payload.toString()) as NodeJS.MemoryUsage).rss / 1e6;
    }
    await instance.close();
    if (initProfiles() === before || environment) return { initMs, rssMb };
  }
}

function formatted({ median, low, high }: MedianInterval, digits: number, unit: string): string {
  return `${median.toFixed(digits)}${unit} (${low.toFixed(digits)}–${high.toFixed(digits)})`;
}

void main();
