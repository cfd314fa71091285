/**
 * CPU time that profiling adds: handlers that compute, await, call HTTP and do nothing, each bare, bare once more (how
 * far two equal things are apart on this machine), profiled as it comes, with one of the two profiles only, with none, and
 * with @datadog/pprof at the same rates.
 *
 * A round starts each arm in a process of its own and invokes them in turn, so that all see the same neighbours. Two
 * things are told of each arm, as medians over the rounds with their 95 % intervals:
 *
 * - the CPU time of the process, all threads, while the handler runs, over that of the bare arm in the same round
 * - the CPU time that an invocation takes outside of the handler, less that of the bare arm, milliseconds. Nobody waits
 *   for it: it comes after the response. Snapshots are not in it (`npm run bench:memory` has what one costs).
 *
 * An instance's second snapshot shows how it is best sampled, and changes that for good. That is a full start of V8's
 * profiler, which drops optimized code: here it comes after two seconds, at the beginning of the warm-up, instead of a
 * minute.
 *
 * A round of a case takes half a minute: seven arms, each 63 times. With `--memory`, each process has that memory and
 * Lambda's share of a processor for it (control groups, so on Linux as root), and takes as much longer.
 *
 * Usage: npm run bench:overhead [-- --node <path> … --memory <MB>,… --rounds <n> --only orders|awaits|requests|empty]
 */

import { Variable } from '../lib/contract/environment';
import { DEFAULT_PROFILES } from '../lib/contract/profile-types';
import { benchArgumentsWithSizes, type FunctionSize, profilesOfEach } from './arguments';
import { type Arm, type CpuTime, MEASURED, measureRound, startEchoServer } from './cpu-time';
import { type MedianInterval, median, medianInterval } from './statistics';
import { markdownTable } from './table';
import { Workspace } from './workspace';

/** Until the second snapshot has left, two seconds after the first, and code is optimized again. */
const WARM_UP = 48;

const SECOND_SNAPSHOT_SOON = { [Variable.SNAPSHOT_INTERVAL]: '2000', [Variable.COST_LIMIT]: '1' };

function armsOf(size: FunctionSize): Arm[] {
  const profiled = (name: string, profiles: string): Arm => ({
    name,
    profiler: 'profiled-fn',
    environment: { ...SECOND_SNAPSHOT_SOON, [Variable.PROFILES]: profilesOfEach(profiles, size) },
  });
  return [
    { name: 'bare', profiler: 'none' },
    { name: 'bare again', profiler: 'none' },
    profiled('profiled-fn', DEFAULT_PROFILES),
    profiled('wall only', 'wall'),
    profiled('heap only', 'heap'),
    profiled('without samplers', 'custom'),
    { name: '@datadog/pprof', profiler: 'datadog' },
  ];
}

const CASES = [
  { name: 'CPU-bound', module: 'orders' },
  { name: 'await-heavy', module: 'awaits' },
  { name: 'HTTP-heavy', module: 'requests' },
  { name: 'empty', module: 'empty' },
];

async function main(): Promise<void> {
  const { nodes, rounds, only, sizes } = benchArgumentsWithSizes(7);
  const workspace = await Workspace.create();
  const server = await startEchoServer();

  for (const node of nodes) {
    for (const size of sizes) {
      const arms = armsOf(size);
      const names = arms.slice(1).map(({ name }) => name);
      const inside = [['in the handler, ratio', 'bare', ...names]];
      const outside = [['after the response, added', 'bare', ...names]];
      for (const { name, module } of CASES.filter((one) => only(one.module))) {
        const results: CpuTime[][] = [];
        for (let round = 0; round < rounds; round++) {
          const setup = { ...size, node, module, environment: server.environment, warmUp: WARM_UP };
          results.push(await measureRound(workspace, setup, arms, round));
          console.error(`${size.name}, ${name}: round ${round + 1} of ${rounds}`);
        }
        const bare = (key: keyof CpuTime) => `${median(results.map(([first]) => first[key])).toFixed(1)} ms`;
        const compared = (to: (arm: CpuTime, bare: CpuTime) => number) =>
          names.map((_, i) => formatted(medianInterval(results.map((round) => to(round[i + 1], round[0])))));
        if (module !== 'empty')
          inside.push([name, bare('insideMs'), ...compared((arm, base) => arm.insideMs / base.insideMs)]);
        outside.push([name, bare('outsideMs'), ...compared((arm, base) => arm.outsideMs - base.outsideMs)]);
      }
      console.log(`Node.js ${node.version}, ${size.name}, ${rounds} rounds of ${MEASURED} invocations of each\n`);
      for (const table of [inside, outside]) if (table.length > 1) console.log(`${markdownTable(table)}\n`);
    }
  }
  server.close();
  workspace.close();
}

function formatted({ median, low, high }: MedianInterval): string {
  return `${median.toFixed(3)} (${low.toFixed(3)}–${high.toFixed(3)})`;
}

void main();
