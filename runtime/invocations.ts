import { type Micros, nowMicros } from './clock';

/** One call of the user's handler. */
export interface Invocation {
  readonly requestId: string;
  readonly start: Micros;
  /** Absent while the handler runs. */
  end?: Micros;
}

/** A stretch of time. */
export interface Window {
  start: Micros;
  end: Micros;
}

/** What ran when since the last snapshot, and who waits for an invocation to be answered. */
export class Invocations {
  #current: Invocation[] = [];
  #takenUpTo: Micros = 0;
  #lastAnswered = '';
  #waiting: { requestId: string; resolve: () => void } | undefined;

  begin(requestId: string): Invocation {
    const invocation: Invocation = { requestId, start: nowMicros() };
    this.#current.push(invocation);
    return invocation;
  }

  end(invocation: Invocation): void {
    invocation.end ??= nowMicros();
  }

  /** To be called when Lambda has the response of `requestId`. */
  answered(requestId: string): void {
    this.#lastAnswered = requestId;
    if (this.#waiting?.requestId === requestId) {
      this.#waiting.resolve();
      this.#waiting = undefined;
    }
  }

  /** Resolves when Lambda has the response of `requestId`. */
  whenAnswered(requestId: string): Promise<void> {
    if (this.#lastAnswered === requestId) return Promise.resolve();
    return new Promise((resolve) => {
      this.#waiting = { requestId, resolve };
    });
  }

  /** The invocations' windows since the last call; what still runs is split at `now`. */
  takeWindows(now: Micros): Window[] {
    const windows = this.#current.map(({ start, end }) => ({
      start: Math.max(start, this.#takenUpTo),
      end: end ?? now,
    }));
    this.#current = this.#current.filter((invocation) => invocation.end === undefined);
    this.#takenUpTo = now;
    return windows;
  }
}
