import { subscribe } from 'node:diagnostics_channel';
import type { ClientRequest, IncomingMessage } from 'node:http';
import { isProxy } from 'node:util/types';
import { nowEpochMs } from '../clock';
import type { Invocations } from '../invocations/invocations';
import { NativePromise, nativeThen } from '../native-promise';
import { moduleCache } from '../require';
import { asThrownWithout, replaceMethod } from '../waits/transparent';
import type { Handler } from './user-handler';

/** The part of AWS's runtime client that takes events from Lambda and gives it responses. */
const NATIVE_PART = /[\\/]rapid-client\.node$/;

const INVOCATION = /^\/2018-06-01\/runtime\/invocation\/(?:next|([^/]+)\/(response|error))$/;
const REQUEST_ID = 'lambda-runtime-aws-request-id';
const TRACE_ID = 'lambda-runtime-trace-id';
const DEADLINE_MS = 'lambda-runtime-deadline-ms';

const STREAMING = Symbol.for('aws.lambda.runtime.handler.streaming');

type Headers = Readonly<Record<string, unknown>>;

/**
 * Learns from the runtime client when invocations begin and end, and how. The user's handler stays as it is: it is not
 * wrapped, and what it returns or throws is not looked at. What counts as the end is what Lambda gets.
 *
 * The runtime client has a native part, which it asks for events and gives responses to. Streams are sent by node:http,
 * and so is everything where the client has no native part.
 *
 * When the client asks for the next event, the response has left, and everyone who has wrapped the handler is done.
 *
 * @param handler the user's: it is looked at only whether it streams its responses
 */
export function observeRuntimeClient(
  invocations: Invocations,
  env: Record<string, string | undefined>,
  handler: Handler,
): void {
  const native = nativePart(env.LAMBDA_RUNTIME_DIR);
  if (native) observeNative(native, invocations);
  // The client's own switch makes it ask for events by node:http.
  const asksByHttp = !native || env.AWS_LAMBDA_NODEJS_USE_ALTERNATIVE_CLIENT_1 === 'true';
  if (asksByHttp || mayStream(handler)) observeHttp(invocations, env.AWS_LAMBDA_RUNTIME_API ?? '');
}

/** A Proxy may be one, and would notice that it is asked. */
function mayStream(handler: Handler): boolean {
  try {
    return isProxy(handler) || STREAMING in handler;
  } catch {
    return true; // of a Proxy
  }
}

/** The exports of the native part; of several, that in the runtime client's own folder. */
function nativePart(runtimeDirectory = '/var/runtime'): object | undefined {
  const paths = Object.keys(moduleCache).filter((path) => NATIVE_PART.test(path));
  const path = paths.find((candidate) => candidate.startsWith(`${runtimeDirectory}/`)) ?? paths[0];
  const exports: unknown = path === undefined ? undefined : moduleCache[path]?.exports;
  return typeof exports === 'object' && exports !== null ? exports : undefined;
}

function observeNative(native: object, invocations: Invocations): void {
  const onEvent = (event: { headers?: Headers } | undefined) => begin(invocations, event?.headers);
  replaceMethod(native, 'next', (original) => {
    return function next(this: unknown, ...args: never[]): unknown {
      invocations.asked();
      const event = original.apply(this, args);
      // Before the client itself hears of it. An error is the client's to handle.
      if (event instanceof NativePromise) Reflect.apply(nativeThen, event, [onEvent, () => {}]);
      return event;
    };
  });
  const responding = (original: (...args: never[]) => unknown, outcome: 'ok' | 'error') =>
    function respond(this: unknown, ...args: never[]): unknown {
      // Anything else it refuses, as what a function is as JSON; then the client responds with an error.
      if (args.every((arg) => typeof arg === 'string')) invocations.responded(decoded(args[0]), outcome, true);
      try {
        return original.apply(this, args);
      } catch (error) {
        throw asThrownWithout(respond, error);
      }
    };
  replaceMethod(native, 'done', (original) => responding(original, 'ok'));
  replaceMethod(native, 'error', (original) => responding(original, 'error'));
}

function observeHttp(invocations: Invocations, runtimeApi: string): void {
  const routeOf = (request: ClientRequest) =>
    request.getHeader('host') === runtimeApi ? (INVOCATION.exec(request.path) ?? undefined) : undefined;
  // Published when all of the request has been sent.
  subscribe('http.client.request.start', (message) => {
    const { request } = message as { request: ClientRequest & { _trailer?: string } };
    const route = routeOf(request);
    if (!route) return;
    const [, requestId, kind] = route;
    if (requestId === undefined) invocations.asked();
    // A stream that broke off says so in its trailers. Its handler may go on after the stream's end.
    else invocations.responded(decoded(requestId), kind === 'error' || request._trailer ? 'error' : 'ok', false);
  });
  subscribe('http.client.response.finish', (message) => {
    const { request, response } = message as { request: ClientRequest; response: IncomingMessage };
    const route = routeOf(request);
    if (route && route[1] === undefined) begin(invocations, response.headers);
  });
}

function begin(invocations: Invocations, headers: Headers | undefined): void {
  const deadlineMs = Number(headers?.[DEADLINE_MS]);
  invocations.begin(
    Number.isFinite(deadlineMs) ? () => deadlineMs - nowEpochMs() : undefined,
    textOrNothing(headers?.[REQUEST_ID]),
    textOrNothing(headers?.[TRACE_ID]),
  );
}

function textOrNothing(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

/** The client encodes request ids for the path that they become part of. */
function decoded(requestId: unknown): string {
  try {
    return decodeURIComponent(String(requestId));
  } catch {
    return String(requestId);
  }
}
