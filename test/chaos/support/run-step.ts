import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { controlGroupRoots } from '../../../local/lambda/control-group';
import { type ExecutionEnvironment, startExecutionEnvironment } from '../../../local/lambda/execution-environment';
import type { InvocationResult } from '../../../local/lambda/invocation';
import type { Bucket } from '../../../local/s3/bucket';
import type { DeployedFunction } from '../../../local/types';
import type { Answer, Run, StepResult, StoredObject } from './checks';
import { bareFunction, type ExampleApp, eventsOf } from './example-app';
import type { PlannedInvocation, Step } from './plan';
import type { Preloads } from './preloads';

/** The memory size whose share of a processor the functions get. */
const MEMORY_MB = 256;
/** Seconds. */
const TIMEOUT = 10;

/**
 * Runs the bare and the profiled function side by side: each invocation first bare, then profiled, so that both find the
 * same data.
 */
export async function runStep(step: Step, app: ExampleApp, preloads: Preloads): Promise<StepResult> {
  const deployed = { ...app.function(step.fn), memoryMb: MEMORY_MB, timeoutSeconds: TIMEOUT };
  const around = preloads.environment(step.fullDisk);
  const bareFn = bareFunction(deployed);
  const bare = { ...bareFn, environment: { ...bareFn.environment, ...around } };
  const profiled = {
    ...deployed,
    environment: {
      ...deployed.environment,
      ...around,
      PROFILED_FN_PROFILES: step.profiles,
      PROFILED_FN_SNAPSHOT_INTERVAL_MS: String(step.snapshotIntervalMs),
      PROFILED_FN_COST_LIMIT: String(step.costLimit),
      // Nothing is replaced: the accounts are to be complete.
      PROFILED_FN_WINDOW_SIZE: '100',
    },
  };
  preloads.moveClock(0);
  app.uploads.setFaults({ probability: 0, kinds: [] }, step.seed);
  const stored = new StoredObjects(app, deployed);
  stored.clear();
  const [bareSide, profiledSide] = await Promise.all([Side.start(bare, app), Side.start(profiled, app)]);
  app.uploads.setFaults(step.faults, step.seed);
  const killed = new Set<number>();
  const events = eventsOf(step.fn);
  try {
    for (const [index, planned] of step.invocations.entries()) {
      await sleep(planned.pauseMs);
      preloads.moveClock(planned.clockOffsetMs);
      const event = events[planned.event % events.length];
      await bareSide.invoke(event);
      if (planned.kill) killed.add(index);
      // It may come after the response: then it is the next invocation that finds the process dead.
      if (planned.kill?.when === 'busy') killed.add(index + 1);
      await profiledSide.invoke(event, planned.kill);
    }
    // The last flush finds S3 well: what is uploaded and counted by then are the accounts.
    app.uploads.setFaults({ probability: 0, kinds: [] }, step.seed);
    preloads.moveClock(0);
  } finally {
    await Promise.all([bareSide.close(), profiledSide.close()]);
  }
  const objects = stored.all();
  return { bare: bareSide, profiled: profiledSide, killed, objects, hasRecords: step.profiles.includes('wall') };
}

/** One function's environment in a step, and what came of it. */
class Side implements Run {
  readonly answers: Answer[] = [];
  readonly held: Run['held'] = [];
  peakBytes = 0;
  timeouts = 0;
  readonly #environment: ExecutionEnvironment;

  private constructor(environment: ExecutionEnvironment) {
    this.#environment = environment;
  }

  static async start(fn: DeployedFunction, app: ExampleApp): Promise<Side> {
    return new Side(
      await startExecutionEnvironment(fn, {
        credentials: app.aws.credentialsFor(fn.roleArn),
        endpointUrl: app.uploads.url,
        resources: typeof controlGroupRoots() === 'string' ? 'machine' : 'lambda',
        // Throttled, two environments next to each other: the last flush gets the time that it needs.
        initTimeoutMs: 60_000,
        shutdownGraceMs: 10_000,
      }),
    );
  }

  async invoke(event: unknown, kill?: PlannedInvocation['kill']): Promise<void> {
    if (kill?.when === 'idle') await this.#kill();
    const answered = this.#environment.invoke(event);
    const killing = kill?.when === 'busy' ? sleep(kill.afterMs).then(() => this.#kill()) : undefined;
    const result = await answered;
    await killing;
    const { postResponseMs, timedOut } = await result.report;
    this.answers.push(answerOf(result));
    this.held.push({ heldMs: postResponseMs, leftMs: TIMEOUT * 1000 - result.responseMs });
    if (timedOut) this.timeouts++;
    this.peakBytes = Math.max(this.peakBytes, peakBytesOf(this.#environment.pid));
  }

  close(): Promise<void> {
    return this.#environment.close();
  }

  async #kill(): Promise<void> {
    const { pid } = this.#environment;
    if (pid === undefined) return;
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      return; // It has ended already.
    }
    // Until the environment has noticed.
    while (this.#environment.pid === pid && isAlive(pid)) await sleep(5);
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** What a caller compares: without what differs from one invocation to the next (times, and what is signed with them). */
function answerOf({ payload, error }: InvocationResult): Answer {
  const text = payload
    .toString()
    .replace(/\\?"signature\\?":\\?"[^"\\]*\\?"/g, 'signature')
    .replace(/\d{4}-\d{2}-\d{2}/g, 'date')
    .replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, 'id');
  return { payload: text, ...(error ? { error: error.errorType } : {}) };
}

/** Linux only: elsewhere 0. */
function peakBytesOf(pid: number | undefined): number {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    return 1024 * Number(/^VmHWM:\s+(\d+) kB/m.exec(status)?.[1] ?? 0);
  } catch {
    return 0;
  }
}

/** What a function has uploaded. */
class StoredObjects {
  readonly #bucket: Bucket;
  readonly #prefix: string;

  constructor({ aws }: ExampleApp, { environment }: DeployedFunction) {
    const bucket = aws.s3.buckets.get(environment.PROFILED_FN_BUCKET ?? '');
    if (!bucket) throw new Error(`there is no bucket ${environment.PROFILED_FN_BUCKET}`);
    this.#bucket = bucket;
    this.#prefix = `${environment.PROFILED_FN_PREFIX}/`;
  }

  /** Before a step: what is there then is of the step before. */
  clear(): void {
    for (const key of this.#keys()) this.#bucket.delete(key);
  }

  all(): StoredObject[] {
    return this.#keys().flatMap((key) => {
      const object = this.#bucket.get(key);
      if (!object) return [];
      const metadata = Object.entries(object.headers).flatMap(([name, value]) =>
        name.startsWith('x-amz-meta-') ? [[name.slice('x-amz-meta-'.length), value] as const] : [],
      );
      return { key, body: object.body, metadata: Object.fromEntries(metadata) };
    });
  }

  #keys(): string[] {
    return this.#bucket.keys().filter((key) => key.startsWith(this.#prefix));
  }
}
