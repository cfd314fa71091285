/**
 * Does memory grow with the snapshots? A function that does the same work each time, bare and with snapshots as often as
 * their cost allows, which is after every third of 1,500 invocations or so. After each tenth of them garbage is
 * collected; growth is the slope of a line through the second half of that (Theil and Sen's: the median over all pairs),
 * when the code is warm.
 *
 * Also what an invocation costs in CPU time, snapshots included: the profiled arm's less the bare one's.
 *
 * Usage: npm run bench:memory [-- --node <path> … --rounds <invocations>]
 */
import { Variable } from '../lib/contract/environment';
import type { ExecutionEnvironment } from '../local/lambda/execution-environment';
import { benchArguments } from './arguments';
import type { NodeBinary } from './node-binaries';
import { median } from './statistics';
import { markdownTable } from './table';
import { Workspace } from './workspace';

const MEASUREMENTS = 10;

interface Measurement {
  invocation: number;
  rss: number;
  heapUsed: number;
  cpuMicros: number;
}

async function main(): Promise<void> {
  const { nodes, rounds: invocations } = benchArguments(1_500);
  const header = ['after', ...['bare', 'profiled'].flatMap((arm) => [`${arm} RSS`, `${arm} heap`])];
  for (const node of nodes) {
    const { bare, profiled, stored } = await measure(node, invocations);
    const table = [header, ...bare.map((_, i) => row(bare[i], profiled[i]))];
    console.log(
      `Node.js ${node.version}, ${invocations} invocations of each, ${stored} snapshots\n\n${markdownTable(table)}\n`,
    );
    for (const [name, measurements] of [
      ['bare', bare],
      ['profiled', profiled],
    ] as const) {
      const warm = measurements.slice(measurements.length / 2);
      const [rss, heap] = (['rss', 'heapUsed'] as const).map((key) => (growth(warm, key) / 1024).toFixed(2));
      console.log(`${name}: growth an invocation, second half: RSS ${rss} KiB, heap ${heap} KiB`);
    }
    const cpu = (of: Measurement[]) =>
      (of[of.length - 1].cpuMicros - of[0].cpuMicros) / (of[of.length - 1].invocation - of[0].invocation) / 1000;
    console.log(`CPU time of an invocation: ${(cpu(profiled) - cpu(bare)).toFixed(2)} ms\n`);
  }
}

async function measure(node: NodeBinary, invocations: number) {
  const workspace = await Workspace.create();
  const bare = await workspace.start({ node, module: 'growing', profiler: 'none' });
  const profiled = await workspace.start({
    node,
    module: 'growing',
    profiler: 'profiled-fn',
    environment: { [Variable.SNAPSHOT_INTERVAL]: '1', [Variable.COST_LIMIT]: '1' },
  });
  const result = { bare: [] as Measurement[], profiled: [] as Measurement[], stored: 0 };
  const every = Math.ceil(invocations / MEASUREMENTS);
  for (let invocation = 1; invocation <= invocations; invocation++) {
    for (const [environment, into] of [
      [bare, result.bare],
      [profiled, result.profiled],
    ] as const) {
      const measurement = await invoke(environment, invocation, invocation % every === 0);
      if (measurement) into.push(measurement);
    }
  }
  await bare.close();
  await profiled.close();
  workspace.close();
  return { ...result, stored: workspace.stored.length };
}

async function invoke(
  environment: ExecutionEnvironment,
  invocation: number,
  measured: boolean,
): Promise<Measurement | undefined> {
  const { payload, report } = await environment.invoke({ measure: measured });
  await report;
  if (!measured) return undefined;
  const { rss, heapUsed, cpu } = JSON.parse(payload.toString()) as NodeJS.MemoryUsage & { cpu: NodeJS.CpuUsage };
  return { invocation, rss, heapUsed, cpuMicros: cpu.user + cpu.system };
}

/** Bytes an invocation: the median of the slopes between any two measurements. */
function growth(measurements: readonly Measurement[], key: 'rss' | 'heapUsed'): number {
  const slopes = measurements.flatMap((later, i) =>
    measurements.slice(0, i).map((earlier) => (later[key] - earlier[key]) / (later.invocation - earlier.invocation)),
  );
  return median(slopes);
}

function row(bare: Measurement, profiled: Measurement): string[] {
  const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(1)} MB`;
  return [
    `${bare.invocation}`,
    ...[bare, profiled].flatMap(({ rss, heapUsed }) => [megabytes(rss), megabytes(heapUsed)]),
  ];
}

void main();
