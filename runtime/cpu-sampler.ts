import type { Profiler, Session } from 'node:inspector';

/** A raw profile of V8's. Times are microseconds on the monotonic clock. */
export type CpuProfile = Profiler.Profile;

/**
 * V8's sampling CPU profiler, rotated without ever being stopped.
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
  readonly #samplingIntervalMs: number;
  #window = 0;
  #finished: { title: string; profile: CpuProfile } | undefined;

  constructor(session: Session, samplingIntervalMs: number) {
    this.#session = session;
    this.#samplingIntervalMs = samplingIntervalMs;
  }

  start(): void {
    this.#session.post('Profiler.enable');
    this.#session.post('Profiler.setSamplingInterval', { interval: Math.round(this.#samplingIntervalMs * 1000) });
    this.#session.on('Profiler.consoleProfileFinished', ({ params }) => {
      // A user's own console.profile() reports here too.
      if (params.title === this.#title()) this.#finished = { title: params.title, profile: params.profile };
    });
    this.#begin(this.#title());
  }

  /**
   * The profile since the start or the last call; sampling goes on.
   *
   * @returns nothing when somebody else ended our profile (`console.profileEnd()` without a title ends the last begun)
   */
  rotate(): CpuProfile | undefined {
    const ended = this.#title();
    const next = this.#titleOf(this.#window + 1);
    this.#begin(next);
    this.#end(ended);
    this.#window++;
    const finished = this.#finished;
    this.#finished = undefined;
    return finished?.title === ended ? finished.profile : undefined;
  }

  stop(): void {
    this.#end(this.#title());
    this.#session.post('Profiler.disable');
  }

  #title(): string {
    return this.#titleOf(this.#window);
  }

  #titleOf(window: number): string {
    return `profiled-fn-${window}`;
  }
}
