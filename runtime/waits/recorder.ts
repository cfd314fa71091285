import { type Micros, nowMicros } from '../clock';
import { captureOrigin, type Origin } from '../stacks/origin';
import type { Operation, OperationKind } from './operation';
import { isOwnWork } from './own-work';
import { WakeLog } from './wake-log';

/**
 * Stacks are captured for at most so many operations at a time, and from then on for one each 2 ms of a full
 * processor: at 5 to 15 µs each that is less than 1 % of it. V8 samples every 10 ms, and what is shorter need not all be known.
 */
const BURST = 100;
const REFILL: Micros = 2_000;
/** Memory with which a function has a full processor, MB. */
const FULL_PROCESSOR_MB = 1_769;

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
  readonly #refill: Micros;
  #left = BURST;
  #refilledAt: Micros = 0;

  constructor(runtimeApi: string, memoryMb: number, running: () => object | undefined) {
    this.#runtimeApi = runtimeApi;
    this.#running = running;
    this.#refill = REFILL * Math.max(1, FULL_PROCESSOR_MB / (memoryMb || FULL_PROCESSOR_MB));
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
    if (!origin) return undefined;
    const operation: Operation = { kind, what, start: nowMicros(), origin };
    return this.log.start(operation) ? operation : undefined;
  }

  /** Where the code is that starts something; undefined where what it starts is not to be followed. */
  origin(): Origin | undefined {
    const now = this.now();
    if (this.mayCapture(now)) return captureOrigin(this.log.cause);
    this.log.hide();
    return undefined;
  }

  /** Whether another stack may be captured now. */
  mayCapture(now: Micros): boolean {
    const refilled = Math.min(BURST, this.#left + (now - this.#refilledAt) / this.#refill);
    this.#refilledAt = now;
    this.#left = refilled >= 1 ? refilled - 1 : refilled;
    return refilled >= 1;
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
