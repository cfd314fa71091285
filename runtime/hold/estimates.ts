/** Work that is done after a response, and may not be interrupted once begun (an upload: up to its next wait). */
export type Work = 'start' | 'rotate' | 'heap' | 'events' | 'convert' | 'encode' | 'compress' | 'upload';

interface Model {
  /** Milliseconds of a whole processor, the first time: code is compiled then. */
  base: number;
  /** The same for each unit of size. */
  perUnit: number;
}

const MIB = 1024 * 1024;

/** What work takes at most, as measured on server processors with Node.js 20 to 26; see docs/overhead.md. */
const MODELS: Readonly<Record<Work, Model>> = {
  // V8 lists every function: by the bytes of the heap.
  start: { base: 15, perUnit: 1.5 / MIB },
  // By the bytes of the heap too: it is collected first.
  heap: { base: 8, perUnit: 2 / MIB },
  // 5 to 7 µs for each node of the call tree, which are not known: by the seconds that were sampled.
  rotate: { base: 2.5, perUnit: 0.05 },
  events: { base: 3, perUnit: 0 },
  // By nodes and samples of V8's profile.
  convert: { base: 8, perUnit: 0.01 },
  // By samples of the profile.
  encode: { base: 5, perUnit: 0.02 },
  // By bytes.
  compress: { base: 5, perUnit: 30 / MIB },
  // By the uploads that are sent at the same time.
  upload: { base: 8, perUnit: 4 },
};

/** Of what was measured before, so much is remembered where less was measured since. */
const REMEMBERED = 0.7;
/** No work gets cheaper than this part of its model: the next piece of it may be another one. */
const LEAST_FACTOR = 0.15;

/** What work will take of a processor: from above where it has not been done yet, then from what it took. */
export class Estimates {
  readonly #factors = new Map<Work, number>();

  /** Milliseconds of a whole processor. */
  cpuMs(work: Work, size = 0): number {
    return modelMs(work, size) * (this.#factors.get(work) ?? 1);
  }

  measured(work: Work, size: number, cpuMs: number): void {
    const factor = cpuMs / modelMs(work, size);
    const before = this.#factors.get(work) ?? 0;
    this.#factors.set(work, Math.max(LEAST_FACTOR, factor, REMEMBERED * before));
  }
}

function modelMs(work: Work, size: number): number {
  const { base, perUnit } = MODELS[work];
  return base + perUnit * size;
}
