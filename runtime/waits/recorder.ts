import { type Micros, nowMicros } from '../clock';
import { captureOrigin, type Origin } from '../stacks/origin';
import type { Operation, OperationKind } from './operation';
import { isOwnWork } from './own-work';
import { WakeLog } from './wake-log';

/** Who sees operations start: a storm of some hides none of the others. */
export type Source = 'request' | 'socket' | 'timer' | 'native' | 'process' | 'tick';

/**
 * Of each source stacks are captured for at most so many operations at a time, and from then on for one in so much time
 * of a full processor: at 5 to 25 µs each that is half a percent of it, or 1 % for files, which are read in many pieces.
 * V8 samples every 10 ms, and what is shorter need not all be known.
 */
const BURST = 100;
const REFILL: Micros = 5_000;
const REFILL_OF_NATIVE: Micros = 2_000;
/** Of these so many are for what is not known to come from something that is followed. */
const RESERVE = 50;
/** In place of what led to the code that runs: something that is not followed. */
const UNKNOWN: Origin = { trace: undefined, cause: undefined, depth: 1, isCallback: false, frames: [] };
// Before the user's code can replace it.
const { queueMicrotask } = globalThis;
/** Memory with which a function has a full processor, MB. */
const FULL_PROCESSOR_MB = 1_769;

interface Budget {
  readonly refill: Micros;
  left: number;
  refilledAt: Micros;
}

function fullBudget(refill: Micros): Budget {
  return { refill, left: BURST, refilledAt: 0 };
}

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
  /** How much longer everything takes than on a full processor. */
  readonly #slowness: number;
  /** No promise has been awaited since the last event: V8's stack goes back to that at most. */
  #isCallback = false;
  #certainCause: Origin | undefined;
  readonly #calledBack = () => {
    this.#isCallback = false;
  };
  readonly #budgets: Readonly<Record<Source, Budget>> = {
    request: fullBudget(REFILL),
    socket: fullBudget(REFILL),
    timer: fullBudget(REFILL),
    native: fullBudget(REFILL_OF_NATIVE),
    process: fullBudget(REFILL),
    tick: fullBudget(REFILL),
  };

  constructor(runtimeApi: string, memoryMb: number, running: () => object | undefined) {
    this.#runtimeApi = runtimeApi;
    this.#running = running;
    this.#slowness = Math.max(1, FULL_PROCESSOR_MB / (memoryMb || FULL_PROCESSOR_MB));
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
  started(kind: OperationKind, what: string, origin: Origin | undefined): Operation | undefined {
    if (!origin) return undefined;
    const operation: Operation = { kind, what, start: nowMicros(), origin };
    return this.log.start(operation) ? operation : undefined;
  }

  /** Where the code is that starts something; undefined where what it starts is not to be followed. */
  origin(source: Source): Origin | undefined {
    const now = this.now();
    const isCallback = this.#isCallback;
    const isUnknown = this.log.cause === UNKNOWN;
    const cause = isUnknown ? undefined : this.log.cause;
    // Streams and the like: one request after another, for the same code.
    const isCertain = cause !== undefined && cause === this.#certainCause;
    // Of something that is not followed what it leads to is not either: nobody would know whose it is.
    if (!(isCallback && isUnknown) && this.mayCapture(source, now, isCertain ? RESERVE : 0)) {
      return captureOrigin(cause, isCallback);
    }
    if (isCertain) return cause;
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

  /** Whether another stack may be captured now. */
  mayCapture(source: Source, now: Micros, reserve = 0): boolean {
    const budget = this.#budgets[source];
    const refilled = Math.min(BURST, budget.left + (now - budget.refilledAt) / (budget.refill * this.#slowness));
    budget.refilledAt = now;
    const may = refilled >= 1 + reserve;
    budget.left = may ? refilled - 1 : refilled;
    return may;
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
