import { subscribe } from 'node:diagnostics_channel';
import type { ClientRequest, IncomingMessage } from 'node:http';
import { isProxy } from 'node:util/types';
import { RUNTIME_ROOT } from '../../lib/contract/places';
import type { Invocation, Invocations } from '../invocations/invocations';
import { NativePromise, nativeThen } from '../native-promise';
import { moduleCache } from '../require';
import { asThrownWithout, replaceMethod } from '../waits/patched-methods';
import type { Handler } from './user-handler';

/** The part of AWS's runtime client that takes events from Lambda and gives it responses. */
const NATIVE_PART = /[\\/]rapid-client\.node$/;

const INVOCATION = /^\/2018-06-01\/runtime\/invocation\/(?:next|([^/]+)\/(response|error))$/;
const REQUEST_ID = 'lambda-runtime-aws-request-id';
const TRACE_ID = 'lambda-runtime-trace-id';
const DEADLINE_MS = 'lambda-runtime-deadline-ms';

const STREAMING = Symbol.for('aws.lambda.runtime.handler.streaming');

type Headers = Readonly<Record<string, unknown>>;

type Environment = Readonly<Record<string, string | undefined>>;

/** Work after the response to `answered`, before the next event is asked for; nothing if none is due. */
export type AfterResponse = (answered: Invocation) => Promise<void> | undefined;

/**
 * Whether the runtime client asks its native part for events: then it can be made to wait, which holds the environment.
 * Otherwise it asks by node:http, without a native part or by a switch of its own.
 */
export function asksNatively(env: Environment): boolean {
  const isSwitched = env.AWS_LAMBDA_NODEJS_USE_ALTERNATIVE_CLIENT_1 === 'true';
  return !isSwitched && nativePart(env.LAMBDA_RUNTIME_DIR) !== undefined;
}

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
 * @param afterResponse where the client's native part is asked: its question waits for that
 * @returns whether the client can be observed
 */
export function observeRuntimeClient(
  invocations: Invocations,
  env: Environment,
  handler: Handler,
  afterResponse: AfterResponse = () => undefined,
): boolean {
  const native = nativePart(env.LAMBDA_RUNTIME_DIR);
  const isAsked = asksNatively(env);
  const isNativeObserved = native !== undefined && observeNative(native, invocations, afterResponse);
  if (!isAsked || mayStream(handler)) observeHttp(invocations, env.AWS_LAMBDA_RUNTIME_API ?? '');
  return isNativeObserved || !isAsked;
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
function nativePart(runtimeDirectory = RUNTIME_ROOT): object | undefined {
  const paths = Object.keys(moduleCache).filter((path) => NATIVE_PART.test(path));
  const path = paths.find((candidate) => candidate.startsWith(`${runtimeDirectory}/`)) ?? paths[0];
  const exports: unknown = path === undefined ? undefined : moduleCache[path]?.exports;
  return typeof exports === 'object' && exports !== null ? exports : undefined;
}

/** @returns whether it can be done */
function observeNative(native: object, invocations: Invocations, afterResponse: AfterResponse): boolean {
  const onEvent = (event: { headers?: Headers } | undefined) => begin(invocations, event?.headers);
  const isReplaced = replaceMethod(native, 'next', (original) => {
    const ask = (self: unknown, args: never[]) => {
      const event = original.apply(self, args);
      // Before the client itself hears of it. An error is the client's to handle.
      if (event instanceof NativePromise) Reflect.apply(nativeThen, event, [onEvent, () => {}]);
      return event;
    };
    return function next(this: unknown, ...args: never[]): unknown {
      const answered = invocations.asked();
      const work = answered && afterResponse(answered);
      return work ? Reflect.apply(nativeThen, work, [() => ask(this, args)]) : ask(this, args);
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
  return isReplaced;
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
    Number.isFinite(deadlineMs) ? deadlineMs : undefined,
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
