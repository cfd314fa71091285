import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ExecutionEnvironment } from '../local/lambda/execution-environment';
import type { NodeBinary } from './node-binaries';
import { median } from './statistics';
import type { Profiler, StartOptions, Workspace } from './workspace';

/** Invocations of each arm in a round that count. */
export const MEASURED = 15;

/** One of the things that are compared. */
export interface Arm {
  name: string;
  profiler: Profiler;
  environment?: Record<string, string>;
}

/** What all arms have in common. */
export interface Setup extends Pick<StartOptions, 'memoryMb' | 'resources'> {
  node: NodeBinary;
  /** A module of `handlers/`. */
  module: string;
  environment: Record<string, string>;
  /** Invocations of each arm in a round that do not count. */
  warmUp: number;
}

/** Of an invocation: medians over a round, milliseconds. */
export interface CpuTime {
  /** Of the process, all threads, while the handler runs. */
  insideMs: number;
  /** From one invocation's end to the next one's start. */
  outsideMs: number;
}

/** Starts each arm in a process of its own, and invokes them in turn, so that all see the same neighbours. */
export async function measureRound(
  workspace: Workspace,
  setup: Setup,
  arms: readonly Arm[],
  round: number,
): Promise<CpuTime[]> {
  const environments: ExecutionEnvironment[] = [];
  for (const { profiler, environment } of arms) {
    environments.push(
      await workspace.start({ ...setup, profiler, environment: { ...setup.environment, ...environment } }),
    );
  }
  const measurements: Measurement[][] = arms.map(() => []);
  for (let i = 0; i < setup.warmUp + MEASURED; i++) {
    for (let turn = 0; turn < arms.length; turn++) {
      // Who is first changes, and so does who comes after whom.
      const place = (turn + i + round) % arms.length;
      const arm = i % 2 === 0 ? place : arms.length - 1 - place;
      measurements[arm].push(await measure(environments[arm]));
    }
  }
  for (const environment of environments) await environment.close();
  return measurements.map((all) => {
    const measured = all.slice(setup.warmUp);
    const pauses = measured.map(({ before }, i) => before - all[setup.warmUp + i - 1].after);
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

/**
 * What handlers send their requests to: it answers with what it is sent.
 *
 * @param latencyMs until it begins to answer
 */
export async function startEchoServer(latencyMs = 0): Promise<{ environment: Record<string, string>; close(): void }> {
  const server = createServer((request, response) => {
    if (latencyMs === 0) request.pipe(response);
    else setTimeout(() => request.pipe(response), latencyMs);
  });
  // An arm may wait for its turn for longer than the server would keep a connection.
  server.keepAliveTimeout = 0;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    environment: { BENCH_SERVER: `http://127.0.0.1:${(server.address() as AddressInfo).port}` },
    close: () => server.close(),
  };
}
