/**
 * Does profiling delay a response? One handler, bare and profiled, invoked in turn in the same run, each in an execution
 * environment of its own with AWS's runtime client:
 *
 * - bare, and bare once more: how far two equal things are apart on this machine
 * - profiled, with a snapshot every second
 * - profiled, with a snapshot after every invocation: if a flush were in a response's way, it would show in each
 *
 * The bucket takes 30 ms to answer.
 *
 * Usage: npm run bench:latency [-- <invocations of each, default 1000>]
 */
import type { ExecutionEnvironment } from '../local/lambda/execution-environment';
import { percentile } from './statistics';
import { type StartOptions, Workspace } from './workspace';

const BUCKET_LATENCY_MS = 30;
const WARM_UP = 20;

async function main(invocations: number): Promise<void> {
  const workspace = await Workspace.create(BUCKET_LATENCY_MS);
  const bare: StartOptions = { module: 'latency', profiler: 'none' };
  const profiled = (snapshotIntervalMs: number): StartOptions => ({
    module: 'latency',
    profiler: 'profiled-fn',
    // Whatever the snapshots cost: there would be fewer otherwise.
    environment: { PROFILED_FN_SNAPSHOT_INTERVAL_MS: String(snapshotIntervalMs), PROFILED_FN_COST_LIMIT: '1' },
  });
  const arms: Arm[] = [];
  for (const [name, options] of [
    ['bare', bare],
    ['bare again', bare],
    ['profiled, a snapshot a second', profiled(1000)],
    ['profiled, a snapshot each time', profiled(1)],
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
  for (const { environment } of arms) await environment.close();
  workspace.close();
  console.log(
    `Node.js ${process.versions.node}, ${invocations} invocations of each, ${workspace.stored.length} snapshots written\n`,
  );
  console.log(table(arms));
}

interface Arm {
  name: string;
  environment: ExecutionEnvironment;
  /** Times to the response, milliseconds. */
  responses: number[];
  /** Times from the response until the environment was idle again, milliseconds. */
  afterwards: number[];
}

function table(arms: Arm[]): string {
  const percentiles = [50, 90, 99];
  const baseline = percentiles.map((p) => percentile(arms[0].responses, p));
  const rows = arms.map(({ name, responses, afterwards }) => [
    name,
    ...percentiles.map((p, i) => {
      const value = percentile(responses, p);
      return `${value.toFixed(2)} ms  ${(value / baseline[i]).toFixed(3)}`;
    }),
    `${percentile(afterwards, 50).toFixed(1)} ms`,
  ]);
  const header = ['time to the response, ratio', ...percentiles.map((p) => `p${p}`), 'then, p50'];
  return [header, ...rows]
    .map(([name, ...cells]) => name.padEnd(32) + cells.map((cell) => cell.padStart(17)).join(''))
    .join('\n');
}

void main(Number(process.argv[2] ?? 1000));
