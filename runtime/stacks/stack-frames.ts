import { pathToFileURL } from 'node:url';
import { isAsyncFunction, parametersColumn, SourceLines } from './function-start';
import type { Origin, StackFrame } from './origin';

/** Frames that are remembered by their place; each is asked for its names once. */
const MAX_KNOWN = 5_000;

/** Where Node.js lets continuations of async functions run. */
export const TASK_QUEUES = 'node:internal/process/task_queues';
/** The function around the user's handler: a trap of a Proxy (wrap-handler.ts). */
export const HANDLER_WRAPPER = 'apply';

interface KnownFrame extends StackFrame {
  /** Of an async function, as far as its source is at hand. */
  readonly isAsync: boolean;
}

/**
 * Makes frames out of what V8 has recorded: functions as V8's profiler names them, so that a stack that waits and a
 * stack that runs are the same in a profile.
 */
export class StackFrames {
  readonly #known = new Map<string, KnownFrame>();
  readonly #ownUrl: string;

  /** @param ownUrl the layer's file; the handler's wrapper in it is where the user's stacks end */
  constructor(ownUrl: string) {
    this.#ownUrl = ownUrl;
  }

  /** Fills in the frames of all that have none. Of what V8 has recorded nothing is kept. */
  fill(origins: Iterable<Origin>): void {
    const lines = new SourceLines();
    const previous = Object.getOwnPropertyDescriptor(Error, 'prepareStackTrace');
    const calls = (_error: Error, sites: NodeJS.CallSite[]) => sites;
    if (!Reflect.set(Error, 'prepareStackTrace', calls)) return;
    try {
      for (const origin of origins) this.#fill(origin, lines);
    } finally {
      if (previous) Object.defineProperty(Error, 'prepareStackTrace', previous);
      else Reflect.deleteProperty(Error, 'prepareStackTrace');
    }
  }

  #fill(origin: Origin, lines: SourceLines): void {
    if (origin.frames) return;
    const sites = origin.trace?.stack;
    origin.trace = undefined;
    const frames: KnownFrame[] = [];
    let reachesHandler = false;
    const calls = Array.isArray(sites) ? (sites as NodeJS.CallSite[]) : [];
    for (const site of calls) {
      const url = site.getScriptNameOrSourceURL();
      if (url === this.#ownUrl && site.getFunctionName() === HANDLER_WRAPPER) {
        reachesHandler = true;
        break;
      }
      // V8 follows promises as far as they are awaited, which is to the handler. It itself is the last to go on.
      if (url === TASK_QUEUES && frames.at(-1)?.isAsync) reachesHandler = true;
      if (!url || url === this.#ownUrl || url.startsWith('node:') || site.isPromiseAll()) continue;
      const frame = this.#frameOf(site, url, lines);
      frames.push(frame);
      reachesHandler ||= site.isAsync() || (frame.isAsync && site === calls.at(-1));
    }
    if (reachesHandler || !origin.cause) {
      origin.frames = frames;
      return;
    }
    this.#fill(origin.cause, lines);
    origin.frames = [...frames, ...(origin.cause.frames ?? [])];
  }

  #frameOf(site: NodeJS.CallSite, url: string, lines: SourceLines): KnownFrame {
    const key = `${url}:${site.getPosition()}`;
    let known = this.#known.get(key);
    if (!known) {
      known = frameOf(site, url, lines);
      if (this.#known.size >= MAX_KNOWN) this.#known.clear();
      this.#known.set(key, known);
    }
    return known;
  }
}

function frameOf(site: NodeJS.CallSite, url: string, lines: SourceLines): KnownFrame {
  const startLine = site.getEnclosingLineNumber() ?? 0;
  const column = site.getEnclosingColumnNumber() ?? 0;
  const text = startLine > 0 && column > 0 ? lines.line(url, startLine) : undefined;
  return {
    frame: {
      functionName: site.getFunctionName() ?? '',
      // As the profiler gives it.
      url: url.startsWith('/') ? pathToFileURL(url).href : url,
      lineNumber: startLine - 1,
      columnNumber: (text === undefined ? column : parametersColumn(text, column)) - 1,
    },
    line: site.getLineNumber() ?? 0,
    isAsync: text !== undefined && isAsyncFunction(text, column),
  };
}
