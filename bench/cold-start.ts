/**
 * What profiling adds to a cold start and to memory: a function that loads nothing and one that loads an AWS SDK client,
 * each bare and profiled, in turn, with a new process each time. INIT is the time from the start of the process until
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

const ARMS: readonly Profiler[] = ['none', 'none', 'profiled-fn'];

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
  const rows = [['function', 'Node.js', 'INIT bare', 'bare again', 'INIT added', 'ratio', 'RSS bare', 'RSS added']];
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
      const initMs = median(starts.map(([bare]) => bare.initMs));
      const rssMb = median(starts.map(([bare]) => bare.rssMb));
      const added = medianInterval(starts.map(([bare, , profiled]) => profiled.initMs - bare.initMs));
      const noise = medianInterval(starts.map(([bare, again]) => again.initMs - bare.initMs));
      const ratio = medianInterval(starts.map(([bare, , profiled]) => profiled.initMs / bare.initMs));
      const rssAdded = medianInterval(starts.map(([bare, , profiled]) => profiled.rssMb - bare.rssMb));
      rows.push([
        name,
        node.version,
        `${initMs.toFixed(0)} ms`,
        formatted(noise, 1, ' ms'),
        formatted(added, 1, ' ms'),
        formatted(ratio, 3, ''),
        `${rssMb.toFixed(0)} MB`,
        formatted(rssAdded, 1, ' MB'),
      ]);
    }
  }
  workspace.close();
  console.log(`${rounds} cold starts of each\n\n${markdownTable(rows)}`);
}

async function coldStart(
  workspace: Workspace,
  node: NodeBinary,
  module: string,
  profiler: Profiler,
): Promise<ColdStart> {
  const environment = await workspace.start({ node, module, profiler });
  let initMs = 0;
  let rssMb = 0;
  for (let i = 0; i < INVOCATIONS; i++) {
    const { payload, report } = await environment.invoke({});
    const { initDurationMs } = await report;
    initMs += initDurationMs ?? 0;
    rssMb = (JSON.parse(payload.toString()) as NodeJS.MemoryUsage).rss / 1e6;
  }
  await environment.close();
  return { initMs, rssMb };
}

function formatted({ median, low, high }: MedianInterval, digits: number, unit: string): string {
  return `${median.toFixed(digits)}${unit} (${low.toFixed(digits)}–${high.toFixed(digits)})`;
}

void main();
