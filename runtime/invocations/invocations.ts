import { AsyncLocalStorage } from 'node:async_hooks';
import { type Micros, nowMicros } from '../clock';
import { NativePromise } from '../native-promise';
import { LabelTimeline } from './label-timeline';

/**
 * How an invocation ended. `running`: it had not when the snapshot was taken, and how it will is not known.
 */
export type Outcome = 'ok' | 'error' | 'timeout' | 'running';

/** One call of the user's handler. */
export interface Invocation {
  readonly start: Micros;
  /** Absent while the handler runs. */
  end?: Micros;
  outcome: Outcome;
  /** Whether it is the first of its environment. */
  readonly coldStart: boolean;
  /**
   * Processor time of the whole process, microseconds: at the start; from the end on, what the invocation took. Absent
   * where others run in the process at the same time.
   */
  cpu?: Micros;
  /** Time until Lambda ends it, milliseconds; the runtime's own function. */
  readonly remainingMs: (() => number) | undefined;
  readonly timeline: LabelTimeline;
}

/** The part of an invocation that falls into a snapshot. */
export interface InvocationPart {
  readonly invocation: Readonly<Invocation>;
  readonly start: Micros;
  readonly end: Micros;
}

/** Invocations that are remembered until a snapshot is taken; a snapshot is due when there are so many. */
export const MAX_INVOCATIONS = 5_000;

/** Lambda's timer and ours may differ by so much. */
const TIMEOUT_MARGIN_MS = 50;

/** What ran when since the last snapshot, and when the last of it was answered. */
export class Invocations {
  /** Tells whose code runs, where several invocations do at the same time; absent where it is one at a time. */
  readonly scope: AsyncLocalStorage<Invocation> | undefined;
  #current: Invocation[] = [];
  #cold = true;
  /** Those that found no room since the last snapshot. */
  #dropped = 0;
  #activeMicros = 0;
  #takenUpTo: Micros = 0;
  #lastAnswered: string | undefined = '';
  #onAnswered: () => void = () => {};

  /** @param concurrent whether invocations may run at the same time */
  constructor(concurrent = false) {
    this.scope = concurrent ? new AsyncLocalStorage() : undefined;
  }

  begin(remainingMs?: () => number): Invocation {
    const invocation: Invocation = {
      start: nowMicros(),
      outcome: 'running',
      coldStart: this.#cold,
      cpu: this.scope ? undefined : cpuMicros(),
      remainingMs,
      timeline: new LabelTimeline(),
    };
    this.#cold = false;
    if (this.#current.length < MAX_INVOCATIONS) this.#current.push(invocation);
    else this.#dropped++;
    return invocation;
  }

  end(invocation: Invocation, outcome: 'ok' | 'error'): void {
    if (invocation.end !== undefined) return;
    const now = nowMicros();
    endNow(invocation, outcome, now);
    this.#activeMicros += now - invocation.start;
  }

  /** The invocation whose code runs. */
  get running(): Invocation | undefined {
    if (this.scope) {
      const invocation = this.scope.getStore();
      return invocation?.end === undefined ? invocation : undefined;
    }
    return this.#current.findLast(({ end }) => end === undefined);
  }

  /** Time in invocations that have ended since the last snapshot. */
  get activeMicros(): Micros {
    return this.#activeMicros;
  }

  /** Whether there is no room for more before a snapshot is taken. */
  get isFull(): boolean {
    return this.#current.length >= MAX_INVOCATIONS;
  }

  /** To be called when Lambda has an invocation's response. */
  answered(requestId: string | undefined): void {
    this.#lastAnswered = requestId;
    this.#onAnswered();
  }

  /** Resolves when Lambda has the response of this invocation, the last that it has handed out. */
  async whenAnswered(requestId: string): Promise<void> {
    while (this.#lastAnswered !== requestId) {
      await new NativePromise<void>((resolve) => {
        this.#onAnswered = resolve;
      });
      // A runtime that does not tell which: nobody is to wait for ever.
      if (this.#lastAnswered === undefined) return;
    }
    // An asynchronous invocation that failed comes again under the same id.
    this.#lastAnswered = '';
  }

  /**
   * What ran since the last call, in order of the start. Of an invocation that still runs this is the part up to
   * `now`, and the rest will be in the next snapshot; unless its time is over, for then there is none.
   */
  take(now: Micros): { parts: InvocationPart[]; dropped: number } {
    for (const invocation of this.#current) if (isOverdue(invocation)) endNow(invocation, 'timeout', now);
    const parts = this.#current.map((invocation) => ({
      invocation,
      start: Math.max(invocation.start, this.#takenUpTo),
      end: invocation.end ?? now,
    }));
    const dropped = this.#dropped;
    this.#current = this.#current.filter(({ end }) => end === undefined);
    this.#dropped = 0;
    this.#activeMicros = 0;
    this.#takenUpTo = now;
    return { parts, dropped };
  }
}

/** A handler that Lambda is about to end: what comes after SIGTERM when its time is over. */
function isOverdue({ end, remainingMs }: Invocation): boolean {
  if (end !== undefined || !remainingMs) return false;
  try {
    return remainingMs() <= TIMEOUT_MARGIN_MS;
  } catch {
    return false; // the user's code has put something else there
  }
}

function endNow(invocation: Invocation, outcome: Outcome, now: Micros): void {
  invocation.end = now;
  if (invocation.cpu !== undefined) invocation.cpu = cpuMicros() - invocation.cpu;
  invocation.outcome = outcome;
}

/** Half a microsecond's call. */
function cpuMicros(): Micros {
  const { user, system } = process.cpuUsage();
  return user + system;
}
