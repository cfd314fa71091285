import type { Profiler, Session } from 'node:inspector';
import type { Micros } from '../clock';

/** A raw profile of V8's. Times are microseconds on the monotonic clock. */
export type CpuProfile = Profiler.Profile;

/** A profile, and the time between two of its samples. */
export interface SampledProfile {
  profile: CpuProfile;
  intervalMs: number;
}

/**
 * V8's sampling CPU profiler, rotated without being stopped.
 *
 * A full `Profiler.start` walks heap and code: 5 to 150 ms, every time. But while one profile runs, beginning another
 * and ending the first costs half a millisecond; the inspector gives that to `console.profile()` only. So windows are
 * console profiles with titles of ours, and the next begins before the last ends.
 */
export class CpuSampler {
  readonly #session: Session;
  // Before the user's code can replace or wrap console's methods.
  readonly #begin = console.profile;
  readonly #end = console.profileEnd;
  #isRunning = false;
  #intervalMs = 0;
  #window = 0;
  #finished: { title: string; profile: CpuProfile } | undefined;

  constructor(session: Session) {
    this.#session = session;
    session.on('Profiler.consoleProfileFinished', ({ params }) => {
      // A user's own console.profile() reports here too.
      if (params.title === this.#title()) this.#finished = { title: params.title, profile: params.profile };
    });
  }

  get isRunning(): boolean {
    return this.#isRunning;
  }

  /** Between two samples. */
  get intervalMs(): number {
    return this.#intervalMs;
  }

  /** Before there is code of the user's. */
  start(intervalMs: number): void {
    this.#isRunning = true;
    this.#session.post('Profiler.enable');
    this.#setInterval(intervalMs);
    this.#begin(this.#title());
  }

  /** When the user's code has run already. */
  startLate(intervalMs: number): void {
    this.#session.post('Profiler.enable');
    this.#forgetOptimizedCode();
    this.start(intervalMs);
  }

  /**
   * The profile since the start or the last call; sampling goes on.
   *
   * @returns nothing when V8 has none; a part when the user's code ended it (on some versions of Node.js
   * `console.profileEnd()` without a title ends the last begun)
   */
  rotate(): SampledProfile | undefined {
    const ended = this.#title();
    this.#begin(this.#titleOf(this.#window + 1));
    this.#end(ended);
    this.#window++;
    const finished = this.#finished;
    this.#finished = undefined;
    return finished?.title === ended ? { profile: finished.profile, intervalMs: this.#intervalMs } : undefined;
  }

  /**
   * Samples at another interval from now on; what was sampled since the last rotation is lost. It is a full start: V8
   * takes another interval only while nothing is profiled. (So if a profile of the user's is running, it stays as it is.)
   */
  changeInterval(intervalMs: number): void {
    this.#end(this.#title());
    this.#finished = undefined;
    this.#setInterval(intervalMs);
    if (this.#intervalMs === intervalMs) this.#forgetOptimizedCode();
    this.#window++;
    this.#begin(this.#title());
  }

  /** Stops everything and starts again: what helps when V8's sampler no longer samples. */
  restart(): void {
    this.stop();
    this.startLate(this.#intervalMs);
  }

  stop(): void {
    if (!this.#isRunning) return;
    this.#isRunning = false;
    this.#end(this.#title());
    this.#session.post('Profiler.disable');
    this.#finished = undefined;
    this.#window++;
  }

  /**
   * Has V8 deoptimize all functions, as counting calls would need it. A full start learns what code there is from the
   * heap, where it misses loops that were optimized while they ran (on-stack replacement): such functions would lose
   * their frames, and their callers be shown in their place, up to all of the time.
   */
  #forgetOptimizedCode(): void {
    this.#session.post('Profiler.startPreciseCoverage', { callCount: false, detailed: false });
    this.#session.post('Profiler.stopPreciseCoverage');
  }

  #setInterval(intervalMs: number): void {
    this.#session.post('Profiler.setSamplingInterval', { interval: Math.round(intervalMs * 1000) }, (error) => {
      if (!error) this.#intervalMs = intervalMs;
    });
  }

  #title(): string {
    return this.#titleOf(this.#window);
  }

  #titleOf(window: number): string {
    return `profiled-fn-${window}`;
  }
}

/**
 * Whether V8's sampler has lost its way: the thread was busy, and there is not even a sample for each second of that.
 *
 * @param busy processor time in the profile's window
 * @see https://github.com/DataDog/pprof-nodejs/issues/125
 */
export function isStuck(profile: CpuProfile, busy: Micros): boolean {
  return busy > 1e6 && (profile.samples?.length ?? 0) < busy / 1e6;
}

/** The profile of a time in which nothing was sampled, up to `now`. */
export function notSampled(now: Micros): CpuProfile {
  return { nodes: [], startTime: now, endTime: now, samples: [], timeDeltas: [] };
}
