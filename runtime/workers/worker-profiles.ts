import type { Session } from 'node:inspector';
import type { Profile } from '../../profile/model/profile';
import { timed, toEpochMs } from '../clock';
import type { CpuProfile } from '../cpu/cpu-sampler';
import { cpuToPprof } from '../cpu/cpu-to-pprof';
import { sampledWindows } from '../cpu/sampled-windows';
import { Frames } from '../frames';
import { type FunctionIdentity, mappingOf } from '../function-identity';
import type { HeapProfile } from '../heap/heap-sampler';
import { heapToPprof } from '../heap/heap-to-pprof';
import type { Window } from '../invocations/invocation-labels';
import type { Snapshot, SnapshotPart } from '../upload/snapshot';
import { type WorkerAnswer, WorkerSampler } from './worker-sampler';

/** Windows that are kept for answers that have not come yet. */
const MAX_WINDOWS = 10_000;
/** Characters of an answer for each node or sample of it, at least: the measure of how much work it makes. */
const CHARACTERS_PER_NODE = 40;

/** The profile type `worker`, and what worker threads add to `heap`. */
export class WorkerProfiles {
  readonly #sampler: WorkerSampler;
  readonly #identity: FunctionIdentity;
  readonly #intervalMs: number;
  #windows: Window[] = [];

  constructor(session: Session, intervalMs: number, heapIntervalBytes: number | undefined, identity: FunctionIdentity) {
    this.#sampler = new WorkerSampler(session, intervalMs, heapIntervalBytes);
    this.#intervalMs = intervalMs;
    this.#identity = identity;
  }

  start(): void {
    this.#sampler.start();
  }

  stop(): void {
    this.#sampler.stop();
  }

  /**
   * Of what worker threads have told since the last call. Then they are asked again: what they say is for the next call.
   *
   * @param windows of the invocations since the last call
   * @param heap whether they are asked for their heaps, too
   * @param isLast they are not asked again
   */
  take(windows: readonly Window[], heap: boolean, isLast: boolean): SnapshotPart[] {
    const answers = this.#sampler.take();
    const all = [...this.#windows, ...windows];
    const earliest = this.#sampler.earliest;
    this.#windows = all.filter(({ end }) => end > earliest).slice(-MAX_WINDOWS);
    if (!isLast) this.#sampler.ask(heap);
    if (answers.length === 0) return [];
    const size = answers.reduce((sum, { json }) => sum + json.length, 0) / CHARACTERS_PER_NODE;
    return [{ work: 'convert', size, make: () => this.#snapshot(answers, all) }];
  }

  /** Adds the heaps of worker threads, as far as they have told, to that of the main thread. */
  addHeaps(heap: Profile, intervalBytes: number, takenAtMs: number): void {
    for (const answer of this.#sampler.takeHeaps()) {
      const profile = profileIn<HeapProfile>(answer);
      if (!profile) continue;
      const frames = new Frames(heap.mappings[0] ?? mappingOf(this.#identity), this.#identity);
      append(heap, heapToPprof('heap', profile, intervalBytes, takenAtMs, this.#identity, frames), answer.thread);
    }
  }

  #snapshot(answers: readonly WorkerAnswer[], windows: readonly Window[]): Snapshot[] {
    const { result, ms } = timed(() => workersToPprof(answers, windows, this.#intervalMs, this.#identity));
    return result ? [{ type: 'worker', ...result, convertMs: ms }] : [];
  }
}

/**
 * One profile of what all worker threads did while invocations were running, each sample with the label `thread`;
 * nothing if they did not run then.
 */
export function workersToPprof(
  answers: readonly WorkerAnswer[],
  windows: readonly Window[],
  intervalMs: number,
  identity: FunctionIdentity,
): { profile: Profile; startMs: number; endMs: number } | undefined {
  const frames = new Frames(mappingOf(identity), identity);
  let merged: Profile | undefined;
  const spans: Window[] = [];
  for (const answer of answers) {
    const profile = profileIn<CpuProfile>(answer);
    if (!profile) continue;
    const seen = sampledWindows(
      { profile, intervalMs },
      windows
        .filter(({ start, end }) => end > profile.startTime && start < profile.endTime)
        .map((window) => ({ ...window, end: Math.min(window.end, profile.endTime) })),
    );
    if (seen.windows.length === 0) continue;
    spans.push(...seen.windows);
    const ofWorker = cpuToPprof(seen, identity, undefined, frames);
    // Others wait for tasks, most of the time.
    merged ??= { ...ofWorker, defaultSampleType: 'cpu', samples: [] };
    append(merged, ofWorker, answer.thread);
  }
  if (!merged || merged.samples.length === 0) return undefined;
  const start = spans.reduce((least, span) => Math.min(least, span.start), Number.POSITIVE_INFINITY);
  const end = spans.reduce((most, span) => Math.max(most, span.end), 0);
  merged.timeNanos = BigInt(Math.round(toEpochMs(start) * 1000)) * 1000n;
  merged.durationNanos = Math.round((end - start) * 1000);
  return { profile: merged, startMs: toEpochMs(start), endMs: toEpochMs(end) };
}

function append(to: Profile, from: Profile, thread: string): void {
  for (const sample of from.samples) {
    to.samples.push({ ...sample, labels: [...sample.labels, { key: 'thread', str: thread }] });
  }
}

/** Nothing where V8 had none: the worker thread ended before it was sampled. */
function profileIn<P>({ json }: WorkerAnswer): P | undefined {
  try {
    return (JSON.parse(json) as { result?: { profile?: P } }).result?.profile;
  } catch {
    return undefined;
  }
}
