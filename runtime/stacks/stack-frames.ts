import { pathToFileURL } from 'node:url';
import { isAsyncFunction, parametersColumn, SourceLines } from './function-start';
import type { CapturedFrame, Origin, StackFrame } from './origin';

/** Frames that are remembered; each is looked up in its source once. */
const MAX_KNOWN = 5_000;

/** Where Node.js lets continuations of async functions run. */
export const TASK_QUEUES = 'node:internal/process/task_queues';

interface KnownFrame extends StackFrame {
  /** Of an async function, as far as its source is at hand. */
  readonly isAsync: boolean;
}

/**
 * Makes frames out of what V8 has captured: functions as V8's profiler names them, so that a stack that waits and a
 * stack that runs are the same in a profile.
 */
export class StackFrames {
  readonly #known = new Map<CapturedFrame, KnownFrame>();
  readonly #ownUrl: string;
  readonly #runtimeUrl: string;

  /**
   * @param ownUrl the layer's file; its frames are left out
   * @param runtimeRoot folder of the runtime client, which calls the handler: there the user's stacks end
   */
  constructor(ownUrl: string, runtimeRoot: string) {
    this.#ownUrl = ownUrl;
    this.#runtimeUrl = `${pathToFileURL(runtimeRoot).href}/`;
  }

  /** Fills in the frames of all that have none. */
  fill(origins: Iterable<Origin>): void {
    const lines = new SourceLines();
    for (const origin of origins) this.#fill(origin, lines);
  }

  #fill(origin: Origin, lines: SourceLines): void {
    if (origin.frames) return;
    const captured = origin.captured ?? [];
    origin.captured = undefined;
    const frames: KnownFrame[] = [];
    let reachesHandler = false;
    for (const call of captured) {
      if (call.url.startsWith(this.#runtimeUrl)) {
        reachesHandler = true;
        break;
      }
      // V8 follows promises as far as they are awaited, which is to the handler. It itself is the last to go on.
      if (call.url === TASK_QUEUES && frames.at(-1)?.isAsync) reachesHandler = true;
      if (call.url === this.#ownUrl || call.url.startsWith('node:')) continue;
      const frame = this.#frameOf(call, lines);
      frames.push(frame);
      reachesHandler ||= call.isSuspended || (frame.isAsync && call === captured.at(-1));
    }
    if (reachesHandler || !origin.cause) {
      origin.frames = frames;
      return;
    }
    this.#fill(origin.cause, lines);
    origin.frames = [...frames, ...(origin.cause.frames ?? [])];
  }

  #frameOf(call: CapturedFrame, lines: SourceLines): KnownFrame {
    let known = this.#known.get(call);
    if (!known) {
      known = frameOf(call, lines);
      if (this.#known.size >= MAX_KNOWN) this.#known.clear();
      this.#known.set(call, known);
    }
    return known;
  }
}

function frameOf({ url, functionName, line, startLine, startColumn }: CapturedFrame, lines: SourceLines): KnownFrame {
  const text = startLine > 0 && startColumn > 0 ? lines.line(url, startLine) : undefined;
  return {
    frame: {
      functionName,
      // As the profiler gives it.
      url: url.startsWith('/') ? pathToFileURL(url).href : url,
      lineNumber: startLine - 1,
      columnNumber: (text === undefined ? startColumn : parametersColumn(text, startColumn)) - 1,
    },
    line,
    isAsync: text !== undefined && isAsyncFunction(text, startColumn),
  };
}
