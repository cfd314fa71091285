import { type Micros, nowMicros } from '../clock';
import { captureOrigin, type Origin, uncaptured } from '../stacks/origin';
import { Budgets } from './budgets';
import type { Operation, OperationKind } from './operation';
import { isOwnWork } from './unobserved';
import { WakeLog } from './wake-log';

/** Of these so many are for what is not known to come from something that is followed. */
const RESERVE = 50;
/** In place of what led to the code that runs: something that is not followed. */
const UNKNOWN = uncaptured(undefined);
// Before the user's code can replace it.
const { queueMicrotask } = globalThis;
const { random } = Math;

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
  /** No promise has been awaited since the last event: V8's stack goes back to that at most. */
  #isCallback = false;
  #certainCause: Origin | undefined;
  readonly #calledBack = () => {
    this.#isCallback = false;
  };
  readonly #budgets: Budgets;

  constructor(runtimeApi: string, memoryMb: number, running: () => object | undefined) {
    this.#runtimeApi = runtimeApi;
    this.#running = running;
    this.#budgets = new Budgets(memoryMb, random);
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

  /** Here and now something has been started. Undefined if there is no room to follow it. */
  started(kind: OperationKind, what: string, origin = this.origin(what)): Operation | undefined {
    const operation: Operation = { kind, what, start: nowMicros(), origin };
    return this.log.start(operation) ? operation : undefined;
  }

  /**
   * Where the code is that starts what is called so. Stacks of one name are captured with the probability that their
   * budget allows, whoever asks, so that those that are can stand for the others (lend-origins.ts).
   */
  origin(what: string): Origin {
    const now = this.now();
    // Of something that is not followed what it leads to is nobody's: it would stand for what is not like it.
    if (this.#isCallback && this.log.cause === UNKNOWN) return uncaptured(undefined);
    const cause = this.#cause();
    const isCertain = this.#isCertain(cause);
    const chance = this.#budgets.draw(what, now, this.log.turn);
    if (chance === 0) return isCertain && cause ? cause : uncaptured(cause);
    return captureOrigin(cause, this.#isCallback, isCertain ? 1 : chance);
  }

  /**
   * Here and now something has been asked of Node.js's native half. Where its stack is not captured it is not followed:
   * files are read in many pieces.
   */
  startedNative(what: string): Operation | undefined {
    this.now();
    const isUnknown = this.log.cause === UNKNOWN;
    const cause = this.#cause();
    const isCertain = this.#isCertain(cause);
    // Of something that is not followed what it leads to is not either: nobody would know whose it is.
    if (!(this.#isCallback && isUnknown) && this.mayCapture('native', isCertain ? RESERVE : 0)) {
      return this.started('request', what, captureOrigin(cause, this.#isCallback));
    }
    if (isCertain) return this.started('request', what, cause);
    this.log.hide();
    return undefined;
  }

  /** The operation has answered, and Node.js is about to call back; nothing: one that is not followed. */
  callsBack(operation: Operation | undefined): void {
    if (operation) this.answered(operation);
    this.ledBy(operation?.origin ?? UNKNOWN);
    this.#isCallback = true;
    queueMicrotask(this.#calledBack);
  }

  /** For certain, what runs now comes from there. */
  ledBy(origin: Origin): void {
    this.log.cause = origin;
    this.#certainCause = origin;
  }

  /** What is known to have led to the code that runs. */
  #cause(): Origin | undefined {
    const { cause } = this.log;
    return cause?.chance === 0 ? cause.cause : cause;
  }

  /** Streams and the like: one request after another, for the same code. */
  #isCertain(cause: Origin | undefined): boolean {
    return cause !== undefined && this.log.cause === this.#certainCause;
  }

  /** Whether another stack of these may be captured now. */
  mayCapture(source: 'native' | 'tick', reserve = 0): boolean {
    return this.#budgets.take(source, this.now(), reserve);
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
