/**
 * CPU time that each profile type adds to `wall` and `heap`: handlers that compute, await and call HTTP, with each type
 * switched on by itself, and with all of them.
 *
 * A round starts each arm in a process of its own and invokes them in turn, so that all see the same neighbours. Told
 * is the CPU time of the process while the handler runs, over that of the arm without (medians over the rounds, 95 %
 * intervals); *without, again* is how far two equal things are apart. Of the HTTP-heavy handler, what a request costs more.
 *
 * Usage: npm run bench:waits [-- --node <path> … --rounds <n> --only orders|awaits|requests]
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ExecutionEnvironment } from '../local/lambda/execution-environment';
import { benchArguments, type NodeBinary } from './node-binaries';
import { type MedianInterval, median, medianInterval } from './statistics';
import { markdownTable } from './table';
import { Workspace } from './workspace';

const WARM_UP = 6;
const MEASURED = 15;
const WITHOUT = 'wall,heap';
/** What `handlers/requests.cjs` asks in an invocation. */
const REQUESTS = 400;

const ARMS: readonly { name: string; profiles: string }[] = [
  { name: 'without', profiles: WITHOUT },
  { name: 'without, again', profiles: WITHOUT },
  ...['wait', 'loop', 'async', 'gc', 'custom'].map((type) => ({ name: type, profiles: `${WITHOUT},${type}` })),
  { name: 'all', profiles: `${WITHOUT},wait,loop,async,thread,gc,custom` },
];

const CASES = [
  { name: 'CPU-bound', module: 'orders' },
  { name: 'await-heavy', module: 'awaits' },
  { name: 'HTTP-heavy', module: 'requests' },
];

async function main(): Promise<void> {
  const { nodes, rounds, only } = benchArguments(7);
  const workspace = await Workspace.create();
  const server = createServer((request, response) => {
    request.pipe(response);
  });
  // An arm may wait for its turn for longer than the server keeps a connection.
  server.keepAliveTimeout = 0;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const environment = { BENCH_SERVER: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };

  for (const node of nodes) {
    const table = [['', ...ARMS.map(({ name }) => name)]];
    for (const { name, module } of CASES.filter((one) => only(one.module))) {
      const results: number[][] = [];
      for (let round = 0; round < rounds; round++) {
        results.push(await measureRound(workspace, { node, module, environment }, round));
      }
      const compared = (of: (arm: number, without: number) => number, digits: number) =>
        ARMS.slice(1).map((_, i) => formatted(medianInterval(results.map((arms) => of(arms[i + 1], arms[0]))), digits));
      const without = `${median(results.map(([first]) => first)).toFixed(1)} ms`;
      table.push([name, without, ...compared((arm, base) => arm / base, 3)]);
      if (module === 'requests') {
        table.push(['µs a request', '', ...compared((arm, base) => ((arm - base) * 1000) / REQUESTS, 1)]);
      }
    }
    console.log(`Node.js ${node.version}, ${rounds} rounds of ${MEASURED} invocations of each\n`);
    console.log(`${markdownTable(table)}\n`);
  }
  server.close();
  workspace.close();
}

interface Case {
  node: NodeBinary;
  module: string;
  environment: Record<string, string>;
}

/** For each arm the median CPU time of an invocation, milliseconds. */
async function measureRound(workspace: Workspace, setup: Case, round: number): Promise<number[]> {
  const environments: ExecutionEnvironment[] = [];
  for (const { profiles } of ARMS) {
    const environment = { ...setup.environment, PROFILED_FN_PROFILES: profiles };
    environments.push(await workspace.start({ ...setup, profiler: 'profiled-fn', environment }));
  }
  const times: number[][] = ARMS.map(() => []);
  for (let i = 0; i < WARM_UP + MEASURED; i++) {
    for (let turn = 0; turn < ARMS.length; turn++) {
      // Who is first changes, and so does who comes after whom.
      const place = (turn + i + round) % ARMS.length;
      const arm = i % 2 === 0 ? place : ARMS.length - 1 - place;
      const ms = await cpuTime(environments[arm]);
      if (i >= WARM_UP) times[arm].push(ms);
    }
  }
  for (const environment of environments) await environment.close();
  return times.map(median);
}

/** Of the process while the handler works, milliseconds. */
async function cpuTime(environment: ExecutionEnvironment): Promise<number> {
  const { payload, functionError, report } = await environment.invoke({});
  await report;
  if (functionError) throw new Error(`The handler failed: ${payload}`);
  const { before, after } = JSON.parse(payload.toString()) as { before: number; after: number };
  return (after - before) / 1000;
}

function formatted({ median, low, high }: MedianInterval, digits: number): string {
  return `${median.toFixed(digits)} (${low.toFixed(digits)}–${high.toFixed(digits)})`;
}

void main();
