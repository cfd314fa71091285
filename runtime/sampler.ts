import { Session } from 'node:inspector';
import { type Micros, nowMicros, toEpochMs } from './clock';
import type { Config } from './config';
import { CpuSampler } from './cpu-sampler';
import { cpuToPprof } from './cpu-to-pprof';
import { HeapSampler } from './heap-sampler';
import { heapToPprof } from './heap-to-pprof';
import type { FunctionIdentity } from './identity';
import type { Invocations, Window } from './invocations';
import type { Snapshot } from './snapshot';

/** Collecting the heap costs a full garbage collection: after the first time, rarely. */
const HEAP_INTERVAL_MS = 5 * 60_000;

/** V8's samplers for this thread, and what they have seen, as snapshots. */
export class Sampler {
  readonly #session = new Session();
  readonly #config: Config;
  readonly #identity: FunctionIdentity;
  readonly #invocations: Invocations;
  readonly #cpu: CpuSampler | undefined;
  readonly #heap: HeapSampler | undefined;
  #init: Window | undefined;
  #initReported = false;
  #nextHeap: Micros = 0;

  constructor(config: Config, identity: FunctionIdentity, invocations: Invocations) {
    this.#config = config;
    this.#identity = identity;
    this.#invocations = invocations;
    this.#cpu = config.profiles.has('wall') ? new CpuSampler(this.#session, config.samplingIntervalMs) : undefined;
    this.#heap = config.profiles.has('heap') ? new HeapSampler(this.#session) : undefined;
  }

  /** @throws Error when the inspector is not to be had */
  start(): void {
    this.#session.connect();
    this.#cpu?.start();
    this.#heap?.start();
    this.#init = { start: nowMicros(), end: nowMicros() };
  }

  /** The user's module has been loaded. */
  initialized(): void {
    if (this.#init) this.#init.end = nowMicros();
  }

  stop(): void {
    this.#cpu?.stop();
    this.#heap?.stop();
    this.#session.disconnect();
  }

  /**
   * What was sampled since the last call. Takes some milliseconds of the main thread, and more when the heap is due.
   *
   * @param hurried leaves out the heap
   */
  take(hurried: boolean): Snapshot[] {
    const now = nowMicros();
    const windows = this.#invocations.takeWindows(now);
    const snapshots = [...this.#takeCpu(windows)];
    if (!hurried && this.#heap && now >= this.#nextHeap) {
      this.#nextHeap = now + HEAP_INTERVAL_MS * 1000;
      snapshots.push(...this.#takeHeap(this.#heap));
    }
    // The inspector keeps the arguments of console calls alive for a front end that is not there.
    this.#session.post('Runtime.discardConsoleEntries');
    return snapshots;
  }

  #takeCpu(windows: Window[]): Snapshot[] {
    const profile = this.#cpu?.rotate();
    if (!profile) return [];
    const snapshot = (type: string, of: Window[]): Snapshot => ({
      type,
      profile: cpuToPprof(profile, of, this.#config.samplingIntervalMs, this.#identity),
      startMs: toEpochMs(Math.min(...of.map(({ start }) => start))),
      endMs: toEpochMs(Math.max(...of.map(({ end }) => end))),
    });
    const snapshots: Snapshot[] = [];
    if (this.#init && !this.#initReported) {
      this.#initReported = true;
      snapshots.push(snapshot('init', [this.#init]));
    }
    if (windows.length > 0) snapshots.push(snapshot('wall', windows));
    return snapshots;
  }

  #takeHeap(heap: HeapSampler): Snapshot[] {
    const profile = heap.collect();
    if (!profile) return [];
    const now = Date.now();
    return [{ type: 'heap', profile: heapToPprof(profile, now, this.#identity), startMs: now, endMs: now }];
  }
}
