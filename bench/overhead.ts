/**
 * CPU time that profiling adds: handlers that compute, await, call HTTP and do nothing, each bare, bare once more (how far two equal
 * things are apart on this machine), profiled as it comes and without the heap, and with @datadog/pprof at the same rates where that is
 * installed.
 *
 * A round starts each arm in a process of its own and invokes them in turn, so that all see the same neighbours. What
 * counts is the CPU time of the whole process between the first and the last measured invocation, over that of the bare
 * arm in the same round; the table has the medians over the rounds with their 95 % intervals.
 *
 * Usage: npm run bench:overhead [-- --node <path> … --rounds <n> --only orders|awaits|requests|small]
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ExecutionEnvironment } from '../local/lambda/execution-environment';
import { benchArguments, type NodeBinary } from './node-binaries';
import { type MedianInterval, median, medianInterval } from './statistics';
import { markdownTable } from './table';
import { datadogModules, type Profiler, Workspace } from './workspace';

const WARM_UP = 6;
const MEASURED = 15;

interface Arm {
  name: string;
  profiler: Profiler;
  environment?: Record<string, string>;
}

const ARMS: Arm[] = [
  { name: 'bare', profiler: 'none' },
  { name: 'bare again', profiler: 'none' },
  { name: 'profiled-fn', profiler: 'profiled-fn' },
  { name: 'wall only', profiler: 'profiled-fn', environment: { PROFILED_FN_PROFILES: 'wall' } },
  ...(datadogModules() ? [{ name: '@datadog/pprof', profiler: 'datadog' as const }] : []),
];

const CASES = [
  { name: 'CPU-bound', module: 'orders' },
  { name: 'await-heavy', module: 'awaits' },
  { name: 'HTTP-heavy', module: 'requests' },
  { name: 'empty', module: 'small' },
];

async function main(): Promise<void> {
  const { nodes, rounds, only } = benchArguments(7);
  const workspace = await Workspace.create();
  const server = createServer((request, response) => {
    request.pipe(response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const environment = { BENCH_SERVER: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };

  const rows = [['CPU time, ratio to bare', 'Node.js', 'ms an invocation', ...ARMS.slice(1).map(({ name }) => name)]];
  for (const node of nodes) {
    for (const { name, module } of CASES.filter((one) => only(one.module))) {
      const times: number[][] = [];
      for (let round = 0; round < rounds; round++) {
        times.push(await measureRound(workspace, { node, module, environment }, round));
      }
      const ratios = ARMS.map((_, arm) => medianInterval(times.map((cpu) => cpu[arm] / cpu[0])));
      const invocationMs = median(times.map(([bare]) => bare)) / MEASURED / 1000;
      rows.push([name, node.version, invocationMs.toFixed(1), ...ratios.slice(1).map(formatted)]);
    }
  }
  server.close();
  workspace.close();
  console.log(`${rounds} rounds of ${MEASURED} invocations\n\n${markdownTable(rows)}`);
  if (!datadogModules()) console.log('\nTo compare with @datadog/pprof: npm i --no-save @datadog/pprof');
}

interface Case {
  node: NodeBinary;
  module: string;
  environment: Record<string, string>;
}

/** Microseconds of CPU time for each arm. */
async function measureRound(workspace: Workspace, setup: Case, round: number): Promise<number[]> {
  const environments: ExecutionEnvironment[] = [];
  for (const { profiler, environment } of ARMS) {
    environments.push(
      await workspace.start({ ...setup, profiler, environment: { ...setup.environment, ...environment } }),
    );
  }
  const from: number[] = [];
  const to: number[] = [];
  for (let i = 0; i <= WARM_UP + MEASURED; i++) {
    for (let turn = 0; turn < ARMS.length; turn++) {
      // Who is first changes.
      const arm = (i + turn + round) % ARMS.length;
      const cpu = await cpuSoFar(environments[arm]);
      if (i === WARM_UP) from[arm] = cpu;
      to[arm] = cpu;
    }
  }
  for (const environment of environments) await environment.close();
  return ARMS.map((_, arm) => to[arm] - from[arm]);
}

async function cpuSoFar(environment: ExecutionEnvironment): Promise<number> {
  const { payload, functionError, report } = await environment.invoke({});
  await report;
  if (functionError) throw new Error(`The handler failed: ${payload}`);
  const { user, system } = JSON.parse(payload.toString()) as NodeJS.CpuUsage;
  return user + system;
}

function formatted({ median, low, high }: MedianInterval): string {
  return `${median.toFixed(3)} (${low.toFixed(3)}–${high.toFixed(3)})`;
}

void main();
