/**
 * CPU time that profiling adds: handlers that compute, await, call HTTP and do nothing, each bare, bare once more (how
 * far two equal things are apart on this machine), profiled as it comes, with one of the two profiles only, and with
 * @datadog/pprof at the same rates.
 *
 * A round starts each arm in a process of its own and invokes them in turn, so that all see the same neighbours. Two
 * things are told of each arm, as medians over the rounds with their 95 % intervals:
 *
 * - the CPU time of the process, all threads, while the handler runs, over that of the bare arm in the same round
 * - the CPU time that an invocation takes outside of the handler, less that of the bare arm, milliseconds. Nobody waits
 *   for it: it comes after the response. Snapshots are not in it (`npm run bench:memory` has what one costs).
 *
 * Usage: npm run bench:overhead [-- --node <path> … --rounds <n> --only orders|awaits|requests|empty]
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ExecutionEnvironment } from '../local/lambda/execution-environment';
import { benchArguments, type NodeBinary } from './node-binaries';
import { type MedianInterval, median, medianInterval } from './statistics';
import { markdownTable } from './table';
import { type Profiler, Workspace } from './workspace';

const WARM_UP = 12;
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
  { name: 'heap only', profiler: 'profiled-fn', environment: { PROFILED_FN_PROFILES: 'heap' } },
  { name: '@datadog/pprof', profiler: 'datadog' },
];

const CASES = [
  { name: 'CPU-bound', module: 'orders' },
  { name: 'await-heavy', module: 'awaits' },
  { name: 'HTTP-heavy', module: 'requests' },
  { name: 'empty', module: 'empty' },
];

async function main(): Promise<void> {
  const { nodes, rounds, only } = benchArguments(7);
  const workspace = await Workspace.create();
  const server = createServer((request, response) => {
    request.pipe(response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const environment = { BENCH_SERVER: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };

  for (const node of nodes) {
    const inside = [['in the handler, ratio', 'bare', ...ARMS.slice(1).map(({ name }) => name)]];
    const outside = [['after the response, added', 'bare', ...ARMS.slice(1).map(({ name }) => name)]];
    for (const { name, module } of CASES.filter((one) => only(one.module))) {
      const results: CpuTime[][] = [];
      for (let round = 0; round < rounds; round++) {
        results.push(await measureRound(workspace, { node, module, environment }, round));
      }
      const bare = (key: keyof CpuTime) => `${median(results.map(([first]) => first[key])).toFixed(1)} ms`;
      const compared = (to: (arm: CpuTime, bare: CpuTime) => number) =>
        ARMS.slice(1).map((_, i) => formatted(medianInterval(results.map((arms) => to(arms[i + 1], arms[0])))));
      if (module !== 'empty')
        inside.push([name, bare('insideMs'), ...compared((arm, base) => arm.insideMs / base.insideMs)]);
      outside.push([name, bare('outsideMs'), ...compared((arm, base) => arm.outsideMs - base.outsideMs)]);
    }
    console.log(`Node.js ${node.version}, ${rounds} rounds of ${MEASURED} invocations of each\n`);
    console.log(`${markdownTable(inside)}\n\n${markdownTable(outside)}\n`);
  }
  server.close();
  workspace.close();
}

interface Case {
  node: NodeBinary;
  module: string;
  environment: Record<string, string>;
}

/** Of an invocation: medians over a round. */
interface CpuTime {
  insideMs: number;
  outsideMs: number;
}

/** For each arm. */
async function measureRound(workspace: Workspace, setup: Case, round: number): Promise<CpuTime[]> {
  const environments: ExecutionEnvironment[] = [];
  for (const { profiler, environment } of ARMS) {
    environments.push(
      await workspace.start({ ...setup, profiler, environment: { ...setup.environment, ...environment } }),
    );
  }
  const measurements: Measurement[][] = ARMS.map(() => []);
  for (let i = 0; i < WARM_UP + MEASURED; i++) {
    for (let turn = 0; turn < ARMS.length; turn++) {
      // Who is first changes, and so does who comes after whom.
      const place = (turn + i + round) % ARMS.length;
      const arm = i % 2 === 0 ? place : ARMS.length - 1 - place;
      measurements[arm].push(await measure(environments[arm]));
    }
  }
  for (const environment of environments) await environment.close();
  return measurements.map((all) => {
    const measured = all.slice(WARM_UP);
    const pauses = measured.map(({ before }, i) => before - all[WARM_UP + i - 1].after);
    return {
      insideMs: median(measured.map(({ before, after }) => after - before)) / 1000,
      outsideMs: median(pauses) / 1000,
    };
  });
}

/** The process's CPU time before and after the handler's work, microseconds. */
interface Measurement {
  before: number;
  after: number;
}

async function measure(environment: ExecutionEnvironment): Promise<Measurement> {
  const { payload, functionError, report } = await environment.invoke({});
  await report;
  if (functionError) throw new Error(`The handler failed: ${payload}`);
  return JSON.parse(payload.toString()) as Measurement;
}

function formatted({ median, low, high }: MedianInterval): string {
  return `${median.toFixed(3)} (${low.toFixed(3)}–${high.toFixed(3)})`;
}

void main();
