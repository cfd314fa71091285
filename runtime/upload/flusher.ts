import { setMaxListeners } from 'node:events';
import { nowMs } from '../clock';
import type { Cost } from '../cost';
import type { FunctionIdentity } from '../function-identity';
import type { Hold, HoldPlanner } from '../hold/hold';
import type { Invocations } from '../invocations/invocations';
import { late } from '../late';
import { logOnce, reason } from '../log';
import { NativePromise } from '../native-promise';
import type { Sampler } from '../sampler';
import type { Slots } from './slots';
import type { Snapshot, SnapshotPart } from './snapshot';
import type { Upload, Uploader } from './uploader';

/** Uploads that are kept for another try, bytes in all; the oldest go first. */
const KEPT_BYTES = 1024 * 1024;
/** After failures the interval grows up to this many times. */
const LARGEST_BACKOFF = 16;
/** After so many responses without time for anything, and nothing stored, the log says so. */
const MANY_LEFT_OUT = 20;

/** What a flusher brings together. */
export interface FlushParts {
  sampler: Pick<Sampler, 'take' | 'prepare' | 'isFine' | 'coarsen' | 'sampledSeconds'>;
  uploader: Pick<Uploader, 'put'>;
  slots: Slots;
  identity: FunctionIdentity;
  invocations: Pick<Invocations, 'isFull' | 'totalMicros'>;
  planner: HoldPlanner;
  /** Kept up to date. */
  cost: Cost;
}

export interface FlushSettings {
  bucket: string;
  snapshotIntervalMs: number;
}

/**
 * Brings snapshots to the bucket: when they are due, step by step, as the time after responses allows. What does not fit
 * after one response goes on after a later one.
 */
export class Flusher {
  readonly #parts: FlushParts;
  readonly #settings: FlushSettings;
  /** The snapshot in work, by how far it has come. */
  #toMake: SnapshotPart[] = [];
  #toEncode: Snapshot[] = [];
  #toCompress: Upload[] = [];
  #toUpload: Upload[] = [];
  /** Whether an upload of `#toUpload` has failed: then it waits until the next snapshot is due. */
  #waitsToRetry = false;
  #dueAtMs = 0;
  #initMs = 0;
  #failures = 0;
  #hasStored = false;
  /** What the last snapshot took, all responses together. */
  #snapshotMs = 0;
  #heldBeforeMs = 0;
  #running: Promise<void> = Promise.resolve();

  constructor(parts: FlushParts, settings: FlushSettings) {
    this.#parts = parts;
    this.#settings = settings;
  }

  /** Initialization has ended; it is billed, so it earns. */
  initialized(initMs: number): void {
    this.#initMs = initMs;
  }

  /**
   * Whether there is work: a snapshot that is not finished, the first one, or another one when the interval has passed;
   * provided that this instance has earned what the last one took.
   *
   * @param withinMs from now
   */
  isDue(withinMs = 0): boolean {
    const { invocations, planner, sampler } = this.#parts;
    planner.allowance.earnedBy(this.#initMs + invocations.totalMicros / 1000);
    if (sampler.isFine) return true;
    if (this.#isUnfinished) return planner.allowance.leftMs > 0;
    if (!invocations.isFull && nowMs() + withinMs < this.#dueAtMs) return false;
    return planner.allowance.leftMs > this.#snapshotMs;
  }

  get #isUnfinished(): boolean {
    if (this.#toMake.length + this.#toEncode.length + this.#toCompress.length > 0) return true;
    return this.#toUpload.length > 0 && !this.#waitsToRetry;
  }

  /**
   * Does what fits into the time after this response.
   *
   * @param deadlineMs when the invocation times out, milliseconds since the epoch
   */
  async flush(deadlineMs: number): Promise<void> {
    const hold = this.#parts.planner.begin(deadlineMs);
    if (this.#parts.sampler.isFine) this.#coarsen(hold);
    await this.#run(hold, false);
    hold.end();
    if (!this.#isUnfinished) this.#snapshotMs = this.#parts.cost.heldMs - this.#heldBeforeMs;
    if (hold.wasTooShort) this.#tellLeftOut();
  }

  /**
   * The last window, best effort: without the heap, and without a word if there was no time. Lambda leaves 300 to 500 ms
   * and then kills the process, so there is nothing to be gained by giving up earlier.
   */
  async flushLast(): Promise<void> {
    await this.#running;
    await this.#run(this.#parts.planner.beginUnlimited(), true);
  }

  /**
   * The last window where an invocation runs that ends now: all at once, as what waits would let it go on.
   *
   * @returns what is to be uploaded
   */
  takeLast(): Upload[] {
    const hold = this.#parts.planner.beginUnlimited();
    try {
      this.#makeProfiles(hold, true);
      this.#takeSnapshot(hold, true);
      this.#makeProfiles(hold, true);
    } catch {
      // As in `flushLast`: what has been made by now leaves.
    }
    return [...this.#toUpload, ...this.#toCompress.map(late().compressed)];
  }

  /**
   * Takes what has been sampled while the function is initialized.
   *
   * @param makesProfiles of it at once, which Lambda does not throttle then. So code is compiled, and it is known what that
   * takes. (Nothing that waits: the runtime client would go on from another place of the event loop than without us, which
   * shows in the stacks of its errors.)
   */
  settle(parts: SnapshotPart[], makesProfiles: boolean): void {
    this.#toMake = parts;
    if (makesProfiles) this.#makeProfiles(this.#parts.planner.beginUnlimited(), true);
  }

  /**
   * After the first response, where initialization was sampled: takes what was sampled by now, and lets the sampler go on
   * with fewer samples, or stop until that is earned. To take it does not have to be earned first, as samples cost the
   * handler time until it is done.
   */
  #coarsen(hold: Hold): void {
    const { sampler } = this.#parts;
    if (!hold.endsInTime('rotate', sampler.sampledSeconds)) return;
    this.#take(hold, false);
    sampler.coarsen(hold);
  }

  #run(hold: Hold, isLast: boolean): Promise<void> {
    this.#running = this.#flush(hold, isLast);
    return this.#running;
  }

  async #flush(hold: Hold, isLast: boolean): Promise<void> {
    try {
      if (!this.#prepareUploads(hold, isLast)) return;
      const isWanted = isLast || nowMs() >= this.#dueAtMs || this.#parts.invocations.isFull;
      // Uploads that wait go with those of the next snapshot, where that is due: together they take less.
      const hasTaken = isWanted && this.#takeSnapshot(hold, isLast);
      if (hasTaken && !this.#prepareUploads(hold, isLast)) return;
      if (this.#waitsToRetry || !(await this.#upload(hold, isLast))) return;
      if (!isLast) this.#parts.sampler.prepare(hold);
    } catch (error) {
      this.#failures++;
      this.#scheduleNext();
      if (isLast) return;
      logOnce('snapshot-not-stored', {
        message: `A profile could not be written to s3://${this.#settings.bucket}; the function is not affected.`,
        cause: reason(error),
        remedy: 'Check that the bucket exists and that the function’s role may s3:PutObject below its prefix.',
      });
    }
  }

  /** @returns whether there was time */
  #takeSnapshot(hold: Hold, isLast: boolean): boolean {
    const { sampler } = this.#parts;
    if (!isLast && !hold.fits('rotate', sampler.sampledSeconds)) return false;
    this.#take(hold, isLast);
    return true;
  }

  #take(hold: Hold, isLast: boolean): void {
    const { sampler, cost } = this.#parts;
    this.#heldBeforeMs = cost.heldMs;
    this.#toMake = hold.run('rotate', sampler.sampledSeconds, () => sampler.take(isLast));
    this.#waitsToRetry = false;
    this.#scheduleNext();
  }

  /** @returns whether all is made and encoded */
  #makeProfiles(hold: Hold, isLast: boolean): boolean {
    const { slots, identity, cost } = this.#parts;
    for (let part = this.#toMake[0]; part; part = this.#toMake[0]) {
      const { work, size, isOptional } = part;
      const fits = isLast ? !isOptional : hold.fits(work, size);
      if (!fits && !isOptional) return false;
      this.#toMake.shift();
      if (fits) this.#toEncode.push(...hold.run(work, size, () => part.make()));
    }
    for (let snapshot = this.#toEncode[0]; snapshot; snapshot = this.#toEncode[0]) {
      const { type, profile } = snapshot;
      const size = profile.samples.length;
      if (!isLast && !hold.fits('encode', size)) return false;
      this.#toEncode.shift();
      const key = slots.next(type);
      this.#giveUp(this.#toUpload.filter((upload) => upload.key === key));
      this.#toCompress.push(hold.run('encode', size, () => late().encodeSnapshot(snapshot, key, identity, cost)));
    }
    return true;
  }

  /** @returns whether all is ready to be uploaded */
  #prepareUploads(hold: Hold, isLast: boolean): boolean {
    if (!this.#makeProfiles(hold, isLast)) return false;
    for (let encoded = this.#toCompress[0]; encoded; encoded = this.#toCompress[0]) {
      if (!isLast && !hold.fits('compress', encoded.body.byteLength)) return false;
      const upload = hold.run('compress', encoded.body.byteLength, () => late().compressed(encoded));
      this.#toCompress.shift();
      this.#keep(upload);
    }
    return true;
  }

  /**
   * @returns whether all has been uploaded
   * @throws the first failure
   */
  async #upload(hold: Hold, isLast: boolean): Promise<boolean> {
    const { uploader, cost } = this.#parts;
    const bytes = this.#toUpload.reduce((sum, { body }) => sum + body.byteLength, 0);
    while (this.#toUpload.length > 0) {
      let count = this.#toUpload.length;
      while (!isLast && count > 0 && !hold.fits('upload', count - 1)) count--;
      if (count === 0) return false;
      const uploads = this.#toUpload.slice(0, count);
      const signal = AbortSignal.timeout(Math.max(1, Math.ceil(hold.leftMs)));
      // Each upload listens: up to Node.js 20 the user's log would have a warning of more than ten.
      setMaxListeners(0, signal);
      const puts = () => NativePromise.allSettled(uploads.map((upload) => uploader.put(upload, signal)));
      const results = await hold.wait('upload', count - 1, puts);
      const stored = new Set(uploads.filter((_, i) => results[i].status === 'fulfilled'));
      this.#toUpload = this.#toUpload.filter((upload) => !stored.has(upload));
      this.#hasStored ||= stored.size > 0;
      const failed = results.find((result) => result.status === 'rejected');
      if (failed) {
        cost.retried += this.#toUpload.length;
        this.#waitsToRetry = true;
        throw failed.reason;
      }
    }
    this.#failures = 0;
    cost.flushBytes = bytes;
    return true;
  }

  /** Makes room for it: the oldest go. */
  #keep(upload: Upload): void {
    this.#toUpload.push(upload);
    let bytes = this.#toUpload.reduce((sum, { body }) => sum + body.byteLength, 0);
    const tooMany = this.#toUpload.filter(({ body }) => {
      const isTooMuch = bytes > KEPT_BYTES;
      if (isTooMuch) bytes -= body.byteLength;
      return isTooMuch;
    });
    this.#giveUp(tooMany);
  }

  #giveUp(uploads: readonly Upload[]): void {
    this.#toUpload = this.#toUpload.filter((upload) => !uploads.includes(upload));
    this.#parts.cost.dropped += uploads.length;
  }

  #scheduleNext(): void {
    const backoff = Math.min(LARGEST_BACKOFF, 2 ** this.#failures);
    // Jitter: instances that started together do not stay in step.
    const jitter = this.#failures > 0 ? 0.5 + Math.random() : 1;
    this.#dueAtMs = nowMs() + this.#settings.snapshotIntervalMs * backoff * jitter;
  }

  #tellLeftOut(): void {
    const { cost } = this.#parts;
    cost.leftOut++;
    if (cost.leftOut !== MANY_LEFT_OUT || this.#hasStored) return;
    logOnce('snapshots-left-out', {
      message: 'There is too little time for a profile after each response; the function is not affected.',
      cause: `${MANY_LEFT_OUT} responses left too little time before the deadline, or too little of a processor, for profiling.`,
      remedy: 'Give the function more memory, which is more of a processor, or a longer timeout.',
    });
  }
}

/**
 * Begins an upload and gives it up at once: its code is compiled, and it is known what it takes of a processor before it
 * waits for the first time. Nothing is sent.
 */
export function rehearseUpload(uploader: Pick<Uploader, 'put'>, planner: HoldPlanner): void {
  const abort = new AbortController();
  planner.beginUnlimited().run('upload', 0, () => {
    uploader.put({ key: 'rehearsal', body: new Uint8Array(0), metadata: {} }, abort.signal).catch(() => {});
    abort.abort();
  });
}
