/** Frames that are no functions. Beside these there are frames of waits, see {@link waitingFrame}. */
export enum Frame {
  IDLE = '(idle)',
  /** Native code without JavaScript below it. */
  PROGRAM = '(program)',
  GARBAGE_COLLECTOR = '(garbage collector)',
  /** Time of invocations in which no sample was taken. */
  NOT_SAMPLED = '(not sampled)',
}

/** Idle time of which it is known what was waited for. */
export function waitingFrame(what: string): string {
  return `(waiting: ${what})`;
}

/** What a frame of {@link waitingFrame} waited for; empty: it is no such frame. */
export function waitedFor(name: string): string {
  return /^\(waiting: (.*)\)$/s.exec(name)?.[1] ?? '';
}
