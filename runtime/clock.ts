/** Microseconds on the monotonic clock: V8's own sample clock (CLOCK_MONOTONIC), so nothing has to be calibrated. */
export type Micros = number;

// Before the user's code can replace them: test doubles of time come with some bundles.
const { bigint: nowNanos } = process.hrtime;
/** Milliseconds since the epoch. */
export const { now: nowEpochMs } = Date;

export function nowMicros(): Micros {
  return Number(nowNanos() / 1000n);
}

const EPOCH_OFFSET_MS = nowEpochMs() - nowMicros() / 1000;

/**
 * The wall-clock time of a monotonic instant, in milliseconds since the epoch, by the offset between the two clocks
 * when this module was loaded: a later step of the system clock moves no window.
 */
export function toEpochMs(at: Micros): number {
  return EPOCH_OFFSET_MS + at / 1000;
}

/** Milliseconds on the monotonic clock, which no step of the system clock moves. */
export function nowMs(): number {
  return nowMicros() / 1000;
}

/** What `fn` returns, and the milliseconds that it took. */
export function timed<T>(fn: () => T): { result: T; ms: number } {
  const start = nowMs();
  const result = fn();
  return { result, ms: nowMs() - start };
}
