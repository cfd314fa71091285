import { type Micros, nowMicros } from './clock';

/** One call of the user's handler. */
export interface Invocation {
  readonly start: Micros;
  /** Absent while the handler runs. */
  end?: Micros;
}

/** A stretch of time. */
export interface Window {
  start: Micros;
  end: Micros;
}

/** What ran when since the last snapshot, and when the last of it was answered. */
export class Invocations {
  #current: Invocation[] = [];
  #takenUpTo: Micros = 0;
  #onAnswered: () => void = () => {};

  begin(): Invocation {
    const invocation: Invocation = { start: nowMicros() };
    this.#current.push(invocation);
    return invocation;
  }

  end(invocation: Invocation): void {
    invocation.end ??= nowMicros();
  }

  /** To be called when Lambda has an invocation's response. */
  answered(): void {
    this.#onAnswered();
  }

  /** Resolves when Lambda has the response of an invocation that has not been answered yet. */
  nextAnswered(): Promise<void> {
    return new Promise((resolve) => {
      this.#onAnswered = resolve;
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
