import type { Micros } from '../clock';
import type { Origin } from '../stacks/origin';

/**
 * - `request`: something outside is asked, and an event shows when it has answered
 * - `timer`: ends at a known time, unless it is cleared
 * - `background`: goes on by itself (an interval, a worker thread); waited for only where nothing else is
 */
export type OperationKind = 'request' | 'timer' | 'background';

/** Something that was started and that code may wait for. */
export interface Operation {
  readonly kind: OperationKind;
  /** What is waited for: `dynamodb GetItem`, `GET api.example.com`, `timer`. */
  what: string;
  readonly start: Micros;
  readonly origin: Origin;
  /** When it was last heard of; absent while it has not answered. */
  end?: Micros;
  /** Cleared before its time: nobody has waited for it. */
  cancelled?: boolean;
}

/**
 * A stretch of time, from the end of the one before, up to an event that let code run on. What was pending did not change
 * in it while the thread was idle: nothing starts or ends without code that runs.
 */
export interface Stretch {
  readonly to: Micros;
  /** Whose event ended it; nothing if no known operation was pending, or where the stretch is not over. */
  readonly operation: Operation | undefined;
  /** What of the operation was waited for. */
  readonly what: string;
  /** Operations that were pending, or a fair choice of them; `operation` not included. */
  readonly pending: readonly Operation[];
  /** How many waits it stands for. */
  readonly waits: number;
}
