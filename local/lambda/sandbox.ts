import { ControlGroup } from './control-group';
import type { Launch } from './launch';
import { type ExitStatus, ProcessGroup } from './process-group';
import type { RuntimeApi } from './runtime-api';
import type { Invocation, RuntimeResponse, RuntimeSession } from './runtime-session';

/** Why a process cannot go on. */
export type Failure =
  | { kind: 'timeout' }
  /** The runtime reported that it could not initialize. */
  | { kind: 'initError'; response: RuntimeResponse }
  /** `errorType` is present where an extension had reported an error. */
  | { kind: 'exit'; status: ExitStatus; errorType?: string };

/**
 * Time that the runtime has between SIGTERM and SIGKILL, as Lambda's documentation says; AWS's emulator leaves it 30 %.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html#runtimes-lifecycle-shutdown
 */
const SHUTDOWN_GRACE_MS = 500;

/** One process of AWS's runtime client, from its start to its end, frozen while it has nothing to do. */
export class Sandbox {
  /** Number of invocations that it was given. */
  invocations = 0;
  readonly #group: ProcessGroup;
  readonly #session: RuntimeSession;
  readonly #limits: SandboxLimits | undefined;

  private constructor(group: ProcessGroup, session: RuntimeSession, limits?: SandboxLimits) {
    this.#group = group;
    this.#session = session;
    this.#limits = limits;
  }

  /**
   * @param memoryMb of the function, if the process is to have no more of memory and processor than Lambda gives it
   * @throws where the process cannot be started, or not be limited
   */
  static async start(
    launch: Launch,
    api: RuntimeApi,
    onLine: (line: string) => void,
    memoryMb?: number,
  ): Promise<Sandbox> {
    const limits = memoryMb === undefined ? undefined : { memoryMb, controlGroup: createControlGroup(memoryMb) };
    const group = await ProcessGroup.spawn({ ...launch, controlGroup: limits?.controlGroup, onLine });
    return new Sandbox(group, api.startSession(group.socket), limits);
  }

  get pid(): number {
    return this.#group.pid;
  }

  /** Time for which it had to wait for its share of a processor; undefined if it has all of it. */
  get throttledMs(): number | undefined {
    return this.#limits?.controlGroup.throttledMs;
  }

  /** Settles when the runtime and all extensions are ready, or have failed. */
  async initialized(expired: Promise<void>): Promise<Failure | undefined> {
    const failure = await this.#unlessItFails(this.#session.initialized, expired);
    if (!failure && this.#limits) this.#limits.controlGroup.setShareOf(this.#limits.memoryMb);
    const response = this.#session.initError;
    return failure && response ? { kind: 'initError', response } : failure || undefined;
  }

  /**
   * Goes on with an invocation.
   *
   * @returns the response when it is there, and the end when all have asked for the next event
   */
  invoke(
    invocation: Invocation,
    expired: Promise<void>,
  ): { response: Promise<RuntimeResponse | Failure>; end: Promise<Failure | undefined> } {
    this.invocations += 1;
    this.#group.signalAll('SIGCONT');
    const { response, idle } = this.#session.invoke(invocation);
    return {
      response: this.#unlessItFails(response, expired),
      end: this.#unlessItFails(idle, expired).then((failure) => failure || undefined),
    };
  }

  freeze(): void {
    this.#group.signalAll('SIGSTOP');
  }

  /** Only with an extension does Lambda let the runtime know, and wait. */
  async shutDown(graceMs = SHUTDOWN_GRACE_MS): Promise<void> {
    if (this.#group.running && this.#session.hasExtensions) {
      this.#group.signalAll('SIGCONT');
      this.#group.signal('SIGTERM');
      const grace = timeLimit(graceMs);
      await Promise.race([this.#group.exited, grace.expired]);
      grace.cancel();
    }
    await this.#group.kill();
  }

  #unlessItFails<T>(event: Promise<T>, expired: Promise<void>): Promise<T | Failure> {
    const exit = this.#group.exited.then((status): Failure => {
      const errorType = this.#session.extensionError;
      return { kind: 'exit', status, ...(errorType ? { errorType } : {}) };
    });
    return Promise.race([event, exit, expired.then((): Failure => ({ kind: 'timeout' }))]);
  }
}

interface SandboxLimits {
  memoryMb: number;
  controlGroup: ControlGroup;
}

/** @throws where it cannot be had */
function createControlGroup(memoryMb: number): ControlGroup {
  const group = ControlGroup.create(memoryMb);
  if (typeof group === 'string')
    throw new Error(`The function cannot run with Lambda's share of a processor. ${group}`);
  return group;
}

/** A time limit, which stays pending for ever once cancelled. It keeps no process alive: what it limits does. */
export function timeLimit(milliseconds: number): { expired: Promise<void>; cancel(): void } {
  let timer: NodeJS.Timeout | undefined;
  const expired = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, milliseconds).unref();
  });
  return { expired, cancel: () => clearTimeout(timer) };
}
