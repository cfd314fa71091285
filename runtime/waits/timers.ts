import { type Micros, nowMicros } from '../clock';
import { require } from '../require';
import { attempt, attempted } from './never-throwing';
import type { Operation } from './operation';
import { followed, replaceMethod } from './patched-methods';
import type { Recorder } from './recorder';

/** What node:timers keeps in a timer beside what is documented. */
interface TimerInternals {
  /** On the event loop's clock, milliseconds. */
  _idleStart?: number;
  /** -1 once it has been cleared. */
  _idleTimeout?: number;
  /** Null when it has been taken out of the list of those that are to fire: right before it does, or when it is cleared. */
  _idleNext?: object | null;
  /** It has fired for the last time, or was cleared. */
  _destroyed?: boolean;
}

interface Pending {
  readonly operation: Operation;
  readonly due: Micros;
  /** Absent for a promise of node:timers/promises. */
  readonly timer: Held<NodeJS.Timeout & TimerInternals> | undefined;
  readonly signal: Held<AbortSignal> | undefined;
}

/** What holds a timer holds its callback, and all that this holds. So it is held weakly, */
type Held<T extends object> = Pick<WeakRef<T>, 'deref'>;
/** unless it is due so soon: whether it has fired it can say then, though nothing else holds it any more. */
const SOON: Micros = 1_000_000;

// Before the user's code can replace it.
const { queueMicrotask, WeakRef: Weak } = globalThis;

/** Timers that are made to learn the event loop's time. */
const PROBES = 5;
/** With so many timers pending those are looked for that were cleared. */
const LEAST_TO_SWEEP = 64;

/**
 * Sees timers. When they fire needs no telling: it is known when they are due; and whether they have been cleared they
 * say themselves. So their callbacks, and what is above them in stacks, stay what they were. A timer that does not keep
 * the process alive is nobody's wait.
 */
export class Timers {
  readonly #recorder: Recorder;
  /** In order of when they are due. */
  #pending: Pending[] = [];
  #intervals: { operation: Operation; timer: Held<NodeJS.Timeout & TimerInternals> }[] = [];
  #sweepAt = LEAST_TO_SWEEP;
  /**
   * The monotonic clock minus the event loop's, milliseconds. The event loop looks at the time when it wakes up, so the
   * loop's clock is late by what has run since; never early, so the least that was seen is nearest.
   */
  #clockOffset = Number.POSITIVE_INFINITY;

  constructor(recorder: Recorder) {
    this.#recorder = recorder;
  }

  observe(): void {
    const timers = require('node:timers') as typeof import('node:timers');
    const promises = require('node:timers/promises') as typeof import('node:timers/promises');
    const { setTimeout, clearTimeout } = timers;
    const probe = () => {
      const timer = setTimeout(() => {}, 1e6);
      clearTimeout(timer);
      return timer;
    };
    for (const name of ['setTimeout', 'setInterval'] as const) {
      const isInterval = name === 'setInterval';
      replaceMethod(timers, name, (original) =>
        followed(original, (call, _self, args) => {
          const timer = call() as NodeJS.Timeout;
          if (!this.#recorder.isPaused) attempt(() => this.#started(timer, isInterval, args));
          return timer;
        }),
      );
      if (Object.getOwnPropertyDescriptor(globalThis, name)?.value !== undefined) {
        replaceMethod(globalThis, name, () => timers[name]);
      }
    }
    replaceMethod(promises, 'setTimeout', (original) =>
      followed(original, (call, _self, [ms, , options]) => {
        if (!this.#recorder.isPaused) attempt(() => this.#promised(ms, options, probe));
        return call();
      }),
    );
    // Of several the best: the thread may be interrupted while one is made.
    for (let i = 0; i < PROBES; i++) this.#due(probe() as TimerInternals, 1);
    this.#recorder.settleTimers = (now) => this.#settle(now);
  }

  /** @param probe a timer that begins now: what the event loop's clock says only a timer knows */
  #promised(ms: unknown, options: unknown, probe: () => NodeJS.Timeout & TimerInternals): void {
    const { ref, signal } = (options ?? {}) as { ref?: boolean; signal?: AbortSignal };
    const operation = ref === false ? undefined : this.#recorder.started('timer', 'timer');
    if (operation)
      this.#insert({ operation, due: this.#due(probe(), ms), timer: undefined, signal: signal && new Weak(signal) });
  }

  #started(timer: NodeJS.Timeout & TimerInternals, isInterval: boolean, args: readonly unknown[]): void {
    const operation = isInterval
      ? this.#recorder.started('background', 'interval')
      : this.#recorder.started('timer', 'timer');
    if (!operation) return;
    if (isInterval) this.#intervals.push({ operation, timer: new Weak(timer) });
    else {
      const due = this.#due(timer, args[1]);
      const isSoon = due - operation.start <= SOON;
      this.#insert({ operation, due, timer: isSoon ? { deref: () => timer } : new Weak(timer), signal: undefined });
    }
    // Whether it keeps the process alive is not known before the code that started it has run on.
    const unlessRefd = attempted(() => {
      if (!timer.hasRef() && !timer._destroyed) this.#cancel(operation);
    });
    queueMicrotask(unlessRefd);
    if (this.#pending.length + this.#intervals.length >= this.#sweepAt) this.#sweep();
  }

  #due({ _idleStart }: TimerInternals, ms: unknown): Micros {
    const now = nowMicros();
    // As node:timers takes it.
    const delay = Number(ms) >= 1 && Number(ms) <= 2 ** 31 - 1 ? Math.trunc(Number(ms)) : 1;
    if (_idleStart === undefined) return now + delay * 1000;
    this.#clockOffset = Math.min(this.#clockOffset, now / 1000 - _idleStart);
    return Math.round((_idleStart + delay + this.#clockOffset) * 1000);
  }

  #insert(pending: Pending): void {
    const index = this.#pending.findLastIndex(({ due }) => due <= pending.due);
    this.#pending.splice(index + 1, 0, pending);
  }

  #settle(now: Micros): void {
    for (let next = this.#pending[0]; next && (next.due <= now || hasFired(next)); next = this.#pending[0]) {
      this.#pending.shift();
      if (next.operation.cancelled) continue;
      if (wasCleared(next)) this.#cancel(next.operation);
      else this.#recorder.log.wake(next.operation, Math.min(next.due, now));
    }
  }

  /** Lets go of what was cleared. */
  #sweep(): void {
    this.#pending = this.#pending.filter((pending) => {
      if (wasCleared(pending)) this.#cancel(pending.operation);
      return !pending.operation.cancelled;
    });
    this.#intervals = this.#intervals.filter(({ timer, operation }) => {
      if (timer.deref()?._destroyed !== false) this.#cancel(operation);
      return !operation.cancelled;
    });
    this.#sweepAt = Math.max(LEAST_TO_SWEEP, 2 * (this.#pending.length + this.#intervals.length));
  }

  /** To be called before a snapshot: what was cleared is no longer pending. */
  sweep(): void {
    this.#sweep();
  }

  #cancel(operation: Operation): void {
    operation.cancelled = true;
    this.#recorder.log.forget(operation);
  }
}

function hasFired({ timer }: Pending): boolean {
  return timer?.deref()?._idleNext === null;
}

function wasCleared({ timer, signal }: Pending): boolean {
  if (signal?.deref()?.aborted) return true;
  if (!timer) return false;
  // Node.js itself holds those that are to fire.
  const alive = timer.deref();
  return alive === undefined || alive._idleTimeout === -1;
}
