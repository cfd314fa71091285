/**
 * CPU time that each profile type adds to `wall` and `heap`: handlers that compute, await and call HTTP, with each type
 * switched on by itself, and with all of them.
 *
 * A round starts each arm in a process of its own and invokes them in turn, so that all see the same neighbours. Told
 * is the CPU time of the process while the handler runs, over that of the arm without (medians over the rounds, 95 %
 * intervals); *without, again* is how far two equal things are apart. Of the handlers that call HTTP, what a request
 * costs more: where answers come at once, and where they take 10 ms, as those of a service nearby do, four at a time and
 * one. (What a request costs without is the time without over the number of requests: 400, 40, 20.)
 *
 * The profile `worker` is measured with handlers of its own: a worker thread that computes in each invocation, one that
 * lives on and one that each invocation starts. Told is the CPU time of all threads.
 *
 * Usage: npm run bench:waits [-- --node <path> … --rounds <n> --only orders|awaits|requests|slow-requests|single-requests|worker-pool|worker-start]
 */

import { Variable } from '../lib/contract/environment';
import { benchArguments } from './arguments';
import { type Arm, MEASURED, measureRound, startEchoServer } from './cpu-time';
import { type MedianInterval, median, medianInterval } from './statistics';
import { markdownTable } from './table';
import { Workspace } from './workspace';

/** No snapshot but the first is due in it. */
const WARM_UP = 12;

const WITHOUT = 'wall,heap';
/** What is asked in an invocation. */
const REQUESTS: Readonly<Record<string, number>> = { requests: 400, 'slow-requests': 40, 'single-requests': 20 };

const arm = (name: string, profiles: string): Arm => ({
  name,
  profiler: 'profiled-fn',
  environment: { [Variable.PROFILES]: profiles },
});

const ARMS: readonly Arm[] = [
  arm('without', WITHOUT),
  arm('without, again', WITHOUT),
  ...['wait', 'loop', 'async', 'thread', 'gc', 'custom'].map((type) => arm(type, `${WITHOUT},${type}`)),
  arm('all', `${WITHOUT},wait,loop,async,thread,gc,custom`),
];

/** For handlers with worker threads. */
const WORKER_ARMS: readonly Arm[] = [...ARMS.slice(0, 2), arm('worker', `${WITHOUT},worker`)];

const CASES: readonly { name: string; module: string; latencyMs: number; arms?: readonly Arm[] }[] = [
  { name: 'CPU-bound', module: 'orders', latencyMs: 0 },
  { name: 'await-heavy', module: 'awaits', latencyMs: 0 },
  { name: 'HTTP-heavy', module: 'requests', latencyMs: 0 },
  { name: 'HTTP, 10 ms', module: 'slow-requests', latencyMs: 10 },
  { name: 'HTTP, 10 ms, one at a time', module: 'single-requests', latencyMs: 10 },
  { name: 'a worker that lives on', module: 'worker-pool', latencyMs: 0, arms: WORKER_ARMS },
  { name: 'a worker for each invocation', module: 'worker-start', latencyMs: 0, arms: WORKER_ARMS },
];

async function main(): Promise<void> {
  const { nodes, rounds, only } = benchArguments(7);
  const workspace = await Workspace.create();

  for (const node of nodes) {
    console.log(`Node.js ${node.version}, ${rounds} rounds of ${MEASURED} invocations of each\n`);
    for (const { name, module, latencyMs, arms = ARMS } of CASES.filter((one) => only(one.module))) {
      const server = await startEchoServer(latencyMs);
      const results: number[][] = [];
      for (let round = 0; round < rounds; round++) {
        const setup = { node, module, environment: server.environment, warmUp: WARM_UP };
        const times = await measureRound(workspace, setup, arms, round);
        results.push(times.map(({ insideMs }) => insideMs));
      }
      server.close();
      const compared = (of: (arm: number, without: number) => number, digits: number) =>
        arms
          .slice(1)
          .map((_, i) => formatted(medianInterval(results.map((times) => of(times[i + 1], times[0]))), digits));
      const without = `${median(results.map(([first]) => first)).toFixed(1)} ms`;
      const table = [
        ['', ...arms.map(({ name }) => name)],
        [name, without, ...compared((arm, base) => arm / base, 3)],
      ];
      const requests = REQUESTS[module];
      if (requests) table.push(['µs a request', '', ...compared((arm, base) => ((arm - base) * 1000) / requests, 1)]);
      console.log(`${markdownTable(table)}\n`);
    }
  }
  workspace.close();
}

function formatted({ median, low, high }: MedianInterval, digits: number): string {
  return `${median.toFixed(digits)} (${low.toFixed(digits)} to ${high.toFixed(digits)})`;
}

void main();
