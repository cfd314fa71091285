import type { CallFrame } from '../frames';
import { require } from '../require';

/** A frame of a stack: the function, and the line in it, 1-based. */
export interface StackFrame {
  readonly frame: CallFrame;
  readonly line: number;
}

/** A frame as V8 has captured it. */
export interface CapturedFrame {
  readonly url: string;
  readonly functionName: string;
  /** 1-based, as all that follow; 0: not known. */
  readonly line: number;
  /** Where the function begins. */
  readonly startLine: number;
  readonly startColumn: number;
  /** Of an async function that waits: nothing of it was on the thread's stack. */
  readonly isSuspended: boolean;
}

/** Where something was started. */
export interface Origin {
  /** What V8 has captured, leaf first. Taken out once `frames` are there. */
  captured: readonly CapturedFrame[] | undefined;
  /** What had led to it, where the stack itself does not reach so far (callbacks). */
  cause: Origin | undefined;
  /** Origins in the chain of causes. */
  readonly depth: number;
  /** Whether it was called back by what led to it: its own stack may well be Node.js's only. */
  readonly isCallback: boolean;
  /** The probability with which it was captured, where that was drawn: 1 where not, 0 where it was not. */
  readonly chance: number;
  /** The stack, leaf first; what Node.js and this profiler add is left out. */
  frames: readonly StackFrame[] | undefined;
}

/** Frames of a stack, those of suspended async functions included. */
const MAX_FRAMES = 64;
/** Origins in a chain; of longer ones callbacks are left out first, as they tell least. */
const MAX_DEPTH = 4;
/** Places that are remembered; what V8 knows of each is asked once. */
const MAX_KNOWN = 5_000;

/** An object with `stack`, captured at once. */
type Capture = () => { readonly stack?: unknown };

let capture: Capture | undefined;
const known = new Map<string, CapturedFrame>();

/**
 * Captures stacks in a realm (a context of node:vm) of its own, with an `Error` of its own: V8 and Node.js take
 * `stackTraceLimit` and `prepareStackTrace` from the realm that the object with the stack comes from. So the user's
 * `Error` is neither read nor changed, whatever has been made of it.
 */
function captureInOwnRealm(): Capture {
  const { createContext, runInContext } = require('node:vm') as typeof import('node:vm');
  const { captureStackTrace, trace } = runInContext(
    `Error.stackTraceLimit = ${MAX_FRAMES};
     Error.prepareStackTrace = (_, calls) => calls;
     ({ captureStackTrace: Error.captureStackTrace, trace: () => ({}) });`,
    createContext(),
  ) as { captureStackTrace: typeof Error.captureStackTrace; trace: () => { stack?: unknown } };
  return () => {
    const captured = trace();
    captureStackTrace(captured);
    return captured;
  };
}

/** To be called while the function initializes: to make a realm takes a millisecond. */
export function prepareToCapture(): void {
  capture ??= captureInOwnRealm();
}

/**
 * Where the code that runs is, in 10 to 30 µs. V8's own record is not kept: it would keep alive each function on the
 * stack, with all the variables that these see.
 */
export function captureOrigin(cause: Origin | undefined, isCallback = false, chance = 1): Origin {
  prepareToCapture();
  const sites = capture?.().stack;
  const captured = Array.isArray(sites) ? (sites as NodeJS.CallSite[]).flatMap(capturedFrame) : [];
  const linked = cause && cause.depth >= MAX_DEPTH ? shortened(cause) : cause;
  return { captured, cause: linked, depth: (linked?.depth ?? 0) + 1, isCallback, chance, frames: undefined };
}

/** Nothing for what is in no file. */
function capturedFrame(site: NodeJS.CallSite): CapturedFrame | [] {
  const url = site.getScriptNameOrSourceURL();
  if (!url || site.isPromiseAll()) return [];
  const isSuspended = site.isAsync();
  const key = `${url}:${site.getPosition()}:${isSuspended}`;
  let frame = known.get(key);
  if (!frame) {
    frame = {
      url,
      functionName: site.getFunctionName() ?? '',
      line: site.getLineNumber() ?? 0,
      startLine: site.getEnclosingLineNumber() ?? 0,
      startColumn: site.getEnclosingColumnNumber() ?? 0,
      isSuspended,
    };
    if (known.size >= MAX_KNOWN) known.clear();
    known.set(key, frame);
  }
  return frame;
}

/** In place of what is not captured. So long as nothing better is known, it is where `cause` is. */
export function uncaptured(cause: Origin | undefined): Origin {
  return { captured: undefined, cause, depth: 1, isCallback: false, chance: 0, frames: undefined };
}

/** Without its last callback; or else without what led to it immediately: what it all began with stays. */
function shortened(origin: Origin): Origin {
  return withoutCallback(origin) ?? { ...origin, cause: origin.cause?.cause, depth: origin.depth - 1 };
}

function withoutCallback(origin: Origin): Origin | undefined {
  if (!origin.cause) return undefined;
  if (origin.isCallback) return origin.cause;
  const cause = withoutCallback(origin.cause);
  return cause && { ...origin, cause, depth: origin.depth - 1 };
}
