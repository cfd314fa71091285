import type { ChildProcess } from 'node:child_process';
import { subscribe } from 'node:diagnostics_channel';
import type { Worker } from 'node:worker_threads';
import type { Origin } from '../stacks/origin';
import { attempted } from './never-throwing';
import type { Operation, OperationKind } from './operation';
import type { Recorder } from './recorder';

/** A worker thread or a child process that was started. */
export interface Start {
  readonly kind: 'worker thread' | 'child process';
  readonly origin: Origin;
}

/** Starts that are kept until a snapshot. */
const MAX_STARTS = 500;

/** Sees worker threads and child processes start and end. */
export class Processes {
  #starts: Start[] = [];

  observe(recorder: Recorder): void {
    const listen = (channel: string, onMessage: (message: unknown) => void) => subscribe(channel, attempted(onMessage));
    listen('child_process', (message) => {
      if (recorder.isPaused) return;
      const { process: child } = message as { process: ChildProcess };
      const operation = this.#started('request', 'child process', recorder);
      if (operation)
        child.once(
          'exit',
          attempted(() => recorder.answered(operation)),
        );
    });
    listen('worker_threads', (message) => {
      if (recorder.isPaused) return;
      const { worker } = message as { worker: Worker };
      const operation = this.#started('background', 'worker thread', recorder);
      if (operation)
        worker.once(
          'exit',
          attempted(() => recorder.log.forget(operation)),
        );
    });
  }

  /** What was started since the last call, the first 500. */
  take(): Start[] {
    const starts = this.#starts;
    this.#starts = [];
    return starts;
  }

  #started(kind: OperationKind, what: Start['kind'], recorder: Recorder): Operation | undefined {
    const operation = recorder.started(kind, what);
    if (operation && this.#starts.length < MAX_STARTS) this.#starts.push({ kind: what, origin: operation.origin });
    return operation;
  }
}
