import { types } from 'node:util';
import type { Invocations } from '../invocations/invocations';
import { nativeThen } from '../native-promise';
import { onceStreamAnswered } from './streamed-response';
import type { Handler } from './user-handler';

const STREAMING = Symbol.for('aws.lambda.runtime.handler.streaming');

/** What Lambda's runtime passes as context, as far as we look at it. */
interface LambdaContext {
  awsRequestId: string;
  callbackWaitsForEmptyEventLoop?: boolean;
  getRemainingTimeInMillis?: () => number;
  succeed?: unknown;
  fail?: unknown;
  done?: unknown;
}

type AnyFunction = (...args: unknown[]) => unknown;

/** To be called when the handler is done. */
type Settle = (outcome: 'ok' | 'error') => void;

/**
 * The handler, with a record of when it ran and when Lambda had its response.
 *
 * A Proxy: its name, length and symbols (Lambda marks streaming handlers with them) are the handler's own. What the
 * handler gets, gives and throws passes through unchanged, and at the same time.
 */
export function wrapHandler(handler: Handler, invocations: Invocations): Handler {
  const streaming = (handler as unknown as Record<symbol, unknown>)[STREAMING] !== undefined;
  let onEmptyLoop: (() => void) | undefined;
  return new Proxy(handler, {
    apply(target, self, args) {
      const context = args[streaming ? 2 : 1] as LambdaContext;
      const requestId = context?.awsRequestId;
      const invocation = invocations.begin(context?.getRemainingTimeInMillis);
      const answered = () => invocations.answered(requestId);
      if (streaming) onceStreamAnswered(requestId, answered);

      let settled = false;
      /** The handler is done, and the runtime posts its response in one of the next two turns of the event loop. */
      const settle: Settle = (outcome) => {
        if (settled) return;
        settled = true;
        invocations.end(invocation, outcome);
        if (!streaming) inTwoTurns(answered);
      };
      /** It has called back, and the runtime waits for the event loop to run empty: what it returns counts no more. */
      let hasCalledBack = false;
      const returns: Settle = (outcome) => {
        if (!hasCalledBack) settle(outcome);
      };
      const good = () => returns('ok');
      const bad = () => returns('error');

      const byCallback = !streaming && typeof args[2] === 'function';
      if (byCallback) {
        settleByCallback(args, context, returns, () => {
          hasCalledBack = true;
        });
        // Whatever is pending then, the runtime answers when the event loop has run empty; its listener was there before
        // ours.
        if (!onEmptyLoop) process.on('beforeExit', () => onEmptyLoop?.());
        onEmptyLoop = () => settle('ok');
      }

      let result: unknown;
      try {
        result = invocations.scope
          ? invocations.scope.run(invocation, Reflect.apply, target, self, args)
          : Reflect.apply(target, self, args);
      } catch (error) {
        bad();
        throw error;
      }
      if (types.isPromise(result)) {
        // Not result.then: a subclass may have side effects there.
        Reflect.apply(nativeThen, result, [good, bad]);
        return result;
      }
      if (isThenable(result)) return settledThen(result, good, bad);
      if (!byCallback) good();
      return result;
    },
  });
}

/**
 * Runtimes up to nodejs22.x take the response from a callback, or from `context.succeed` and its kin. Calls `settle`
 * after the first of them, unless the runtime itself then waits for the event loop to run empty: then `wait`.
 */
function settleByCallback(args: unknown[], context: LambdaContext, settle: Settle, wait: () => void): void {
  const after = {
    succeed: () => settle('ok'),
    fail: () => settle('error'),
    done: (error: unknown) => settle(isNone(error) ? 'ok' : 'error'),
  };
  for (const name of ['succeed', 'fail', 'done'] as const) {
    const original = context[name];
    if (typeof original === 'function') context[name] = calledThen(original as AnyFunction, after[name]);
  }
  args[2] = calledThen(args[2] as AnyFunction, (error) => {
    if (!isNone(error)) settle('error');
    else if (context.callbackWaitsForEmptyEventLoop) wait();
    else settle('ok');
  });
}

function isNone(value: unknown): boolean {
  return value === undefined || value === null;
}

/** `original`, with `then` called after it. */
function calledThen(original: AnyFunction, then: (...args: unknown[]) => void): AnyFunction {
  return new Proxy(original, {
    apply(target, self, args) {
      const result = Reflect.apply(target, self, args);
      then(...args);
      return result;
    },
  });
}

/**
 * A thenable that calls `good` or `bad` when it settles. It may start its work with each call of `then` (query builders
 * do): it is called once, when the runtime calls it, and what it returns or throws is passed on.
 */
function settledThen(thenable: PromiseLike<unknown>, good: () => void, bad: () => void): unknown {
  const after =
    (settle: () => void, then: unknown) =>
    (value: unknown): unknown => {
      settle();
      return typeof then === 'function' ? then(value) : undefined;
    };
  return {
    // biome-ignore lint/suspicious/noThenProperty: nothing else of a thenable is the runtime's business
    then(kept: unknown, broken: unknown) {
      try {
        return thenable.then(after(good, kept), after(bad, broken));
      } catch (error) {
        bad();
        throw error;
      }
    },
  };
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof (value as { then?: unknown } | null | undefined)?.then === 'function';
}

/**
 * aws-lambda-ric posts a buffered response synchronously, after one `setImmediate` (4.x) or none (3.x). The second turn
 * from here comes after it. (Not unref'd: the event loop would sleep without running them.)
 */
function inTwoTurns(then: () => void): void {
  setImmediate(() => setImmediate(then));
}
