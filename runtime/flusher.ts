import type { FunctionIdentity } from './identity';
import { logOnce, reason } from './log';
import type { Sampler } from './sampler';
import { type Slots, toUpload } from './snapshot';
import type { Upload, Uploader } from './uploader';

/** What Lambda and the function need for themselves before an invocation times out. */
const DEADLINE_MARGIN_MS = 100;
/** The longest that a flush may hold the environment open. */
const BUDGET_MS = 2_000;
/** What a flush is taken to need before one has been measured. */
const FIRST_ESTIMATE_MS = 300;
/** Lambda leaves 300 ms at least from SIGTERM to SIGKILL. */
const SHUTDOWN_BUDGET_MS = 250;
/** Uploads that failed and are kept for another try, bytes in all; the oldest go first. */
const KEPT_BYTES = 1024 * 1024;
/** After failures the interval doubles up to this many times. */
const LARGEST_BACKOFF = 16;

export interface FlushSettings {
  bucket: string;
  snapshotIntervalMs: number;
}

/** Brings snapshots to the bucket: when they are due, within a budget, and again when it did not work. */
export class Flusher {
  readonly #sampler: Sampler;
  readonly #uploader: Uploader;
  readonly #slots: Slots;
  readonly #identity: FunctionIdentity;
  readonly #settings: FlushSettings;
  #kept: Upload[] = [];
  #dueAtMs = 0;
  #failures = 0;
  #estimateMs = FIRST_ESTIMATE_MS;
  #running: Promise<void> = Promise.resolve();

  constructor(sampler: Sampler, uploader: Uploader, slots: Slots, identity: FunctionIdentity, settings: FlushSettings) {
    this.#sampler = sampler;
    this.#uploader = uploader;
    this.#slots = slots;
    this.#identity = identity;
    this.#settings = settings;
  }

  /** The first snapshot is due at once. */
  isDue(): boolean {
    return Date.now() >= this.#dueAtMs;
  }

  /**
   * Takes and uploads a snapshot, unless the time left is less than it needs: then it stays due.
   *
   * @param deadlineMs when the invocation times out, milliseconds since the epoch
   */
  async flush(deadlineMs: number): Promise<void> {
    const left = deadlineMs - Date.now() - DEADLINE_MARGIN_MS;
    if (left < this.#estimateMs) return;
    await this.#run(Math.min(BUDGET_MS, left), false);
  }

  /** The last window, best effort. */
  async flushLast(): Promise<void> {
    await this.#running;
    await this.#run(SHUTDOWN_BUDGET_MS, true);
  }

  #run(budgetMs: number, hurried: boolean): Promise<void> {
    this.#running = this.#flush(budgetMs, hurried);
    return this.#running;
  }

  async #flush(budgetMs: number, hurried: boolean): Promise<void> {
    const start = Date.now();
    const signal = AbortSignal.timeout(budgetMs);
    try {
      const snapshots = this.#sampler.take(hurried);
      const uploads = snapshots.map((snapshot) => toUpload(snapshot, this.#slots.next(snapshot.type), this.#identity));
      const pending = [...this.#kept, ...(await Promise.all(uploads))];
      this.#kept = [];
      const results = await Promise.allSettled(pending.map((upload) => this.#uploader.put(upload, signal)));
      const failed = results.flatMap((result, i) =>
        result.status === 'rejected' ? [{ result, upload: pending[i] }] : [],
      );
      if (failed.length > 0) {
        this.#keep(failed.map(({ upload }) => upload));
        throw failed[0].result.reason;
      }
      this.#failures = 0;
      // Twice what it took: the next one may be slower.
      this.#estimateMs = Math.max(50, 2 * (Date.now() - start));
    } catch (error) {
      this.#failures++;
      logOnce('snapshot-not-stored', {
        message: `A profile could not be written to s3://${this.#settings.bucket}; the function is not affected.`,
        cause: reason(error),
        remedy: 'Check that the bucket exists and that the function’s role may s3:PutObject below its prefix.',
      });
    } finally {
      this.#scheduleNext();
    }
  }

  /** Keeps what fits, the newest first. */
  #keep(failed: Upload[]): void {
    let room = KEPT_BYTES;
    for (const upload of failed.reverse()) {
      room -= upload.body.byteLength;
      if (room < 0) break;
      this.#kept.unshift(upload);
    }
  }

  #scheduleNext(): void {
    const backoff = Math.min(LARGEST_BACKOFF, 2 ** this.#failures);
    // Jitter: instances that started together do not stay in step.
    const jitter = this.#failures > 0 ? 0.5 + Math.random() : 1;
    this.#dueAtMs = Date.now() + this.#settings.snapshotIntervalMs * backoff * jitter;
  }
}
