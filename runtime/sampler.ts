import { Session } from 'node:inspector';
import type { Label, Profile } from '../profile/model';
import { type Micros, nowEpochMs, nowMicros, nowMs, timed, toEpochMs } from './clock';
import type { Config } from './config';
import { ConsoleRetention } from './console-retention';
import type { Cost } from './cost';
import { CpuSampler, isStuck, notSampled, type SampledProfile } from './cpu/cpu-sampler';
import { cpuToPprof } from './cpu/cpu-to-pprof';
import { busyPart, fittingInterval } from './cpu/fitting-interval';
import { type SampledWindows, sampledWindows } from './cpu/sampled-windows';
import type { CustomProfiles } from './custom/custom-profiles';
import { EventProfiles } from './event-profiles';
import { HeapSampler, heapSamplingInterval } from './heap/heap-sampler';
import { heapToPprof } from './heap/heap-to-pprof';
import type { FunctionIdentity } from './identity';
import { recordsOf, toLabels, type Window, windowsOf } from './invocations/invocation-labels';
import type { InvocationPart, Invocations } from './invocations/invocations';
import { logOnce } from './log';
import { loopToPprof } from './loop/loop-to-pprof';
import { onceExiting } from './process-end';
import type { Snapshot } from './upload/snapshot';
import type { RecordedWaits } from './waits/observer';
import { waitToPprof } from './waits/wait-to-pprof';

/**
 * Modules load in milliseconds, so initialization is sampled finely; and the first invocation, which follows before
 * there is an idle moment for the full start that a change takes.
 */
const INIT_SAMPLING_INTERVAL_MS = 1;
/** Collecting the heap costs a full garbage collection: after the first time, rarely, and the dearer the rarer. */
const HEAP_INTERVAL_MS = 5 * 60_000;
const HEAP_INTERVAL_PER_COST = 1_000;
/** Time of a full garbage collection, from above: 1 to 2 ms for each MB that lives. */
const HEAP_MS_PER_BYTE = 2 / 1e6;
/** Time of a full start of V8's CPU profiler in a large process, from above. */
const START_MS = 300;

/** Profile types that V8's samples of the stack make. */
const OF_STACKS = ['wall', 'wait', 'loop'];

/** V8's samplers for this thread, and what they have seen, as snapshots. */
export class Sampler {
  readonly #session = new Session();
  readonly #console = new ConsoleRetention();
  readonly #config: Config;
  readonly #identity: FunctionIdentity;
  readonly #invocations: Invocations;
  readonly #cost: Cost;
  readonly #cpu: CpuSampler | undefined;
  readonly #heap: HeapSampler | undefined;
  readonly #heapIntervalBytes: number;
  readonly #events: EventProfiles;
  #init: Window | undefined;
  #initReported = false;
  /** Between two samples, from the first snapshot on. */
  #intervalMs: number;
  #nextHeapMs = 0;
  #stopped = false;

  /** @param cost kept up to date */
  constructor(config: Config, identity: FunctionIdentity, invocations: Invocations, cost: Cost) {
    this.#config = config;
    this.#intervalMs = config.samplingIntervalMs;
    this.#identity = identity;
    this.#invocations = invocations;
    this.#cost = cost;
    const has = (type: string) => config.profiles.has(type);
    this.#cpu = [...OF_STACKS, 'init'].some(has) ? new CpuSampler(this.#session) : undefined;
    this.#heapIntervalBytes = heapSamplingInterval(Number(identity.memoryMb));
    this.#heap = has('heap') ? new HeapSampler(this.#session, this.#heapIntervalBytes) : undefined;
    this.#events = new EventProfiles(config, identity, invocations);
  }

  /** Profiles of the user's own, where they are wanted. */
  get custom(): CustomProfiles | undefined {
    return this.#events.custom;
  }

  /**
   * Begins to sample the heap, and with `init` the stacks too. V8 takes 10 to 30 ms for the latter.
   *
   * @throws Error when the inspector is not to be had
   */
  start(init: boolean): void {
    this.#session.connect();
    // V8's sampling thread outlives the platform that it uses, and the process would die of SIGSEGV now and then instead
    // of ending with the user's exit code. To disconnect ends that thread, in a millisecond.
    onceExiting(() => this.#session.disconnect());
    this.#console.prevent();
    this.#heap?.start();
    this.#events.start();
    if (!init || !this.#cpu) return;
    const intervalMs = Math.min(INIT_SAMPLING_INTERVAL_MS, this.#config.samplingIntervalMs);
    this.#cost.startMs = timed(() => this.#cpu?.start(intervalMs)).ms;
    const labels = [{ key: 'phase', str: 'init' }, ...this.#commonLabels()];
    this.#init = { start: nowMicros(), end: nowMicros(), labels };
  }

  /** Whether everything is sampled that is to be: not before `startLate`, where initialization was not. */
  get isSampling(): boolean {
    return !this.#cpu || this.#cpu.isRunning || !this.#samplesStacks;
  }

  /**
   * Begins to sample stacks when there is time for it.
   *
   * @param deadlineMs when the invocation times out, milliseconds since the epoch
   * @returns whether there was
   */
  startLate(deadlineMs: number): boolean {
    if (deadlineMs - nowEpochMs() < START_MS) return false;
    this.#cost.startMs = timed(() => this.#cpu?.startLate(this.#intervalMs)).ms;
    return true;
  }

  /** Whether stacks are sampled for longer than initialization takes. */
  get #samplesStacks(): boolean {
    return OF_STACKS.some((type) => this.#config.profiles.has(type));
  }

  /** The user's module has been loaded. */
  initialized(): void {
    if (this.#init) this.#init.end = nowMicros();
  }

  stop(): void {
    this.#stopped = true;
    this.#cpu?.stop();
    this.#heap?.stop();
    this.#events.stop();
    this.#console.allow();
    this.#session.disconnect();
  }

  /**
   * What was sampled since the last call; nothing once stopped. Takes some milliseconds of the main thread, and more when
   * the heap is due or another sampling interval.
   *
   * @param heapBudgetMs how long collecting the heap may take; if it is likely to take longer it is left out
   * @param isLast nothing is sampled after it, so nothing has to be prepared
   */
  take(heapBudgetMs: number, isLast = false): Snapshot[] {
    if (this.#stopped) return [];
    const { parts, dropped } = this.#invocations.take(nowMicros());
    this.#cost.droppedInvocations += dropped;
    const common = this.#commonLabels();
    const windows = windowsOf(parts, common);
    const cpu = this.#takeCpu(parts, windows, common, isLast);
    const snapshots = [...cpu, ...this.#events.take(windows, common), ...this.#takeHeap(heapBudgetMs)];
    // In case the user's code has had a session as well: see ConsoleRetention.
    this.#session.post('Runtime.discardConsoleEntries');
    return snapshots;
  }

  #takeCpu(parts: InvocationPart[], windows: Window[], common: Label[], isLast: boolean): Snapshot[] {
    const { waits, dropped } = this.#events.takeWaits();
    this.#cost.droppedOperations += dropped;
    const cpu = this.#cpu;
    const sampled = cpu && this.#rotate(cpu);
    if (!sampled) return [];
    const seen = sampledWindows(sampled, windows);
    const snapshots: Snapshot[] = [];
    if (this.#init && !this.#initReported) {
      this.#initReported = true;
      snapshots.push(...this.#cpuSnapshot('init', sampledWindows(sampled, [this.#init]), [this.#init], waits));
    }
    if (this.#samplesStacks && parts.length > 0) {
      for (const type of OF_STACKS) {
        if (this.#config.profiles.has(type)) snapshots.push(...this.#cpuSnapshot(type, seen, windows, waits));
      }
    }
    if (!this.#samplesStacks) cpu.stop();
    else if (!isLast) this.#prepare(cpu, parts, seen);
    const wall = snapshots.find(({ type }) => type === 'wall');
    wall?.profile.samples.push(...recordsOf(parts, common));
    return snapshots;
  }

  /** The moment for a late start may not have come yet, or never come: then there are records only. */
  #rotate(cpu: CpuSampler): SampledProfile | undefined {
    if (!cpu.isRunning) return { profile: notSampled(nowMicros()), intervalMs: this.#intervalMs };
    const { result, ms } = timed(() => cpu.rotate());
    this.#cost.rotateMs = ms;
    return result;
  }

  /** For the invocations to come, after what those were like that have been. */
  #prepare(cpu: CpuSampler, parts: readonly InvocationPart[], seen: SampledWindows): void {
    this.#intervalMs = fittingInterval(parts, busyPart(seen), this.#intervalMs, this.#config.samplingIntervalMs);
    if (!cpu.isRunning) return;
    if (isStuck(seen.profile, busyTime(parts, seen.profile.startTime))) this.#restart(cpu);
    else if (cpu.intervalMs !== this.#intervalMs) {
      this.#cost.startMs = timed(() => cpu.changeInterval(this.#intervalMs)).ms;
    }
  }

  #cpuSnapshot(
    type: string,
    seen: SampledWindows,
    windows: readonly Window[],
    waits: RecordedWaits | undefined,
  ): Snapshot[] {
    const { result: profile, ms } = timed(() => this.#toPprof(type, seen, waits));
    return profile ? [{ type, profile, ...spanOf(windows), convertMs: ms }] : [];
  }

  #toPprof(type: string, seen: SampledWindows, waits: RecordedWaits | undefined): Profile | undefined {
    if (type === 'loop') return loopToPprof(seen, this.#config.loopThresholdMs, this.#identity);
    if (type === 'wait') return waits && waitToPprof(seen, this.#identity, waits);
    return cpuToPprof(seen, this.#identity, waits);
  }

  #restart(cpu: CpuSampler): void {
    this.#cost.startMs = timed(() => cpu.restart()).ms;
    logOnce('sampler-restarted', {
      message: 'V8’s CPU profiler had stopped sampling and was started again.',
      remedy: 'Nothing has to be done; the snapshot of that time is incomplete.',
    });
  }

  #takeHeap(budgetMs: number): Snapshot[] {
    const heap = this.#heap;
    if (!heap || nowMs() < this.#nextHeapMs) return [];
    if (process.memoryUsage().heapUsed * HEAP_MS_PER_BYTE > budgetMs) return [];
    const { result: profile, ms } = timed(() => heap.collect());
    this.#cost.heapMs = ms;
    this.#nextHeapMs = nowMs() + Math.max(HEAP_INTERVAL_MS, HEAP_INTERVAL_PER_COST * ms);
    if (!profile) return [];
    const now = nowEpochMs();
    const converted = timed(() => heapToPprof(profile, this.#heapIntervalBytes, now, this.#identity));
    return [{ type: 'heap', profile: converted.result, startMs: now, endMs: now, convertMs: converted.ms }];
  }

  /** What all samples of this function have. */
  #commonLabels(): Label[] {
    return [{ key: 'version', str: this.#identity.functionVersion }, ...toLabels(this.#config.labels)];
  }
}

/** Processor time of the invocations that ended, of those that began after `since`. */
function busyTime(parts: readonly InvocationPart[], since: Micros): Micros {
  return parts
    .filter(({ start, invocation: { end } }) => start >= since && end !== undefined)
    .reduce((sum, { invocation: { cpu = 0 } }) => sum + cpu, 0);
}

function spanOf(windows: readonly Window[]): { startMs: number; endMs: number } {
  return {
    startMs: toEpochMs(windows.reduce((least, { start }) => Math.min(least, start), Number.POSITIVE_INFINITY)),
    endMs: toEpochMs(windows.reduce((most, { end }) => Math.max(most, end), 0)),
  };
}
