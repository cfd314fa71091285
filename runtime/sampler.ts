import { Session } from 'node:inspector';
import type { Label, Profile } from '../profile/model/profile';
import { type Micros, nowMicros, timed, toEpochMs } from './clock';
import type { Config } from './config';
import { ConsoleRetention } from './console-retention';
import type { Cost } from './cost';
import { affordableInterval } from './cpu/affordable-interval';
import { CpuSampler, isStuck, notSampled, type SampledProfile } from './cpu/cpu-sampler';
import type { SampledWindows } from './cpu/sampled-windows';
import type { CustomProfiles } from './custom/custom-profiles';
import type { EventProfiles } from './event-profiles';
import type { FunctionIdentity } from './function-identity';
import { HeapProfiles, heapUsed } from './heap/heap-profiles';
import type { HeapType } from './heap/heap-to-pprof';
import { heapSamplingInterval } from './heap/sampling-interval';
import type { Hold } from './hold/hold';
import type { InstanceDraw } from './hold/instance-draw';
import type { Window } from './invocations/invocation-labels';
import type { InvocationPart, Invocations } from './invocations/invocations';
import { toLabels } from './invocations/to-labels';
import { late } from './late';
import { logOnce } from './log';
import { onceExiting } from './process-end';
import type { Snapshot, SnapshotPart } from './upload/snapshot';
import type { RecordedWaits } from './waits/observer';
import type { WorkerProfiles } from './workers/worker-profiles';

/**
 * Modules load in milliseconds, so initialization is sampled finely; and the first invocation, which follows before
 * there is an idle moment for the full start that a change takes.
 */
const INIT_SAMPLING_INTERVAL_MS = 1;

/** Profile types of events, which are noted from the start on. */
const OBSERVED = ['wait', 'async', 'thread', 'gc'];
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
  readonly #heap: HeapProfiles | undefined;
  /** Made when it is first needed: what a cold start does not load. */
  #madeEvents: EventProfiles | undefined;
  readonly #workers: WorkerProfiles | undefined;
  /** Between two samples of long invocations. */
  readonly #longIntervalMs: number;
  #init: Window | undefined;
  #initReported = false;
  /** Whether the interval of initialization has been changed, or was to be. */
  #isSettled = false;
  /** Between two samples, from the first snapshot on. */
  #intervalMs: number;
  /** What suits the invocations of the last snapshot. */
  #fitting: { parts: readonly InvocationPart[]; seen: SampledWindows } | undefined;
  /** Of V8's start, as work: the bytes of the heap when a late start was last thought of. */
  startSize = 0;
  #stopped = false;

  /**
   * @param heapType what this instance samples of its heap, if anything
   * @param cost kept up to date
   */
  constructor(
    config: Config,
    identity: FunctionIdentity,
    invocations: Invocations,
    heapType: HeapType | undefined,
    cost: Cost,
  ) {
    this.#config = config;
    this.#longIntervalMs = affordableInterval(config.samplingIntervalMs, Number(identity.memoryMb));
    this.#intervalMs = this.#longIntervalMs;
    this.#identity = identity;
    this.#invocations = invocations;
    this.#cost = cost;
    const has = (type: string) => config.profiles.has(type);
    this.#cpu = [...OF_STACKS, 'init'].some(has) ? new CpuSampler(this.#session) : undefined;
    this.#heap = heapType && new HeapProfiles(heapType, this.#session, identity, cost);
    const ofHeap = heapType === 'heap' ? heapSamplingInterval(Number(identity.memoryMb)) : undefined;
    this.#workers = has('worker')
      ? new (late().WorkerProfiles)(this.#session, this.#longIntervalMs, ofHeap, identity)
      : undefined;
  }

  /** Profiles of the user's own, where they are wanted. */
  get custom(): CustomProfiles | undefined {
    return this.#config.profiles.has('custom') ? this.#events.custom : undefined;
  }

  /**
   * Begins to sample the heap, and with `samplesInit` the stacks too. V8 takes 10 to 20 ms for the latter.
   *
   * @throws Error when the inspector is not to be had
   */
  start({ samplesInit, samplesFinely }: Pick<InstanceDraw, 'samplesInit' | 'samplesFinely'>): void {
    this.#session.connect();
    // V8's sampling thread outlives the platform that it uses, and the process would die of SIGSEGV now and then instead
    // of ending with the user's exit code. To disconnect ends that thread, in a millisecond.
    onceExiting(() => this.#disconnect());
    this.#console.prevent();
    this.#heap?.start();
    if (OBSERVED.some((type) => this.#config.profiles.has(type))) this.#events.start();
    this.#workers?.start();
    if (!samplesInit || !this.#cpu) return;
    const fineMs = Math.min(INIT_SAMPLING_INTERVAL_MS, this.#config.samplingIntervalMs);
    const intervalMs = samplesFinely ? fineMs : this.#intervalMs;
    this.#cost.startMs = timed(() => this.#cpu?.start(intervalMs)).ms;
    const labels = [{ key: 'phase', str: 'init' }, ...this.#commonLabels()];
    this.#init = { start: nowMicros(), end: nowMicros(), labels };
  }

  get #events(): EventProfiles {
    this.#madeEvents ??= new (late().EventProfiles)(this.#config, this.#identity, this.#invocations);
    return this.#madeEvents;
  }

  /** Whether everything is sampled that is to be: not before `startLate`, where initialization was not. */
  get isSampling(): boolean {
    return !this.#cpu || this.#cpu.isRunning || !this.#samplesStacks;
  }

  /** Of invocations, since the last snapshot. */
  get sampledSeconds(): number {
    return this.#invocations.activeMicros / 1e6;
  }

  /**
   * Begins to sample stacks when there is time for it.
   *
   * @returns whether there was
   */
  startLate(hold: Hold): boolean {
    const cpu = this.#cpu;
    this.startSize = heapUsed();
    if (!cpu || !hold.fits('start', this.startSize)) return false;
    this.#cost.startMs = timed(() => hold.run('start', this.startSize, () => cpu.startLate(this.#intervalMs))).ms;
    return true;
  }

  /**
   * The user's module has been loaded, and there is still time of initialization: there will be none later to start V8's
   * profiler, or to start it again at the interval for invocations. What was sampled by now is taken first.
   */
  settle(hold: Hold): SnapshotPart[] {
    const cpu = this.#cpu;
    this.#isSettled = true;
    if (!cpu || !this.#samplesStacks) return [];
    if (!cpu.isRunning) this.startLate(hold);
    const parts = hold.run('rotate', 0, () => this.#takeCpu([], [], this.#commonLabels(), cpu));
    if (cpu.intervalMs !== this.#intervalMs) this.#changeInterval(cpu, hold);
    return parts;
  }

  /** Whether stacks are still sampled at the interval of initialization. */
  get isFine(): boolean {
    const cpu = this.#cpu;
    return !this.#isSettled && cpu?.isRunning === true && this.#samplesStacks && cpu.intervalMs !== this.#intervalMs;
  }

  /**
   * The first response has been given, and what was sampled by now has been taken: V8's profiler is started again at the
   * interval for invocations. If there is no time for that, or it has not been earned, sampling stops until a late
   * start: to sample invocations so finely would slow them down.
   */
  coarsen(hold: Hold): void {
    const cpu = this.#cpu;
    this.#isSettled = true;
    if (!cpu) return;
    if (hold.fits('start', heapUsed())) {
      this.#changeInterval(cpu, hold);
      return;
    }
    this.startSize = heapUsed();
    cpu.stop();
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
    this.#madeEvents?.stop();
    this.#console.allow();
    this.#disconnect();
  }

  #disconnect(): void {
    this.#workers?.stop();
    this.#session.disconnect();
  }

  /**
   * What was sampled since the last call, as parts of which profiles are to be made; nothing once stopped.
   *
   * @param isLast nothing is sampled after it, so nothing has to be prepared
   */
  take(isLast = false): SnapshotPart[] {
    if (this.#stopped) return [];
    const { parts, dropped } = this.#invocations.take(nowMicros());
    this.#cost.droppedInvocations += dropped;
    const common = this.#commonLabels();
    const windows = late().windowsOf(parts, common);
    const ofStacks = this.#takeCpu(parts, windows, common, this.#cpu, isLast);
    const events: SnapshotPart = { work: 'events', size: 0, make: () => this.#events.take(windows, common) };
    // In case the user's code has had a session as well: see ConsoleRetention.
    this.#session.post('Runtime.discardConsoleEntries');
    // In time for the next collection of the heap, as their answers come later.
    const heapIsNear = this.#heap?.isDue(this.#config.snapshotIntervalMs) ?? false;
    const ofWorkers = this.#workers?.take(windows, heapIsNear, isLast) ?? [];
    return [...ofStacks, ...ofWorkers, events, ...(this.#heap?.take(this.#workers) ?? [])];
  }

  #takeCpu(
    parts: InvocationPart[],
    windows: Window[],
    common: Label[],
    cpu: CpuSampler | undefined,
    isLast = false,
  ): SnapshotPart[] {
    const { waits, dropped } = this.#events.takeWaits();
    this.#cost.droppedOperations += dropped;
    const sampled = cpu && this.#rotate(cpu);
    if (!sampled) return [];
    const size = sampled.profile.nodes.length + (sampled.profile.samples?.length ?? 0);
    const result: SnapshotPart[] = [];
    const add = (make: () => Snapshot[]) => result.push({ work: 'convert', size, make });
    if (this.#init && !this.#initReported) {
      this.#initReported = true;
      const init = this.#init;
      add(() => this.#cpuSnapshot('init', late().sampledWindows(sampled, [init]), [init], waits));
    }
    if (!this.#samplesStacks) cpu.stop();
    else if (parts.length > 0) {
      let seen: SampledWindows | undefined;
      for (const type of OF_STACKS.filter((type) => this.#config.profiles.has(type))) {
        add(() => {
          seen ??= late().sampledWindows(sampled, windows);
          if (!isLast) this.#fitting = { parts, seen };
          const snapshots = this.#cpuSnapshot(type, seen, windows, waits);
          if (type === 'wall') snapshots[0]?.profile.samples.push(...late().recordsOf(parts, common));
          return snapshots;
        });
      }
    }
    return result;
  }

  /** The moment for a late start may not have come yet, or never come: then there are records only. */
  #rotate(cpu: CpuSampler): SampledProfile | undefined {
    if (!cpu.isRunning) return { profile: notSampled(nowMicros()), intervalMs: this.#intervalMs };
    const { result, ms } = timed(() => cpu.rotate());
    this.#cost.rotateMs = ms;
    return result;
  }

  /** For the invocations to come, after what those were like that have been, if there is time for it. */
  prepare(hold: Hold): void {
    const fitting = this.#fitting;
    const cpu = this.#cpu;
    if (!fitting || !cpu || this.#stopped) return;
    const { parts, seen } = fitting;
    const wantedMs = late().fittingInterval(parts, late().busyPart(seen), this.#intervalMs, this.#longIntervalMs);
    const isSilent = cpu.isRunning && isStuck(seen.profile, busyTime(parts, seen.profile.startTime));
    if (!cpu.isRunning) this.#intervalMs = wantedMs;
    else if (isSilent || cpu.intervalMs !== wantedMs) {
      if (!hold.fits('start', heapUsed())) return;
      this.#intervalMs = wantedMs;
      if (isSilent) this.#restart(cpu, hold);
      else this.#changeInterval(cpu, hold);
    }
    this.#fitting = undefined;
  }

  #changeInterval(cpu: CpuSampler, hold: Hold): void {
    this.#cost.startMs = timed(() => hold.run('start', heapUsed(), () => cpu.changeInterval(this.#intervalMs))).ms;
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
    if (type === 'loop') return late().loopToPprof(seen, this.#config.loopThresholdMs, this.#identity);
    if (type === 'wait') return waits && late().waitToPprof(seen, this.#identity, waits);
    return late().cpuToPprof(seen, this.#identity, waits);
  }

  #restart(cpu: CpuSampler, hold: Hold): void {
    this.#cost.startMs = timed(() => hold.run('start', heapUsed(), () => cpu.restart())).ms;
    logOnce('sampler-restarted', {
      message: 'V8’s CPU profiler had stopped sampling and was started again.',
      remedy: 'No action is required; the snapshot of that time is incomplete.',
    });
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
