import type { Session } from 'node:inspector';
import type { CallFrame } from '../frames';

/**
 * V8's answer.
 *
 * @see https://chromedevtools.github.io/devtools-protocol/tot/HeapProfiler/#type-SamplingHeapProfile
 */
export interface HeapProfile {
  head: HeapNode;
  /** The live samples, one for each sampled object. */
  samples: { nodeId: number }[];
}

export interface HeapNode {
  id: number;
  callFrame: CallFrame;
  /** Bytes that this site holds, estimated from the samples. */
  selfSize: number;
  children: HeapNode[];
}

const MIB = 1024 * 1024;
const LEAST_INTERVAL = 2 * MIB;
/** What a handler that allocates 1.5 GB a second does not feel. */
const LARGEST_INTERVAL = 8 * MIB;
/** So many samples tell of a heap that fills the memory. */
const SAMPLES_OF_FULL_MEMORY = 256;

/**
 * Average number of allocated bytes between two samples. V8's and Go's default is 512 KiB, but each sample walks the
 * stack, which costs a handler that allocates 1.5 GB a second, as JSON does, 2 to 5 % of its processor time. A heap
 * grows with the memory that it has, and with it the number of samples that are alive.
 *
 * It stays as it is for the life of an instance: another one would be a new start, which forgets what is alive.
 *
 * @param memoryMb of the function; not a number where it is unknown
 */
export function heapSamplingInterval(memoryMb: number): number {
  const fitting = (memoryMb * MIB) / SAMPLES_OF_FULL_MEMORY;
  return Math.min(LARGEST_INTERVAL, Math.max(LEAST_INTERVAL, fitting || 0));
}

/** V8's sampling heap profiler: what is alive now, by the stack that allocated it, of what was allocated since the start. */
export class HeapSampler {
  readonly #session: Session;
  readonly #intervalBytes: number;

  constructor(session: Session, intervalBytes: number) {
    this.#session = session;
    this.#intervalBytes = intervalBytes;
  }

  start(): void {
    this.#session.post('HeapProfiler.startSampling', { samplingInterval: this.#intervalBytes });
  }

  /**
   * The live heap. V8 collects all garbage first, 10 to 75 ms on the main thread, and code runs slower for a while: to
   * be called rarely.
   */
  collect(): HeapProfile | undefined {
    let profile: HeapProfile | undefined;
    this.#session.post('HeapProfiler.getSamplingProfile', (_error, result) => {
      // Node.js's own types leave out `id` and `samples`.
      profile = result?.profile as unknown as HeapProfile | undefined;
    });
    return profile;
  }

  stop(): void {
    this.#session.post('HeapProfiler.stopSampling');
  }
}
