import { setMaxListeners } from 'node:events';
import { nowEpochMs, nowMs } from '../clock';
import type { Cost } from '../cost';
import type { FunctionIdentity } from '../identity';
import type { Invocations } from '../invocations/invocations';
import { logOnce, reason } from '../log';
import { NativePromise } from '../native-promise';
import type { Sampler } from '../sampler';
import { type Slots, toUpload } from './snapshot';
import type { Upload, Uploader } from './uploader';

/** What Lambda and the function need for themselves before an invocation times out. */
const DEADLINE_MARGIN_MS = 100;
/** The longest that a flush may hold the environment open. */
const BUDGET_MS = 2_000;
/** What a flush is taken to need before one has been measured. */
const FIRST_ESTIMATE_MS = 300;
/** What one is taken to need at least. */
const LEAST_ESTIMATE_MS = 50;
/** Uploads that failed and are kept for another try, bytes in all; the oldest go first. */
const KEPT_BYTES = 1024 * 1024;
/** After failures, and where flushes are dear, the interval grows up to this many times. */
const LARGEST_BACKOFF = 16;

/** What a flusher brings together. */
export interface FlushParts {
  sampler: Pick<Sampler, 'take'>;
  uploader: Pick<Uploader, 'put'>;
  slots: Slots;
  identity: FunctionIdentity;
  invocations: Invocations;
  /** Kept up to date. */
  cost: Cost;
}

export interface FlushSettings {
  bucket: string;
  snapshotIntervalMs: number;
  /** A flush holds the environment open, which is billed: it may take this part of the time in invocations. */
  costLimit: number;
}

/** Brings snapshots to the bucket: when they are due, within a budget, and again when it did not work. */
export class Flusher {
  readonly #parts: FlushParts;
  readonly #settings: FlushSettings;
  #kept: Upload[] = [];
  #dueAtMs = 0;
  #dueAtAnyCostMs = 0;
  #failures = 0;
  #estimateMs = FIRST_ESTIMATE_MS;
  #running: Promise<void> = Promise.resolve();

  constructor(parts: FlushParts, settings: FlushSettings) {
    this.#parts = parts;
    this.#settings = settings;
  }

  /**
   * The first snapshot is due at once; another one when the interval has passed and what the last one took is no more
   * than `costLimit` of the time in invocations since, or when that interval has passed 16 times.
   */
  isDue(): boolean {
    const { invocations, cost } = this.#parts;
    if (invocations.isFull) return true;
    const now = nowMs();
    if (now < this.#dueAtMs) return false;
    return cost.flushMs <= this.#settings.costLimit * (invocations.activeMicros / 1000) || now >= this.#dueAtAnyCostMs;
  }

  /**
   * Takes and uploads a snapshot, unless the time left is less than it needs: then it stays due.
   *
   * @param deadlineMs when the invocation times out, milliseconds since the epoch
   */
  async flush(deadlineMs: number): Promise<void> {
    const left = deadlineMs - nowEpochMs() - DEADLINE_MARGIN_MS;
    if (left < this.#estimateMs) {
      // One slow flush must not be the last: where time is always short, an ever shorter one is tried.
      this.#estimateMs = Math.max(LEAST_ESTIMATE_MS, 0.9 * this.#estimateMs);
      return;
    }
    await this.#run(Math.min(BUDGET_MS, left), false);
  }

  /**
   * The last window, best effort: without the heap, and without a word if there was no time. Lambda leaves 300 to 500 ms
   * and then kills the process, so there is nothing to be gained by giving up earlier.
   */
  async flushLast(): Promise<void> {
    await this.#running;
    await this.#run(BUDGET_MS, true);
  }

  #run(budgetMs: number, isLast: boolean): Promise<void> {
    this.#running = this.#flush(budgetMs, isLast);
    return this.#running;
  }

  async #flush(budgetMs: number, isLast: boolean): Promise<void> {
    const { sampler, uploader, slots, identity, cost } = this.#parts;
    const start = nowMs();
    const signal = AbortSignal.timeout(budgetMs);
    // Each upload listens: up to Node.js 20 the user's log would have a warning of more than ten.
    setMaxListeners(0, signal);
    try {
      const taken = sampler.take(isLast ? 0 : budgetMs / 2, isLast);
      const snapshots = taken.map((snapshot) => ({ snapshot, key: slots.next(snapshot.type) }));
      const retries = this.#keptBeside(new Set(snapshots.map(({ key }) => key)));
      const fresh = snapshots.map(({ snapshot, key }) => toUpload(snapshot, key, identity, cost));
      const pending = [...retries, ...(await NativePromise.all(fresh))];
      this.#kept = [];
      const results = await NativePromise.allSettled(pending.map((upload) => uploader.put(upload, signal)));
      cost.flushBytes = pending.reduce((sum, { body }) => sum + body.byteLength, 0);
      const failed = results.flatMap((result, i) =>
        result.status === 'rejected' ? [{ result, upload: pending[i] }] : [],
      );
      if (failed.length > 0) {
        this.#keep(failed.map(({ upload }) => upload));
        throw failed[0].result.reason;
      }
      this.#failures = 0;
      // Twice what it took: the next one may be slower.
      this.#estimateMs = Math.max(LEAST_ESTIMATE_MS, 2 * (nowMs() - start));
    } catch (error) {
      this.#failures++;
      if (isLast) return;
      logOnce('snapshot-not-stored', {
        message: `A profile could not be written to s3://${this.#settings.bucket}; the function is not affected.`,
        cause: reason(error),
        remedy: 'Check that the bucket exists and that the function’s role may s3:PutObject below its prefix.',
      });
    } finally {
      cost.flushMs = nowMs() - start;
      this.#scheduleNext();
    }
  }

  /** What is kept for another try; not what would replace a newer snapshot in the same slot. */
  #keptBeside(keys: ReadonlySet<string>): Upload[] {
    const still = this.#kept.filter(({ key }) => !keys.has(key));
    this.#parts.cost.dropped += this.#kept.length - still.length;
    this.#parts.cost.retried += still.length;
    return still;
  }

  /** Keeps what fits, the newest first. */
  #keep(failed: Upload[]): void {
    let room = KEPT_BYTES;
    for (const upload of failed.toReversed()) {
      room -= upload.body.byteLength;
      if (room < 0) break;
      this.#kept.unshift(upload);
    }
    this.#parts.cost.dropped += failed.length - this.#kept.length;
  }

  #scheduleNext(): void {
    const now = nowMs();
    const { snapshotIntervalMs } = this.#settings;
    const backoff = Math.min(LARGEST_BACKOFF, 2 ** this.#failures);
    // Jitter: instances that started together do not stay in step.
    const jitter = this.#failures > 0 ? 0.5 + Math.random() : 1;
    this.#dueAtMs = now + snapshotIntervalMs * backoff * jitter;
    this.#dueAtAnyCostMs = now + snapshotIntervalMs * LARGEST_BACKOFF * jitter;
  }
}
