import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { Session } from 'node:inspector';
import { basename } from 'node:path';
import { OTHER_VALUES } from '../../lib/contract/labels';
import { type Micros, nowMicros } from '../clock';
import { logOnce, reason } from '../log';

/** Worker threads that are sampled at the same time. */
const MAX_SAMPLED = 8;
/** Worker threads of which sampling begins between two snapshots: each start of V8's profiler is work. */
const MAX_STARTED = 64;
/** Characters of answers that are kept until they become a snapshot. */
const MAX_KEPT = 4 * 1024 * 1024;
/** Values of the label `thread` in an instance's life. */
const MAX_NAMES = 16;
const MAX_NAME_LENGTH = 64;

/** What V8 said of a worker thread. */
export interface WorkerAnswer {
  /** The label `thread`. */
  readonly thread: string;
  /** JSON of the protocol's answer, with `result.profile`: to be parsed when there is time. */
  readonly json: string;
}

type Question = 'stacks' | 'last stacks' | 'heap';

interface SampledWorker {
  readonly sessionId: string;
  /** The one that `new Worker` gives it; 0: not known. */
  readonly threadId: number;
  readonly thread: string;
  readonly questions: Map<number, Question>;
  samplesHeap: boolean;
  /** When what the next answer tells began. */
  since: Micros;
  /** When what the answer after that will tell began, once the question has been asked. */
  next: Micros | undefined;
}

/**
 * Samples the worker threads that the user's code starts: through the main thread's inspector session, which reaches
 * them all. No code of ours runs in them, and `Worker` is as it was.
 *
 * Answers come when they come, as events. A worker thread that ends waits, with all its work done and its resources
 * freed, until its last profile has been read, a few milliseconds. That is asked only of those that the main thread itself
 * has started: another thread that waits for the end of one may hold the main thread, which could not read it then.
 */
export class WorkerSampler {
  readonly #session: Session;
  readonly #intervalMs: number;
  readonly #heapIntervalBytes: number | undefined;
  readonly #workers = new Map<string, SampledWorker>();
  /** Ids of threads that the main thread started and that have not been seen yet. */
  readonly #started = new Set<number>();
  readonly #names = new Set<string>();
  #answers: WorkerAnswer[] = [];
  #heaps = new Map<SampledWorker, WorkerAnswer>();
  #isStarted = false;
  #kept = 0;
  #begun = 0;
  #questionId = 0;

  /** @param heapIntervalBytes between two samples of the heap; nothing: the heap is not sampled */
  constructor(session: Session, intervalMs: number, heapIntervalBytes: number | undefined) {
    this.#session = session;
    this.#intervalMs = intervalMs;
    this.#heapIntervalBytes = heapIntervalBytes;
  }

  /** Once the session is connected. In a worker thread, as on Managed Instances, it does nothing. */
  start(): void {
    const session = this.#session;
    session.on(
      'NodeWorker.attachedToWorker',
      this.#guarded(({ params }) => this.#attached(params.sessionId, params.workerInfo)),
    );
    session.on(
      'NodeWorker.detachedFromWorker',
      this.#guarded(({ params }) => this.#forget(params.sessionId)),
    );
    session.on(
      'NodeWorker.receivedMessageFromWorker',
      this.#guarded(({ params }) => this.#received(params.sessionId, params.message)),
    );
    subscribe('worker_threads', this.#onStart);
    this.#isStarted = true;
    session.post('NodeWorker.enable', { waitForDebuggerOnStart: false });
  }

  /** Before the session is disconnected, which by itself leaves worker threads waiting for us. */
  stop(): void {
    if (!this.#isStarted) return;
    this.#isStarted = false;
    unsubscribe('worker_threads', this.#onStart);
    this.#session.post('NodeWorker.disable');
    for (const sessionId of [...this.#workers.keys()]) this.#detach(sessionId);
    this.#workers.clear();
  }

  /** What has come since the last call. */
  take(): WorkerAnswer[] {
    const answers = this.#answers;
    this.#answers = [];
    this.#kept = 0;
    this.#begun = 0;
    return answers;
  }

  /** The heaps that have come since the last call, one of each worker thread. */
  takeHeaps(): WorkerAnswer[] {
    const heaps = [...this.#heaps.values()];
    this.#heaps = new Map();
    return heaps;
  }

  /** The beginning of what will still come; the end of time where nothing will. */
  get earliest(): Micros {
    return [...this.#workers.values()].reduce((least, { since }) => Math.min(least, since), Number.POSITIVE_INFINITY);
  }

  /** Asks all worker threads for what they have sampled. */
  ask(heap: boolean): void {
    for (const worker of this.#workers.values()) {
      // One that waits in native code has not answered yet.
      if (worker.questions.size > 0) continue;
      worker.next = nowMicros();
      this.#ask(worker, 'stacks', 'Profiler.stop');
      this.#send(worker, 'Profiler.start');
      // See ConsoleRetention, which cannot be in a worker thread.
      this.#send(worker, 'Runtime.discardConsoleEntries');
      if (this.#heapIntervalBytes === undefined) continue;
      if (worker.samplesHeap && heap) this.#ask(worker, 'heap', 'HeapProfiler.getSamplingProfile');
      // Not from the start: most worker threads that end soon never tell.
      if (!worker.samplesHeap) {
        this.#send(worker, 'HeapProfiler.startSampling', { samplingInterval: this.#heapIntervalBytes });
      }
      worker.samplesHeap = true;
    }
  }

  /** What throws here would be an error in the middle of the user's code, and leave worker threads waiting for us. */
  #guarded<A>(fn: (first: A) => void): (first: A) => void {
    return (first) => {
      try {
        if (this.#isStarted) fn(first);
      } catch (error) {
        logOnce('workers-not-observed', {
          message: 'Worker threads are no longer profiled; the function is not affected.',
          cause: reason(error),
          remedy: 'Please report it, or leave out the profile worker.',
        });
        this.stop();
      }
    };
  }

  readonly #onStart = this.#guarded((message: unknown): void => {
    const { worker } = message as { worker?: { threadId?: number } };
    const threadId = worker?.threadId;
    if (threadId === undefined) return;
    const known = [...this.#workers.values()].find((one) => one.threadId === threadId);
    if (known) this.#readAtEnd(known);
    else this.#started.add(threadId);
  });

  #attached(sessionId: string, { title, url }: { title: string; url: string }): void {
    const [, id = '0', name = ''] = /^\[worker (\d+)\] ?(.*)$/s.exec(title) ?? [];
    const threadId = Number(id);
    const isOwn = this.#started.delete(threadId);
    if (this.#workers.size >= MAX_SAMPLED || this.#begun >= MAX_STARTED || this.#kept >= MAX_KEPT) {
      this.#detach(sessionId);
      tellOfOthers();
      return;
    }
    this.#begun++;
    const worker: SampledWorker = {
      sessionId,
      threadId,
      thread: this.#label(name, url),
      questions: new Map(),
      samplesHeap: false,
      since: nowMicros(),
      next: undefined,
    };
    this.#workers.set(sessionId, worker);
    if (isOwn) this.#readAtEnd(worker);
    this.#send(worker, 'Profiler.enable');
    this.#send(worker, 'Profiler.setSamplingInterval', { interval: Math.round(1000 * this.#intervalMs) });
    this.#send(worker, 'Profiler.start');
  }

  /** Its name, or else its script's; from some Node.js 24 on `WorkerThread` is the name of those that have none. */
  #label(name: string, url: string): string {
    const given = name === 'WorkerThread' ? '' : name;
    const label = (given || basename(url) || '[worker eval]').slice(0, MAX_NAME_LENGTH);
    if (!this.#names.has(label) && this.#names.size >= MAX_NAMES) return OTHER_VALUES;
    this.#names.add(label);
    return label;
  }

  #readAtEnd(worker: SampledWorker): void {
    this.#send(worker, 'NodeRuntime.notifyWhenWaitingForDisconnect', { enabled: true });
  }

  #received(sessionId: string, message: string): void {
    const worker = this.#workers.get(sessionId);
    if (!worker) return;
    if (message.startsWith('{"method":"NodeRuntime.waitingForDisconnect"')) {
      if (this.#kept >= MAX_KEPT) {
        tellOfOthers();
        this.#detach(sessionId);
      } else this.#ask(worker, 'last stacks', 'Profiler.stop');
      return;
    }
    const id = Number(/^\{(?:"error":\{.*\},)?"id":(\d+)/s.exec(message)?.[1]);
    const question = worker.questions.get(id);
    if (!question) return;
    worker.questions.delete(id);
    this.#answered(worker, question, message);
    if (question === 'last stacks') this.#detach(sessionId);
  }

  #answered(worker: SampledWorker, question: Question, json: string): void {
    const { thread } = worker;
    const answer = { thread, json };
    if (question === 'heap') {
      this.#heaps.set(worker, answer);
      return;
    }
    worker.since = worker.next ?? worker.since;
    worker.next = undefined;
    if (this.#kept + json.length > MAX_KEPT) {
      tellOfOthers();
      return;
    }
    this.#kept += json.length;
    this.#answers.push(answer);
  }

  #ask(worker: SampledWorker, question: Question, method: string): void {
    // The answer may interrupt the very call that asks.
    worker.questions.set(++this.#questionId, question);
    this.#post(worker, this.#questionId, method);
  }

  #send(worker: SampledWorker, method: string, params?: object): void {
    this.#post(worker, ++this.#questionId, method, params);
  }

  #post({ sessionId }: SampledWorker, id: number, method: string, params?: object): void {
    const message = JSON.stringify({ id, method, params });
    this.#session.post('NodeWorker.sendMessageToWorker', { sessionId, message });
  }

  #detach(sessionId: string): void {
    this.#session.post('NodeWorker.detach', { sessionId });
    this.#forget(sessionId);
  }

  #forget(sessionId: string): void {
    const worker = this.#workers.get(sessionId);
    if (!worker) return;
    this.#workers.delete(sessionId);
    // What it held has been freed.
    this.#heaps.delete(worker);
  }
}

function tellOfOthers(): void {
  logOnce('workers-not-profiled', {
    level: 'INFO',
    message: 'Some worker threads are not profiled.',
    cause: `at most ${MAX_SAMPLED} are sampled at the same time, ${MAX_STARTED} between two snapshots, and 4 MB are kept of them`,
    remedy: 'No action is required. Their processor time is reported as time outside of the main thread.',
  });
}
