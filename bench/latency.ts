/**
 * Does profiling delay a response? A handler that works for a millisecond and waits for 5, bare and profiled, invoked in
 * turn in the same run, each in an execution environment of its own with AWS's runtime client:
 *
 * - bare, and bare once more: how far two equal things are apart on this machine
 * - the wrapper and the extension alone, without V8's samplers
 * - profiled, with a snapshot every minute, that is none but the first while this runs: what sampling itself does
 * - profiled, with a snapshot every second
 * - profiled, with a snapshot after every invocation: if a flush were in a response's way, it would show in each
 *
 * What it waits for is a server's answer, or a timer of its own: V8's signals end the wait for the next event, and
 * Node.js then waits for the rest of a timer in whole milliseconds. An environment gets its next event when runtime and
 * extension have asked for it, as on Lambda. The bucket takes 30 ms to answer.
 *
 * Ratios are relative to *bare*. With `--memory`, each environment has that memory and Lambda's share of a processor for
 * it (control groups, so on Linux as root).
 *
 * Usage: npm run bench:latency [-- --node <path> … --memory <MB>,… --rounds <invocations of each, default 1000>
 *   --only server|timer]
 */

import { Variable } from '../lib/contract/environment';
import { DEFAULT_PROFILES } from '../lib/contract/profile-types';
import type { ExecutionEnvironment } from '../local/lambda/execution-environment';
import { benchArgumentsWithSizes, type FunctionSize, profilesOfEach } from './arguments';
import { startEchoServer } from './cpu-time';
import type { NodeBinary } from './node-binaries';
import { percentile } from './statistics';
import { markdownTable } from './table';
import { type StartOptions, Workspace } from './workspace';

const BUCKET_LATENCY_MS = 30;
const WAIT_MS = 5;
const WARM_UP = 20;
const PERCENTILES = [50, 90, 99];

const CASES = [
  { name: 'a server', key: 'server' },
  { name: 'a timer', key: 'timer' },
];

interface Arm {
  name: string;
  environment: ExecutionEnvironment;
  /** Times to the response, milliseconds. */
  responses: number[];
  /** Times from the response until the environment was idle again, milliseconds. */
  afterwards: number[];
}

async function main(): Promise<void> {
  const { nodes, rounds, only, sizes } = benchArgumentsWithSizes(1000);
  const server = await startEchoServer(WAIT_MS);
  for (const node of nodes) {
    const header = ['memory', 'waits for', '', ...PERCENTILES.flatMap((p) => [`p${p}`, 'ratio']), 'mean', 'then, p50'];
    const rows = [header];
    for (const size of sizes) {
      for (const { name, key } of CASES.filter((one) => only(one.key))) {
        const arms = await measure(node, size, rounds, key === 'server' ? server.environment : {});
        rows.push(...arms.map((arm, i) => [...(i === 0 ? [size.name, name] : ['', '']), ...row(arm, arms[0])]));
      }
    }
    console.log(`Node.js ${node.version}, ${rounds} invocations of each; milliseconds\n\n${markdownTable(rows)}\n`);
  }
  server.close();
}

async function measure(
  node: NodeBinary,
  size: FunctionSize,
  invocations: number,
  environment: Record<string, string>,
): Promise<Arm[]> {
  const workspace = await Workspace.create(BUCKET_LATENCY_MS);
  const bare: StartOptions = { node, ...size, module: 'latency', profiler: 'none', environment };
  const profiled = (snapshotIntervalMs: number, profiles = DEFAULT_PROFILES): StartOptions => ({
    ...bare,
    profiler: 'profiled-fn',
    // Whatever the snapshots cost: there would be fewer otherwise.
    environment: {
      ...environment,
      [Variable.PROFILES]: profilesOfEach(profiles, size),
      [Variable.SNAPSHOT_INTERVAL]: String(snapshotIntervalMs),
      [Variable.COST_LIMIT]: '1',
    },
  });
  const arms: Arm[] = [];
  for (const [name, options] of [
    ['bare', bare],
    ['bare again', bare],
    ['without samplers', profiled(60_000, 'custom')],
    ['a snapshot a minute', profiled(60_000)],
    ['a snapshot a second', profiled(1_000)],
    ['a snapshot each time', profiled(1)],
  ] as const) {
    arms.push({ name, environment: await workspace.start(options), responses: [], afterwards: [] });
  }
  for (let i = 0; i < invocations + WARM_UP; i++) {
    // Who is first changes: what one leaves in the caches helps another each time.
    for (let turn = 0; turn < arms.length; turn++) {
      const arm = arms[(i + turn) % arms.length];
      const { responseMs, report } = await arm.environment.invoke({});
      const { postResponseMs } = await report;
      if (i < WARM_UP) continue;
      arm.responses.push(responseMs);
      arm.afterwards.push(postResponseMs);
    }
  }
  for (const arm of arms) await arm.environment.close();
  workspace.close();
  return arms;
}

function row({ name, responses, afterwards }: Arm, bare: Arm): string[] {
  const mean = responses.reduce((sum, value) => sum + value, 0) / responses.length;
  const compared = PERCENTILES.flatMap((p) => {
    const value = percentile(responses, p);
    return [value.toFixed(2), (value / percentile(bare.responses, p)).toFixed(3)];
  });
  return [name, ...compared, mean.toFixed(2), percentile(afterwards, 50).toFixed(1)];
}

void main();
