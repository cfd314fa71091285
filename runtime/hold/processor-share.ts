/** One vCPU for each so many MB of a function's memory. */
const MB_PER_VCPU = 1769;
/** The kernel grants a process its share anew in each period; when it is used up, the process stands still for the rest. */
export const PERIOD_MS = 100;
/** A busy host may give less than the share; less than this part of it is not believed. */
const LEAST_CORRECTION = 0.25;
/** How much a new observation weighs against those before. */
const NEW_WEIGHT = 0.3;

/**
 * The part of a processor that the main thread gets while the function is invoked.
 *
 * @param memoryMb of the function; not a number where it is not known: then it is taken to be a whole one
 */
export function processorShare(memoryMb: number): number {
  return memoryMb > 0 ? Math.min(1, memoryMb / MB_PER_VCPU) : 1;
}

/**
 * How long work takes by the clock, from above.
 *
 * @param cpuMs processor time of the work
 * @param freeMs processor time that is left of the current period for certain
 */
export function wallTimeMs(cpuMs: number, share: number, freeMs: number): number {
  if (share >= 1 || cpuMs <= freeMs) return cpuMs;
  return cpuMs / share + PERIOD_MS * (1 - share);
}

/** A moment, and the processor time that the process had taken by then. */
export interface Mark {
  atMs: number;
  cpuMs: number;
}

/** The share of a processor that this environment really gets, and what is left of it in the current period. */
export class ShareMeter {
  readonly #nominal: number;
  #correction = 1;
  /** Oldest first. Those that are older than a period go, but for the newest of them. */
  #marks: Mark[] = [];

  constructor(memoryMb: number) {
    this.#nominal = processorShare(memoryMb);
  }

  get share(): number {
    return this.#nominal * this.#correction;
  }

  mark(mark: Mark): void {
    this.#marks.push(mark);
    const recent = this.#marks.findIndex(({ atMs }) => atMs > mark.atMs - PERIOD_MS);
    if (recent > 1) this.#marks.splice(0, recent - 1);
  }

  /** When a period begins is not known, so what was taken in the last 100 ms may all belong to this one. */
  freeMs(now: Mark): number {
    const before = this.#marks.findLast(({ atMs }) => atMs <= now.atMs - PERIOD_MS) ?? this.#marks[0];
    return before ? Math.max(0, this.share * PERIOD_MS - (now.cpuMs - before.cpuMs)) : 0;
  }

  /** Learns from work of the main thread that took several periods: shorter work says nothing. */
  observe(cpuMs: number, wallMs: number): void {
    if (this.#nominal >= 1 || wallMs < 2 * PERIOD_MS) return;
    const seen = Math.min(1, Math.max(LEAST_CORRECTION, cpuMs / wallMs / this.#nominal));
    this.#correction += NEW_WEIGHT * (seen - this.#correction);
  }
}
