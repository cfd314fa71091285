import type { ExitStatus } from './process-group';
import type { RuntimeResponse } from './runtime-session';

/** What the caller of a function gets, as soon as the runtime has posted it. */
export interface InvocationResult {
  requestId: string;
  /** The response's body, or the error's JSON. */
  payload: Buffer;
  /** Present where the function failed: what the Invoke API says in `X-Amz-Function-Error`. */
  functionError?: 'Unhandled';
  /** Present with `functionError`. */
  error?: FunctionError;
  /** Present for a streamed response: its HTTP trailers, with names in lower case; empty for one that ended well. */
  trailers?: Record<string, string>;
  /** The first invocation of a process. */
  coldStart: boolean;
  /** Time from the invocation to its response, initialization inside the invocation included. */
  responseMs: number;
  /** How the invocation went on after the response, when the environment is idle again. Never rejects. */
  report: Promise<InvocationReport>;
}

export interface FunctionError {
  /** For example `TypeError`, `Sandbox.Timedout`, `Runtime.ExitError`. */
  errorType: string;
  errorMessage: string;
  /** The stack's lines, where the runtime knew them. */
  trace?: string[];
}

/** What Lambda’s REPORT line has about an invocation. */
export interface InvocationReport {
  /** Time from the invocation to the moment when the runtime and all extensions had asked for the next one. */
  durationMs: number;
  /** The part of `durationMs` after the response: PostRuntimeExtensionsDuration, and the runtime's own. */
  postResponseMs: number;
  /** Present for the first invocation after an initialization that preceded it. */
  initDurationMs?: number;
  /** The function's timeout had passed; also true where that was after the response. */
  timedOut: boolean;
  /** Part of `durationMs` in which the process waited for its share of a processor; absent if it has all of it. */
  throttledMs?: number;
  /** Lines that the function wrote in the meantime. */
  log: string[];
}

/** Lambda's limit for the payload of a synchronous invocation, in bytes. */
const MAX_EVENT_BYTES = 6 * 1024 * 1024;

/**
 * The event as the Invoke API would pass it on: a Buffer as it is, anything else as JSON, nothing as `{}`.
 *
 * @throws where it cannot be JSON, or is larger than Lambda takes
 */
export function encodeEvent(event: unknown): Buffer {
  const payload = Buffer.isBuffer(event) ? event : Buffer.from(toJson(event));
  if (payload.length > MAX_EVENT_BYTES) {
    throw new Error(
      `The event has ${payload.length} bytes, and Lambda takes ${MAX_EVENT_BYTES}. Pass a reference to the data instead.`,
    );
  }
  return payload;
}

function toJson(event: unknown): string {
  if (event === undefined) return '{}';
  const json: string | undefined = JSON.stringify(event);
  if (json === undefined) throw new Error(`A ${typeof event} cannot be an event. Pass a JSON value, or a Buffer.`);
  return json;
}

/** The function's error that a response carries, or undefined. */
export function errorOf(response: RuntimeResponse): FunctionError | undefined {
  if (response.errorType === undefined) return undefined;
  const body = response.trailers
    ? Buffer.from(response.trailers['lambda-runtime-function-error-body'] ?? '', 'base64')
    : response.payload;
  return parseError(body) ?? { errorType: response.errorType, errorMessage: '' };
}

function parseError(body: Buffer): FunctionError | undefined {
  try {
    const { errorType, errorMessage, trace } = JSON.parse(body.toString());
    if (typeof errorType !== 'string') return undefined;
    const message = typeof errorMessage === 'string' ? errorMessage : '';
    return { errorType, errorMessage: message, ...(Array.isArray(trace) ? { trace } : {}) };
  } catch {
    return undefined;
  }
}

export function timeoutError(requestId: string, timeoutSeconds: number): FunctionError {
  return {
    errorType: 'Sandbox.Timedout',
    errorMessage: `RequestId: ${requestId} Error: ${timeoutMessage(timeoutSeconds)}`,
  };
}

export function timeoutMessage(timeoutSeconds: number): string {
  return `Task timed out after ${timeoutSeconds.toFixed(2)} seconds`;
}

/**
 * What Lambda says where the runtime's process ended by itself.
 *
 * @param errorType - the error that an extension reported, where one did
 */
export function exitError(requestId: string, status: ExitStatus, errorType = 'Runtime.ExitError'): FunctionError {
  return { errorType, errorMessage: `RequestId: ${requestId} Error: ${describeExit(status)}` };
}

function describeExit({ code, signal }: ExitStatus): string {
  if (signal) return `Runtime exited with error: signal: ${SIGNAL_NAMES[signal] ?? signal}`;
  if (code === 0) return 'Runtime exited without providing a reason';
  return `Runtime exited with error: exit status ${code}`;
}

/** As Go names them, in which Lambda's side is written. */
const SIGNAL_NAMES: Partial<Record<NodeJS.Signals, string>> = {
  SIGABRT: 'aborted',
  SIGBUS: 'bus error',
  SIGFPE: 'floating point exception',
  SIGHUP: 'hangup',
  SIGILL: 'illegal instruction',
  SIGINT: 'interrupt',
  SIGKILL: 'killed',
  SIGPIPE: 'broken pipe',
  SIGSEGV: 'segmentation fault',
  SIGTERM: 'terminated',
  SIGTRAP: 'trace/breakpoint trap',
};
