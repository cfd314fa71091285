import { type ResourceLimits, Worker } from 'node:worker_threads';
import { assetPath } from '../../local/package-assets';
import { inflatedAhead, UnreadableProfile } from '../files/pprof-file';
import type { SnapshotSelection } from '../snapshots/selection';
import { CommandError } from '../terminal/command-error';
import { type Consolidation, Consolidator, type Taken } from './consolidator';
import { type MergedProfile, receivedProfile } from './sent-profile';
import type { MergeFinish } from './snapshot-group';
import type { StoredSnapshot } from './stored-snapshot';
import type { Answer, Question, Replies, WorkerReply, WorkerRequest } from './worker-messages';

/** Merges snapshots, in this thread or in another one. */
export interface Merging {
  /** @throws UnreadableProfile; nothing has been merged then */
  add(snapshot: StoredSnapshot): Promise<Taken>;
  /** What came of all; no more is added then. */
  results(): Promise<Consolidation>;
  /** The merged profile with that index in the results. */
  finished(index: number, finish: MergeFinish): Promise<MergedProfile>;
  /** Ends it, whatever it is doing. */
  close(): Promise<void>;
}

/**
 * Fewer snapshots are merged here: to start a worker and to hand everything to it took 40 to 100 ms of processor time,
 * and merging 40 snapshots several times as much.
 */
const leastForWorker = 40;

/** Merges the snapshots of `selection`, of which there may be so many. */
export function openMerging(selection: SnapshotSelection, snapshots: number): Merging {
  return snapshots < leastForWorker ? mergeHere(selection) : mergeInWorker(selection);
}

/** Merges in this thread. */
export function mergeHere(selection: SnapshotSelection): Merging {
  const consolidator = new Consolidator(selection);
  return {
    add: async (snapshot) => consolidator.add(snapshot),
    results: async () => consolidator.results(),
    async finished(index, finish) {
      const finished = consolidator.finished(index, finish);
      return { encoded: finished.encoded(), stacks: finished.stackTable() };
    },
    close: async () => undefined,
  };
}

/**
 * Merges in a thread of its own, so that downloads go on meanwhile. When that thread dies, all that is asked of it fails
 * with a CommandError.
 *
 * @param limits - of its memory; default: what Node.js gives every thread
 */
export function mergeInWorker({ since, until, version }: SnapshotSelection, limits?: ResourceLimits): Merging {
  const worker = startWorker({ since, until, version }, limits);
  let merged = 0;
  const waiting = new Map<number, { resolve(reply: WorkerReply): void; reject(error: Error): void }>();
  let failure: Error | undefined;
  let lastId = 0;
  const fail = (error: Error) => {
    failure ??= error;
    for (const { reject } of waiting.values()) reject(failure);
    waiting.clear();
  };
  worker.on('message', (answers: Answer[]) => {
    for (const { id, reply } of answers) {
      waiting.get(id)?.resolve(reply);
      waiting.delete(id);
    }
  });
  worker.on('error', (error) => fail(outOfMemory(error, merged) ?? error));
  worker.on('exit', (code) => fail(died(`has ended with exit code ${code}`, merged)));

  const ask = <R extends WorkerRequest>(request: R, transfer: ArrayBuffer[] = []) =>
    new Promise<Replies[R['kind']]>((resolve, reject) => {
      if (failure) return reject(failure);
      const id = ++lastId;
      waiting.set(id, { resolve: resolve as (reply: WorkerReply) => void, reject });
      worker.postMessage({ id, request } satisfies Question, transfer);
    });

  return {
    async add(snapshot) {
      // In another buffer, as what is handed over is gone here: the caller keeps the bytes for the cache.
      const bytes = inflatedAhead(snapshot.bytes);
      const reply = await ask({ kind: 'add', snapshot: { ...snapshot, bytes } }, [bytes.buffer]);
      if (reply.kind === 'unreadable') throw new UnreadableProfile(reply.reason);
      merged++;
      return reply.taken;
    },
    async results() {
      return (await ask({ kind: 'results' })).consolidation;
    },
    async finished(index, finish) {
      return receivedProfile((await ask({ kind: 'finish', index, finish })).profile);
    },
    async close() {
      await worker.terminate();
    },
  };
}

/**
 * What a thread that ended with `error` after so many snapshots is to be told of; undefined: it had memory enough.
 *
 * V8's heap has a limit, and the options that a process begins with set that of all its threads. The tables are outside of
 * it, and are as large as the computer lets them be.
 */
export function outOfMemory(error: Error, merged: number): CommandError | undefined {
  if ((error as NodeJS.ErrnoException).code === 'ERR_WORKER_OUT_OF_MEMORY') {
    const more = 'Or let it have more memory, in MB: NODE_OPTIONS=--max-old-space-size=8192.';
    return died('ran out of memory', merged, more, error);
  }
  if (
    error instanceof RangeError &&
    /^(Array buffer allocation failed|Invalid typed array length)/.test(error.message)
  ) {
    return died('ran out of memory', merged, 'Or fetch on a computer with more memory: this one has no more.', error);
  }
  return undefined;
}

function died(how: string, merged: number, more?: string, cause?: Error): CommandError {
  return new CommandError(
    `The thread that merges ${how} after ${merged.toLocaleString('en-US')} snapshots.`,
    [
      'Merge less at once: one --function, one --type, one --version, or a shorter time with --since and --until.',
      ...(more === undefined ? [] : [more]),
      'Downloads stay in the cache, and are not repeated.',
    ].join('\n'),
    { cause },
  );
}

function startWorker(selection: SnapshotSelection, resourceLimits?: ResourceLimits): Worker {
  const entry = import.meta.url.endsWith('.ts')
    ? new URL('./merge-worker-source.mjs', import.meta.url)
    : assetPath('cli/merge-worker.mjs');
  return new Worker(entry, { workerData: selection, resourceLimits });
}
