/** Frames that are not functions. Frames of waits exist in addition, see {@link waitingFrame}. */
export enum Frame {
  IDLE = '(idle)',
  /** Native code without JavaScript below it. */
  PROGRAM = '(program)',
  GARBAGE_COLLECTOR = '(garbage collector)',
  /** Time of invocations in which no sample was taken. */
  NOT_SAMPLED = '(not sampled)',
}

/** Idle time with a known cause. */
export function waitingFrame(what: string): string {
  return `(waiting: ${what})`;
}

/** The cause of the wait in a frame of {@link waitingFrame}; empty for other frames. */
export function waitedFor(name: string): string {
  return /^\(waiting: (.*)\)$/s.exec(name)?.[1] ?? '';
}
