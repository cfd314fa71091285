import type { Micros } from '../../../runtime/clock';
import type { CpuProfile } from '../../../runtime/cpu/cpu-sampler';

const ROOT = 1;
/** What V8 would have sampled: the function `work`, nothing, or another function by its name. */
export type Activity = 'work' | '(idle)' | (string & {});

/**
 * What V8 would give of a life that is told to it: a sample each interval, none while the process is frozen, and one at
 * once after each thaw. On a clock of its own: nothing depends on the machine.
 */
export class SimulatedProfile {
  now: Micros = 0;
  readonly #interval: Micros;
  readonly #ids = new Map<Activity, number>();
  readonly #samples: number[] = [];
  readonly #timeDeltas: number[] = [];
  #sampledAt: Micros = 0;
  #due: Micros;

  /** @param due when the first sample is taken */
  constructor(interval: Micros, due = interval) {
    this.#interval = interval;
    this.#due = due;
  }

  /** The thread does this for a while. */
  pass(activity: Activity, micros: Micros): void {
    const id = this.#idOf(activity);
    for (const end = this.now + micros; this.now < end; ) {
      this.now = Math.min(end, Math.max(this.now, this.#due));
      if (this.#due > this.now) continue;
      this.#samples.push(id);
      this.#timeDeltas.push(this.now - this.#sampledAt);
      this.#sampledAt = this.now;
      this.#due = this.now + this.#interval;
    }
  }

  freeze(micros: Micros): void {
    this.now += micros;
  }

  get profile(): CpuProfile {
    const frame = (functionName: string) => {
      const own = !functionName.startsWith('(');
      const at = own ? 1 : -1;
      return {
        functionName,
        url: own ? 'file:///var/task/index.js' : '',
        scriptId: '0',
        lineNumber: at,
        columnNumber: at,
      };
    };
    const nodes = [...this.#ids].map(([name, id]) => ({ id, callFrame: frame(name) }));
    return {
      nodes: [{ id: ROOT, callFrame: frame('(root)'), children: nodes.map(({ id }) => id) }, ...nodes],
      startTime: 0,
      endTime: this.now,
      samples: this.#samples,
      timeDeltas: this.#timeDeltas,
    };
  }

  #idOf(activity: Activity): number {
    const id = this.#ids.get(activity) ?? ROOT + 1 + this.#ids.size;
    this.#ids.set(activity, id);
    return id;
  }
}
