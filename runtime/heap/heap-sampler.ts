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

/**
 * V8's sampling heap profiler. V8 has one for each isolate, so an instance samples either its live heap or its
 * allocations.
 */
export class HeapSampler {
  readonly #session: Session;

  constructor(session: Session) {
    this.#session = session;
  }

  /** Samples the live heap: each sample leaves the profile when its object dies. */
  startLive(intervalBytes: number): void {
    this.#session.post('HeapProfiler.startSampling', { samplingInterval: intervalBytes });
  }

  /** Samples all allocations. V8 keeps 500 to 700 bytes for each sample until sampling stops. */
  startAllocations(intervalBytes: number): void {
    this.#session.post('HeapProfiler.startSampling', {
      samplingInterval: intervalBytes,
      includeObjectsCollectedByMajorGC: true,
      includeObjectsCollectedByMinorGC: true,
    });
  }

  /**
   * The profile since the start; sampling goes on. V8 collects all garbage first, 10 to 75 ms on the main thread, and
   * code runs slower for a while: to be called rarely.
   */
  collect(): HeapProfile | undefined {
    return this.#ask('HeapProfiler.getSamplingProfile');
  }

  /** The profile since the start. V8 collects all garbage first, as in `collect`. */
  stop(): HeapProfile | undefined {
    return this.#ask('HeapProfiler.stopSampling');
  }

  #ask(method: 'HeapProfiler.getSamplingProfile' | 'HeapProfiler.stopSampling'): HeapProfile | undefined {
    let profile: HeapProfile | undefined;
    // Node.js's own types leave out `id` and `samples`, and that stopping answers with the profile.
    this.#session.post(method, (_error, result?: object) => {
      profile = (result as { profile?: HeapProfile } | undefined)?.profile;
    });
    return profile;
  }
}
