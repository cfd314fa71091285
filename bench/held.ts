/**
 * How long profiling holds environments after a response, at Lambda's share of a processor for each memory size: functions
 * as the constructs deploy them, bare and profiled, in execution environments of their own with AWS's runtime client and
 * Lambda's limits (control groups, so on Linux as root).
 *
 * For each memory size, Node.js, handler and set of packages, `--instances` cold instances of each kind are invoked
 * `--invocations` times. Told are: instances that were ended by their timeout; how long environments were held after
 * responses that were followed by work (p50, max); what all were held longer than the bare ones, as part of what these
 * bill (initialization and invocations, each instance's draw as it comes); the response relative to bare (p50, p99); and
 * snapshots that were stored, those of the end of an instance included.
 *
 * The whole matrix takes days: --instances 100 --invocations 20 with each --memory, --node, --handler and --packages.
 * An option may be repeated in place of its commas.
 *
 * Usage: npm run bench:held [-- --memory <MB>,… --node <path>,… --handler 1,100,2300 --packages none,sdk,large
 *   --instances <n> --invocations <n>]
 */
import { parseArgs } from 'node:util';
import { type FunctionSize, functionSizes, listed } from './arguments';
import { type NodeBinary, nodeBinary } from './node-binaries';
import { percentile } from './statistics';
import { markdownTable } from './table';
import { type Profiler, Workspace } from './workspace';

/** A hold that is longer than what a bare environment needs to ask for its next event. */
const WORK_FROM_MS = 10;
const TIMEOUT_SECONDS = 3;

interface Case {
  size: FunctionSize;
  node: NodeBinary;
  handlerMs: number;
  packages: string;
}

interface Result {
  killed: number;
  responsesMs: number[];
  heldMs: number[];
  billedMs: number;
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      memory: { type: 'string', multiple: true, default: ['128', '512', '1769'] },
      node: { type: 'string', multiple: true, default: [process.execPath] },
      handler: { type: 'string', multiple: true, default: ['1', '100', '2300'] },
      packages: { type: 'string', multiple: true, default: ['none', 'sdk'] },
      instances: { type: 'string', default: '8' },
      invocations: { type: 'string', default: '20' },
    },
  });
  const [instances, invocations] = [Number(values.instances), Number(values.invocations)];
  const header = [
    'memory',
    'Node.js',
    'handler',
    'packages',
    'killed',
    'held, p50',
    'max',
    'of billed',
    'response, p50',
    'p99',
    'stored',
  ];
  const rows = [header];
  const workspace = await Workspace.create();
  for (const size of functionSizes(values.memory)) {
    for (const node of listed(values.node).map(nodeBinary)) {
      for (const handlerMs of listed(values.handler).map(Number)) {
        for (const packages of listed(values.packages)) {
          rows.push(await row(workspace, { size, node, handlerMs, packages }, instances, invocations));
          console.error(rows.at(-1)?.join('  '));
        }
      }
    }
  }
  workspace.close();
  console.log(`${instances} instances of ${invocations} invocations of each, timeout ${TIMEOUT_SECONDS} s\n`);
  console.log(markdownTable(rows));
}

async function row(workspace: Workspace, one: Case, instances: number, invocations: number): Promise<string[]> {
  const bare = noResult();
  const profiled = noResult();
  const before = workspace.stored.length;
  for (let i = 0; i < instances; i++) {
    // In turn, so that both see the same neighbours.
    await live(workspace, one, 'none', invocations, bare);
    await live(workspace, one, 'profiled-fn', invocations, profiled);
  }
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
  const worked = profiled.heldMs.filter((ms) => ms > WORK_FROM_MS);
  const ratio = (p: number) => (percentile(profiled.responsesMs, p) / percentile(bare.responsesMs, p)).toFixed(3);
  return [
    one.size.name,
    one.node.version,
    `${one.handlerMs} ms`,
    one.packages,
    `${profiled.killed} (bare ${bare.killed})`,
    worked.length > 0 ? `${percentile(worked, 50).toFixed(0)} ms` : '–',
    `${Math.max(...profiled.heldMs).toFixed(0)} ms`,
    `${((100 * (sum(profiled.heldMs) - sum(bare.heldMs))) / bare.billedMs).toFixed(1)} %`,
    ratio(50),
    ratio(99),
    String(workspace.stored.length - before),
  ];
}

function noResult(): Result {
  return { killed: 0, responsesMs: [], heldMs: [], billedMs: 0 };
}

async function live(workspace: Workspace, one: Case, profiler: Profiler, invocations: number, result: Result) {
  const { size, node, handlerMs, packages } = one;
  const environment = await workspace.start({
    profiler,
    node,
    module: 'held',
    ...size,
    timeoutSeconds: TIMEOUT_SECONDS,
    environment: { BENCH_PACKAGES: packages },
  });
  for (let n = 0; n < invocations; n++) {
    const { responseMs, report } = await environment.invoke({ waitMs: handlerMs > 1 ? handlerMs : 0, n });
    const { postResponseMs, initDurationMs = 0, timedOut } = await report;
    if (timedOut) result.killed++;
    if (n > 0) result.responsesMs.push(responseMs);
    result.heldMs.push(postResponseMs);
    result.billedMs += responseMs + initDurationMs;
  }
  await environment.close();
}

void main();
