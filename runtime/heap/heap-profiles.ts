import type { Session } from 'node:inspector';
import { nowEpochMs, nowMs, timed } from '../clock';
import type { Cost } from '../cost';
import type { FunctionIdentity } from '../function-identity';
import { late } from '../late';
import type { Snapshot, SnapshotPart } from '../upload/snapshot';
import type { WorkerProfiles } from '../workers/worker-profiles';
import { HeapSampler } from './heap-sampler';
import type { HeapType } from './heap-to-pprof';
import { allocationSamplingInterval, heapSamplingInterval } from './sampling-interval';

/** A collection of the live heap costs a full garbage collection: after the first one, few follow. */
const LIVE_INTERVAL_MS = 5 * 60_000;
/** Between two collections of either type, for each millisecond that the last one took. */
const INTERVAL_PER_COST = 1_000;
/** After so many snapshots without time for a collection, allocations are sampled no more: V8 would keep all samples. */
const MANY_LEFT_OUT = 5;

// Before the user's code can replace it.
const { memoryUsage } = process;

/** Bytes of the heap, which predict what a garbage collection takes. */
export function heapUsed(): number {
  return memoryUsage().heapUsed;
}

/** The profile type `heap` or `alloc`, whichever this instance has drawn. */
export class HeapProfiles {
  readonly #type: HeapType;
  readonly #sampler: HeapSampler;
  readonly #identity: FunctionIdentity;
  readonly #cost: Cost;
  #intervalBytes: number;
  #startedMs = 0;
  #nextMs = 0;
  /** Snapshots since the last collection that it was left out of. */
  #leftOut = 0;

  /** @param cost kept up to date */
  constructor(type: HeapType, session: Session, identity: FunctionIdentity, cost: Cost) {
    this.#type = type;
    this.#sampler = new HeapSampler(session);
    this.#identity = identity;
    this.#cost = cost;
    this.#intervalBytes = heapSamplingInterval(Number(identity.memoryMb));
  }

  start(): void {
    this.#startedMs = nowEpochMs();
    if (this.#type === 'heap') this.#sampler.startLive(this.#intervalBytes);
    else this.#sampler.startAllocations(this.#intervalBytes);
  }

  stop(): void {
    this.#sampler.stop();
  }

  /** Whether a collection is due within so many milliseconds. */
  isDue(withinMs = 0): boolean {
    return nowMs() + withinMs >= this.#nextMs;
  }

  /**
   * The next profile, where it is due; left out if there is no time for it.
   *
   * @param workers whose live heaps belong to it
   */
  take(workers: WorkerProfiles | undefined): SnapshotPart[] {
    if (!this.isDue()) return [];
    if (this.#type === 'alloc' && this.#leftOut++ === MANY_LEFT_OUT) this.#sampler.stop();
    if (this.#leftOut > MANY_LEFT_OUT) return [];
    const make = () => (this.#type === 'heap' ? this.#live(workers) : this.#allocations());
    return [{ work: 'heap', size: heapUsed(), isOptional: true, make }];
  }

  #live(workers: WorkerProfiles | undefined): Snapshot[] {
    const { result: live, ms } = timed(() => this.#sampler.collect());
    this.#collected(ms, LIVE_INTERVAL_MS);
    if (!live) return [];
    const now = nowEpochMs();
    const { result: profile, ms: convertMs } = timed(() => {
      const ofMainThread = late().heapToPprof('heap', live, this.#intervalBytes, now, this.#identity);
      workers?.addHeaps(ofMainThread, this.#intervalBytes, now);
      return ofMainThread;
    });
    return [{ type: 'heap', profile, startMs: now, endMs: now, convertMs }];
  }

  /** Stopping frees what V8 keeps for each sample, so each window is a session of its own. */
  #allocations(): Snapshot[] {
    const [startMs, endMs] = [this.#startedMs, nowEpochMs()];
    const intervalBytes = this.#intervalBytes;
    const { result: allocated, ms } = timed(() => this.#sampler.stop());
    this.#intervalBytes = allocationSamplingInterval(intervalBytes, allocated?.samples.length ?? 0);
    this.start();
    this.#collected(ms, 0);
    if (!allocated) return [];
    const { result: profile, ms: convertMs } = timed(() =>
      late().heapToPprof('alloc', allocated, intervalBytes, startMs, this.#identity),
    );
    profile.durationNanos = Math.round((endMs - startMs) * 1e6);
    return [{ type: 'alloc', profile, startMs, endMs, convertMs }];
  }

  #collected(ms: number, leastIntervalMs: number): void {
    this.#cost.heapMs = ms;
    this.#leftOut = 0;
    this.#nextMs = nowMs() + Math.max(leastIntervalMs, INTERVAL_PER_COST * ms);
  }
}
