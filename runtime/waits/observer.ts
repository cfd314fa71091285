import { type Micros, nowMicros } from '../clock';
import type { StackFrames } from '../stacks/stack-frames';
import { Http2Requests } from './http2';
import { observeNativeRequests } from './native-requests';
import type { Operation, Stretch } from './operation';
import { Processes, type Start } from './processes';
import { Recorder } from './recorder';
import { observeRequests } from './requests';
import { Sockets } from './sockets';
import { observeTicks } from './ticks';
import { Timers } from './timers';

/** What was waited for since the last snapshot. */
export interface RecordedWaits {
  readonly stretches: readonly Stretch[];
  /** Gives the operations' origins their frames. */
  readonly stackFrames: StackFrames;
}

/** Sees operations of the user's code start and end, from before its first line on. */
export class Observer {
  readonly #recorder: Recorder;
  readonly #timers: Timers;
  readonly #processes = new Processes();

  /**
   * @param runtimeApi `host:port` of Lambda's API
   * @param memoryMb of the function; not a number where it is not known
   * @param running the invocation that runs
   */
  constructor(runtimeApi: string, memoryMb: number, running: () => object | undefined) {
    this.#recorder = new Recorder(runtimeApi, memoryMb, running);
    this.#timers = new Timers(this.#recorder);
  }

  start(): void {
    const http2 = new Http2Requests(this.#recorder);
    const sockets = new Sockets(this.#recorder, () => http2.connecting());
    sockets.observe();
    observeRequests(this.#recorder, sockets);
    http2.observe();
    observeNativeRequests(this.#recorder);
    observeTicks(this.#recorder);
    this.#timers.observe();
    this.#processes.observe(this.#recorder);
  }

  /** What was put in place stays, and does nothing. */
  stop(): void {
    this.#recorder.stop();
  }

  /** What was waited for since the last call, up to `now`, and the number of operations that found no room. */
  take(now: Micros): { stretches: Stretch[]; dropped: number } {
    this.#recorder.settleTimers(now);
    this.#timers.sweep();
    return this.#recorder.log.take(now);
  }

  /** What has not answered yet. */
  inFlight(): Operation[] {
    this.#recorder.settleTimers(nowMicros());
    this.#timers.sweep();
    return this.#recorder.log.inFlight;
  }

  /** Worker threads and child processes that were started since the last call. */
  takeStarts(): Start[] {
    return this.#processes.take();
  }
}
