import { type Micros, nowMicros } from '../clock';
import { captureOrigin, type Origin } from '../stacks/origin';
import type { Operation, OperationKind } from './operation';
import { isOwnWork } from './own-work';
import { WakeLog } from './wake-log';

/** Takes note of what is started and what answers; whoever sees it tells. */
export class Recorder {
  readonly log = new WakeLog(nowMicros());
  /** Lambda's own API on this host, as `host:port`: what it is asked for is nobody's wait. */
  readonly #runtimeApi: string;
  #stopped = false;
  /** To be called before anything is noted: timers fire without telling. */
  settleTimers: (now: Micros) => void = () => {};

  /** What tells one invocation from another; none runs between them. */
  readonly #running: () => object | undefined;
  #invocation: object | undefined;

  constructor(runtimeApi: string, running: () => object | undefined) {
    this.#runtimeApi = runtimeApi;
    this.#running = running;
  }

  /** Whether what is asked of this address, `host:port`, is to be noted. */
  notes(address: string): boolean {
    return !this.isPaused && address !== this.#runtimeApi;
  }

  get isPaused(): boolean {
    return this.#stopped || isOwnWork();
  }

  /** Nothing is noted any more. */
  stop(): void {
    this.#stopped = true;
  }

  /** Here and now something has been started. Undefined where there is no room to follow it. */
  started(kind: OperationKind, what: string, origin = this.origin()): Operation | undefined {
    const start = nowMicros();
    const operation: Operation = { kind, what, start, origin };
    return this.log.start(operation) ? operation : undefined;
  }

  origin(): Origin {
    this.now();
    return captureOrigin(this.log.cause);
  }

  answered(operation: Operation, what?: string): void {
    this.log.wake(operation, this.now(), what);
  }

  wentOn(operation: Operation, what: string): void {
    this.log.progress(operation, this.now(), what);
  }

  /** The time, with all timers noted that have fired up to it. */
  now(): Micros {
    const now = nowMicros();
    this.settleTimers(now);
    const invocation = this.#running();
    if (invocation !== this.#invocation) {
      // What has led here, it was not what the last invocation did.
      this.#invocation = invocation;
      this.log.cause = undefined;
    }
    return now;
  }
}
