/**
 * Does memory grow with the windows? A function that does the same work each time, bare and with a snapshot after every
 * invocation, 500 in all. After each tenth of them garbage is collected; growth is the slope of a line through the
 * second half of that (Theil and Sen's: the median over all pairs), when the code is warm.
 *
 * Also what a window costs in CPU time, all of it: the profiled arm's less the bare one's.
 *
 * Usage: npm run bench:memory [-- --node <path> … --rounds <windows>]
 */
import type { ExecutionEnvironment } from '../local/lambda/execution-environment';
import { benchArguments, type NodeBinary } from './node-binaries';
import { median } from './statistics';
import { markdownTable } from './table';
import { Workspace } from './workspace';

const MEASUREMENTS = 10;

interface Measurement {
  window: number;
  rss: number;
  heapUsed: number;
  cpuMicros: number;
}

async function main(): Promise<void> {
  const { nodes, rounds: windows } = benchArguments(500);
  const header = ['after', ...['bare', 'profiled'].flatMap((arm) => [`${arm} RSS`, `${arm} heap`])];
  for (const node of nodes) {
    const { bare, profiled, stored } = await measure(node, windows);
    const table = [header, ...bare.map((_, i) => row(bare[i], profiled[i]))];
    console.log(
      `Node.js ${node.version}, ${windows} invocations of each, ${stored} snapshots\n\n${markdownTable(table)}\n`,
    );
    for (const [name, measurements] of [
      ['bare', bare],
      ['profiled', profiled],
    ] as const) {
      const warm = measurements.slice(measurements.length / 2);
      const [rss, heap] = (['rss', 'heapUsed'] as const).map((key) => (growth(warm, key) / 1024).toFixed(2));
      console.log(`${name}: growth a window, second half: RSS ${rss} KiB, heap ${heap} KiB`);
    }
    const cpu = (of: Measurement[]) =>
      (of[of.length - 1].cpuMicros - of[0].cpuMicros) / (of[of.length - 1].window - of[0].window) / 1000;
    console.log(`CPU time of a window: ${(cpu(profiled) - cpu(bare)).toFixed(2)} ms\n`);
  }
}

async function measure(node: NodeBinary, windows: number) {
  const workspace = await Workspace.create();
  const bare = await workspace.start({ node, module: 'growing', profiler: 'none' });
  const profiled = await workspace.start({
    node,
    module: 'growing',
    profiler: 'profiled-fn',
    environment: { PROFILED_FN_SNAPSHOT_INTERVAL_MS: '1', PROFILED_FN_COST_LIMIT: '1' },
  });
  const result = { bare: [] as Measurement[], profiled: [] as Measurement[], stored: 0 };
  const every = Math.ceil(windows / MEASUREMENTS);
  for (let window = 1; window <= windows; window++) {
    for (const [environment, into] of [
      [bare, result.bare],
      [profiled, result.profiled],
    ] as const) {
      const measurement = await invoke(environment, window, window % every === 0);
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
  window: number,
  measured: boolean,
): Promise<Measurement | undefined> {
  const { payload, report } = await environment.invoke({ measure: measured });
  await report;
  if (!measured) return undefined;
  const { rss, heapUsed, cpu } = JSON.parse(payload.toString()) as NodeJS.MemoryUsage & { cpu: NodeJS.CpuUsage };
  return { window, rss, heapUsed, cpuMicros: cpu.user + cpu.system };
}

/** Bytes a window: the median of the slopes between any two measurements. */
function growth(measurements: readonly Measurement[], key: 'rss' | 'heapUsed'): number {
  const slopes = measurements.flatMap((later, i) =>
    measurements.slice(0, i).map((earlier) => (later[key] - earlier[key]) / (later.window - earlier.window)),
  );
  return median(slopes);
}

function row(bare: Measurement, profiled: Measurement): string[] {
  const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(1)} MB`;
  return [`${bare.window}`, ...[bare, profiled].flatMap(({ rss, heapUsed }) => [megabytes(rss), megabytes(heapUsed)])];
}

void main();
