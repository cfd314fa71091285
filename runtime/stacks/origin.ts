import type { CallFrame } from '../frames';

/** A frame of a stack: the function, and the line in it, 1-based. */
export interface StackFrame {
  readonly frame: CallFrame;
  readonly line: number;
}

/** Where something was started: V8's record of the stack, which becomes text, or frames, only when it is asked for. */
export interface Origin {
  /** Taken out once `frames` are there. */
  trace: { readonly stack?: unknown } | undefined;
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

// Before the user's code can replace it.
const { captureStackTrace } = Error;

/**
 * Where the code that runs is, in 3 to 15 µs. Nothing is formatted: V8 does that when `stack` is read.
 */
export function captureOrigin(cause: Origin | undefined, isCallback = false, chance = 1): Origin {
  const trace = {};
  const limit = Error.stackTraceLimit;
  // Code that has no limit at all has switched stacks off; code that has frozen Error keeps its own.
  if (typeof limit === 'number') {
    const deeper = limit < MAX_FRAMES && Reflect.set(Error, 'stackTraceLimit', MAX_FRAMES);
    captureStackTrace(trace);
    if (deeper) Reflect.set(Error, 'stackTraceLimit', limit);
  }
  const linked = cause && cause.depth >= MAX_DEPTH ? shortened(cause) : cause;
  return { trace, cause: linked, depth: (linked?.depth ?? 0) + 1, isCallback, chance, frames: undefined };
}

/** In place of what is not captured. So long as nothing better is known, it is where `cause` is. */
export function uncaptured(cause: Origin | undefined): Origin {
  return { trace: undefined, cause, depth: 1, isCallback: false, chance: 0, frames: undefined };
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
