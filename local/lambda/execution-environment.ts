import { randomBytes, randomUUID } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import type { DeployedFunction } from '../types';
import {
  encodeEvent,
  errorOf,
  exitError,
  type FunctionError,
  type InvocationReport,
  type InvocationResult,
  timeoutError,
  timeoutMessage,
} from './invocation';
import { accountId, functionVersion, type LaunchOptions, type LaunchPlan, planLaunch } from './launch';
import { type RootFolder, rootFolder } from './root-folder';
import { RuntimeApi } from './runtime-api';
import type { Invocation, RuntimeResponse } from './runtime-session';
import { type Failure, Sandbox, timeLimit } from './sandbox';

export interface ExecutionEnvironmentOptions extends LaunchOptions {
  /** Called with every line that the function writes, and with what Lambda itself would log. */
  onOutput?(line: string): void;
  /**
   * How long initialization may take before it is started over inside the first invocation.
   * @default 10000 - as on Lambda
   */
  initTimeoutMs?: number;
  /**
   * How long the process may go on after SIGTERM when the environment is closed.
   * @default 500 - as on Lambda
   */
  shutdownGraceMs?: number;
  /**
   * `lambda`: the process gets the function's memory and no more, and for invocations Lambda's share of a processor. It
   * takes control groups: `controlGroupRoots` says whether there are any.
   * @default machine - all that this machine has
   */
  resources?: 'machine' | 'lambda';
  /**
   * Whether X-Ray samples each invocation, as it does some of those of a function with active tracing.
   * @default false
   */
  traced?: boolean;
}

export interface InvokeOptions {
  /** Reaches the handler as `context.clientContext`. */
  clientContext?: unknown;
  /** Reaches the handler as `context.identity`. */
  cognitoIdentity?: { cognitoIdentityId: string; cognitoIdentityPoolId: string };
}

/** Lambda's limit for initialization. */
const INIT_TIMEOUT_MS = 10_000;
/** How many lines of output an environment keeps. */
const LOG_LINES = 1000;

/**
 * Starts a Lambda execution environment: AWS's own runtime client with the function's code in a child process, which
 * is stopped while nothing runs in it, as Lambda freezes it.
 *
 * Initialization has ended when the promise settles. Where it failed, it is repeated inside the first invocation, which
 * then reports the error, as on Lambda.
 *
 * @throws where the function cannot be started at all: code or layer missing, not for Node.js, or resources that cannot
 * be limited
 */
export async function startExecutionEnvironment(
  fn: DeployedFunction,
  options: ExecutionEnvironmentOptions,
): Promise<ExecutionEnvironment> {
  if (process.platform === 'win32') {
    throw new Error('Windows cannot freeze a process as Lambda does. Run this in the Windows Subsystem for Linux.');
  }
  const { functionName, handler } = fn;
  const metadata = { functionName, functionVersion: functionVersion(fn), handler, accountId: accountId(fn) };
  const environment = new ExecutionEnvironment(fn, options, await RuntimeApi.listen(metadata));
  try {
    await environment.initialize();
  } catch (error) {
    await environment.close();
    throw error;
  }
  return environment;
}

/** See `startExecutionEnvironment`. */
export class ExecutionEnvironment {
  /** The last lines of output, oldest first. */
  readonly log: string[] = [];
  readonly #fn: DeployedFunction;
  readonly #options: ExecutionEnvironmentOptions;
  readonly #api: RuntimeApi;
  #plan?: LaunchPlan;
  #root?: RootFolder;
  #sandbox?: Sandbox;
  /** Of an initialization that no invocation has reported yet. */
  #initDurationMs?: number;
  #invocationLog: string[] = [];
  /** Id of the invocation whose response is awaited. */
  #responding?: string;
  /** The last invocation, its work after the response included. */
  #settled?: Promise<unknown>;
  #closed = false;

  /** @internal */
  constructor(fn: DeployedFunction, options: ExecutionEnvironmentOptions, api: RuntimeApi) {
    this.#fn = fn;
    this.#options = options;
    this.#api = api;
  }

  /** Of the runtime's process; undefined while there is none because it ended or was ended. */
  get pid(): number | undefined {
    return this.#sandbox?.pid;
  }

  /** @internal */
  async initialize(): Promise<void> {
    const started = performance.now();
    const limit = timeLimit(this.#options.initTimeoutMs ?? INIT_TIMEOUT_MS);
    const failure = await this.#startSandbox(limit.expired).finally(limit.cancel);
    if (failure) return;
    this.#sandbox?.freeze();
    this.#initDurationMs = performance.now() - started;
  }

  /**
   * Runs the handler; settles as soon as the runtime has posted a response. Waits for what is still running after the
   * response to the invocation before.
   *
   * @param event - a Buffer is passed on as it is, anything else as JSON
   * @throws where another invocation has not been answered yet (Lambda would use another environment), the environment
   * is closed, or the event is none
   */
  async invoke(event?: unknown, options: InvokeOptions = {}): Promise<InvocationResult> {
    const { functionName } = this.#fn;
    if (this.#responding) {
      throw new Error(
        `${functionName}: this environment is busy with invocation ${this.#responding}. ` +
          'An environment runs one at a time: await it, or invoke through a function pool.',
      );
    }
    const payload = encodeEvent(event);
    const requestId = randomUUID();
    this.#responding = requestId;
    try {
      await this.#settled;
      if (this.#closed) throw new Error(`${functionName}: this environment is closed. Start another one.`);
      const result = await this.#run(requestId, payload, options);
      this.#settled = result.report;
      return result;
    } finally {
      this.#responding = undefined;
    }
  }

  /**
   * Ends the environment as Lambda does: where an extension is registered, SIGTERM and half a second, otherwise SIGKILL.
   * An invocation that is running fails. Nothing is left behind.
   */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#sandbox?.shutDown(this.#options.shutdownGraceMs);
    await this.#api.close();
    this.#root?.remove();
    this.#root = undefined;
  }

  async #run(requestId: string, payload: Buffer, options: InvokeOptions): Promise<InvocationResult> {
    const timeoutMs = this.#fn.timeoutSeconds * 1000;
    const started = performance.now();
    const deadlineMs = Date.now() + timeoutMs;
    const limit = timeLimit(timeoutMs);
    const log: string[] = [];
    this.#invocationLog = log;
    const initDurationMs = this.#initDurationMs;
    this.#initDurationMs = undefined;

    const initFailure = this.#sandbox ? undefined : await this.#startSandbox(limit.expired);
    const coldStart = !this.#sandbox?.invocations;
    const throttledBefore = this.#sandbox?.throttledMs ?? 0;
    const { response, end } = this.#sandbox
      ? this.#sandbox.invoke(this.#invocation(requestId, payload, deadlineMs, options), limit.expired)
      : { response: initFailure, end: initFailure };
    const answer = await response;
    if (this.#closed || !answer) {
      limit.cancel();
      throw new Error(`${this.#fn.functionName}: the environment was closed during invocation ${requestId}.`);
    }
    const responseMs = performance.now() - started;
    const report = Promise.resolve(end).then(async (failure): Promise<InvocationReport> => {
      limit.cancel();
      const durationMs = performance.now() - started;
      const throttledMs = this.#sandbox?.throttledMs;
      const throttled = throttledMs === undefined ? {} : { throttledMs: throttledMs - throttledBefore };
      await this.#finish(requestId, failure);
      const initDuration = initDurationMs === undefined ? {} : { initDurationMs };
      const timedOut = failure?.kind === 'timeout';
      return { durationMs, postResponseMs: durationMs - responseMs, ...initDuration, timedOut, ...throttled, log };
    });
    // After a failure, the next invocation finds a new process from the start.
    if ('kind' in answer) await report;
    return { requestId, coldStart, responseMs, report, ...this.#describe(requestId, answer) };
  }

  /** @throws where the process cannot be started */
  async #startSandbox(expired: Promise<void>): Promise<Failure | undefined> {
    this.#plan ??= planLaunch(this.#fn, this.#options);
    // The next process of this environment finds what the one before left in /tmp, as on Lambda.
    this.#root ??= this.#plan.root && rootFolder(this.#plan.root);
    const launch = this.#plan.launch(this.#api.address, this.#root);
    const memoryMb = this.#options.resources === 'lambda' ? this.#fn.memoryMb : undefined;
    this.#sandbox = await Sandbox.start(launch, this.#api, (line) => this.#write(line), memoryMb);
    const failure = this.#closed ? undefined : await this.#sandbox.initialized(expired);
    if (failure || this.#closed) await this.#endSandbox();
    return failure;
  }

  async #endSandbox(): Promise<void> {
    await this.#sandbox?.shutDown();
    this.#sandbox = undefined;
  }

  /** Freezes the process, or ends what is left of it after a failure. */
  async #finish(requestId: string, failure: Failure | undefined): Promise<void> {
    if (failure?.kind === 'timeout') {
      this.#write(`${new Date().toISOString()} ${requestId} ${timeoutMessage(this.#fn.timeoutSeconds)}`);
    }
    if (failure) await this.#endSandbox();
    else this.#sandbox?.freeze();
    // What the function wrote before it asked for the next event is in the pipes by now: two turns read it.
    await setImmediate();
    await setImmediate();
  }

  #invocation(requestId: string, payload: Buffer, deadlineMs: number, options: InvokeOptions): Invocation {
    const { functionName, region } = this.#fn;
    return {
      requestId,
      payload,
      deadlineMs,
      invokedFunctionArn: `arn:aws:lambda:${region}:${accountId(this.#fn)}:function:${functionName}`,
      traceId: traceId(this.#options.traced),
      clientContext: asciiJson(options.clientContext),
      cognitoIdentity: asciiJson(options.cognitoIdentity),
    };
  }

  #describe(requestId: string, answer: RuntimeResponse | Failure): Described {
    if ('kind' in answer && answer.kind !== 'initError') {
      const error =
        answer.kind === 'timeout'
          ? timeoutError(requestId, this.#fn.timeoutSeconds)
          : exitError(requestId, answer.status, answer.errorType);
      return { payload: Buffer.from(JSON.stringify(error)), functionError: 'Unhandled', error };
    }
    const response = 'kind' in answer ? answer.response : answer;
    const { payload, trailers } = response;
    const error: FunctionError | undefined = errorOf(response);
    return {
      payload,
      ...(trailers ? { trailers } : {}),
      ...(error ? { functionError: 'Unhandled', error } : {}),
    };
  }

  #write(written: string): void {
    // The runtime client writes the line breaks of a message as carriage returns, which CloudWatch turns back.
    const line = written.replaceAll('\r', '\n');
    this.log.push(line);
    if (this.log.length > LOG_LINES) this.log.shift();
    this.#invocationLog.push(line);
    this.#options.onOutput?.(line);
  }
}

type Described = Pick<InvocationResult, 'payload' | 'functionError' | 'error' | 'trailers'>;

/** A header can hold ASCII only. */
function asciiJson(value: unknown): string | undefined {
  const json: string | undefined = JSON.stringify(value);
  return json?.replace(/[\u007f-\uffff]/g, (character) => {
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
}

/** An X-Ray trace that is not sampled. */
function traceId(sampled = false): string {
  const seconds = Math.floor(Date.now() / 1000).toString(16);
  const root = `1-${seconds}-${randomBytes(12).toString('hex')}`;
  return `Root=${root};Parent=${randomBytes(8).toString('hex')};Sampled=${sampled ? 1 : 0}`;
}
