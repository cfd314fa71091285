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
import { type Arm, MEASURED, measureRound, startEchoServer } from './cpu-time';
import { benchArguments } from './node-binaries';
import { type MedianInterval, median, medianInterval } from './statistics';
import { markdownTable } from './table';
import { Workspace } from './workspace';

const WITHOUT = 'wall,heap';
/** What `handlers/requests.cjs` asks in an invocation. */
const REQUESTS = 400;

const arm = (name: string, profiles: string): Arm => ({
  name,
  profiler: 'profiled-fn',
  environment: { PROFILED_FN_PROFILES: profiles },
});

const ARMS: readonly Arm[] = [
  arm('without', WITHOUT),
  arm('without, again', WITHOUT),
  ...['wait', 'loop', 'async', 'gc', 'custom'].map((type) => arm(type, `${WITHOUT},${type}`)),
  arm('all', `${WITHOUT},wait,loop,async,thread,gc,custom`),
];

const CASES = [
  { name: 'CPU-bound', module: 'orders' },
  { name: 'await-heavy', module: 'awaits' },
  { name: 'HTTP-heavy', module: 'requests' },
];

async function main(): Promise<void> {
  const { nodes, rounds, only } = benchArguments(7);
  const workspace = await Workspace.create();
  const server = await startEchoServer();

  for (const node of nodes) {
    const table = [['', ...ARMS.map(({ name }) => name)]];
    for (const { name, module } of CASES.filter((one) => only(one.module))) {
      const results: number[][] = [];
      for (let round = 0; round < rounds; round++) {
        const times = await measureRound(workspace, { node, module, environment: server.environment }, ARMS, round);
        results.push(times.map(({ insideMs }) => insideMs));
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

function formatted({ median, low, high }: MedianInterval, digits: number): string {
  return `${median.toFixed(digits)} (${low.toFixed(digits)}–${high.toFixed(digits)})`;
}

void main();
