import { type Micros, nowEpochMs, nowMicros } from '../clock';
import { NativePromise } from '../native-promise';
import { LabelTimeline } from './label-timeline';

/**
 * How an invocation ended. `running`: it had not when the snapshot was taken, and how it will is not known.
 */
export type Outcome = 'ok' | 'error' | 'timeout' | 'running';

/** The names of one request elsewhere: in the log, and in the trace. */
export interface RequestIds {
  /** AWS's request id, as the log has it. */
  readonly requestId: string;
  /** Trace id of X-Ray, `1-5759e988-bd862e3fe1be46a994272793`; absent if the request has none. */
  readonly traceId?: string;
}

/** One call of the user's handler. */
export interface Invocation {
  readonly start: Micros;
  /** Absent while the handler runs. */
  end?: Micros;
  outcome: Outcome;
  /** Whether it is the first of its environment. */
  readonly coldStart: boolean;
  /**
   * Processor time of the whole process, microseconds: at the start; from the end on, what the invocation took. Absent
   * where others run in the process at the same time.
   */
  cpu?: Micros;
  /** When Lambda ends it, milliseconds since the epoch. */
  readonly deadlineMs: number | undefined;
  readonly timeline: LabelTimeline;
  /** Which request it was; absent where ids are not to be recorded. */
  readonly request?: RequestIds;
  /** Its response was an error, though it may not have ended yet. */
  hasFailed?: boolean;
}

/** The part of an invocation that falls into a snapshot. */
export interface InvocationPart {
  readonly invocation: Readonly<Invocation>;
  readonly start: Micros;
  readonly end: Micros;
}

/** Invocations that are remembered until a snapshot is taken; a snapshot is due when there are so many. */
export const MAX_INVOCATIONS = 5_000;

/** Lambda's timer and ours may differ by so much. */
const TIMEOUT_MARGIN_MS = 50;

/** What ran when since the last snapshot, and when the last of it was answered. */
export class Invocations {
  readonly #concurrent: boolean;
  readonly #recordsIds: boolean;
  /** Those that have not ended, by request id. */
  readonly #open = new Map<string | undefined, Invocation>();
  /** Whether the runtime client has asked for an event: only then will it be known when it asks for another. */
  #isObserved = false;
  /** The last invocation that the runtime client was given, and has not asked for another since. */
  #given: { requestId: string | undefined; invocation: Invocation } | undefined;
  #current: Invocation[] = [];
  #cold = true;
  /** Those that found no room since the last snapshot. */
  #dropped = 0;
  #activeMicros = 0;
  #totalMicros = 0;
  #lastMicros = 0;
  #takenUpTo: Micros = 0;
  /** Undefined: an answer was seen, but not to which invocation. */
  #lastAnswered: string | undefined = '';
  #onAnswered: () => void = () => {};

  /**
   * @param concurrent whether invocations may run at the same time
   * @param recordsIds whether records may have the ids of their requests
   */
  constructor(concurrent = false, recordsIds = true) {
    this.#concurrent = concurrent;
    this.#recordsIds = recordsIds;
  }

  /** The runtime client has been given an invocation. */
  begin(deadlineMs?: number, requestId?: string, traceHeader?: string): Invocation {
    const request = this.#recordsIds ? requestIds(requestId, traceHeader) : undefined;
    const invocation: Invocation = {
      start: nowMicros(),
      outcome: 'running',
      coldStart: this.#cold,
      cpu: this.#concurrent ? undefined : cpuMicros(),
      deadlineMs,
      timeline: new LabelTimeline(),
      ...(request && { request }),
    };
    this.#cold = false;
    if (this.#current.length < MAX_INVOCATIONS) this.#current.push(invocation);
    else this.#dropped++;
    this.#open.set(requestId, invocation);
    this.#given = { requestId, invocation };
    return invocation;
  }

  /**
   * The runtime client responds to Lambda.
   *
   * @param isLast whether the handler is done; where not, `asked` tells
   */
  responded(requestId: string, outcome: 'ok' | 'error', isLast: boolean): void {
    const invocation = this.#open.get(requestId);
    if (!invocation) return;
    if (outcome === 'error') invocation.hasFailed = true;
    if (isLast || this.#concurrent) {
      this.#open.delete(requestId);
      this.end(invocation, outcome);
    }
  }

  /**
   * The runtime client asks for the next event: if there is one at a time, it is done with the one before.
   *
   * @returns that one
   */
  asked(): Invocation | undefined {
    const isFirst = !this.#isObserved;
    this.#isObserved = true;
    if (isFirst || this.#concurrent) return undefined;
    for (const invocation of this.#open.values()) this.end(invocation, invocation.hasFailed ? 'error' : 'ok');
    this.#open.clear();
    // Also where it is not known which one it was given.
    const given = this.#given;
    this.#given = undefined;
    this.#lastAnswered = given?.requestId;
    this.#onAnswered();
    return given?.invocation;
  }

  /** Whether the end of each invocation will be known. */
  get isObserved(): boolean {
    return this.#isObserved;
  }

  end(invocation: Invocation, outcome: 'ok' | 'error'): void {
    if (invocation.end !== undefined) return;
    const now = nowMicros();
    endNow(invocation, outcome, now);
    this.#activeMicros += now - invocation.start;
    this.#totalMicros += now - invocation.start;
    this.#lastMicros = now - invocation.start;
  }

  /** The invocation whose code runs. */
  get running(): Invocation | undefined {
    if (this.#concurrent) return this.#open.get(currentRequestId());
    return this.#current.findLast(({ end }) => end === undefined);
  }

  /** Time in invocations that have ended since the last snapshot. */
  get activeMicros(): Micros {
    return this.#activeMicros;
  }

  /** Time in all invocations that have ended. */
  get totalMicros(): Micros {
    return this.#totalMicros;
  }

  /** What the last invocation that has ended took, milliseconds. */
  get lastMs(): number {
    return this.#lastMicros / 1000;
  }

  /** Whether there is no room for more before a snapshot is taken. */
  get isFull(): boolean {
    return this.#current.length >= MAX_INVOCATIONS;
  }

  /** Resolves when Lambda has the response of this invocation, the last that it has handed out. */
  async whenAnswered(requestId: string): Promise<void> {
    // Nothing if the runtime does not tell which: then the wait ends at once.
    while (this.#lastAnswered !== requestId && this.#lastAnswered !== undefined) {
      await new NativePromise<void>((resolve) => {
        this.#onAnswered = resolve;
      });
    }
    // An asynchronous invocation that failed comes again under the same id.
    this.#lastAnswered = '';
  }

  /**
   * What ran since the last call, in order of the start. Of an invocation that still runs this is the part up to
   * `now`, and the rest will be in the next snapshot; unless its time is over, for then there is none.
   */
  take(now: Micros): { parts: InvocationPart[]; dropped: number } {
    for (const invocation of this.#current) if (isOverdue(invocation)) endNow(invocation, 'timeout', now);
    const parts = this.#current.map((invocation) => ({
      invocation,
      start: Math.max(invocation.start, this.#takenUpTo),
      end: invocation.end ?? now,
    }));
    const dropped = this.#dropped;
    this.#current = this.#current.filter(({ end }) => end === undefined);
    this.#dropped = 0;
    this.#activeMicros = 0;
    this.#takenUpTo = now;
    return { parts, dropped };
  }
}

/** Ids come from outside, so only those of the known form are recorded. */
function requestIds(requestId = '', traceHeader = ''): RequestIds | undefined {
  if (!/^[\w-]{1,64}$/.test(requestId)) return undefined;
  const traceId = /(?:^|;)\s*Root=(1-[\da-f]{8}-[\da-f]{24})(?:;|$)/i.exec(traceHeader)?.[1];
  return traceId === undefined ? { requestId } : { requestId, traceId };
}

/** A handler that Lambda is about to end: what comes after SIGTERM when its time is over. */
function isOverdue({ end, deadlineMs }: Invocation): boolean {
  if (end !== undefined || deadlineMs === undefined) return false;
  return deadlineMs - nowEpochMs() <= TIMEOUT_MARGIN_MS;
}

/** Where several invocations run at the same time, the runtime client tells whose code runs (aws-lambda-ric 4). */
function currentRequestId(): string | undefined {
  const { awslambda } = globalThis as { awslambda?: { InvokeStore?: { getRequestId?(): unknown } } };
  try {
    const requestId = awslambda?.InvokeStore?.getRequestId?.();
    return typeof requestId === 'string' ? requestId : undefined;
  } catch {
    return undefined; // the user's code has put something else there
  }
}

function endNow(invocation: Invocation, outcome: Outcome, now: Micros): void {
  invocation.end = now;
  if (invocation.cpu !== undefined) invocation.cpu = cpuMicros() - invocation.cpu;
  invocation.outcome = outcome;
}

/** Half a microsecond's call. */
function cpuMicros(): Micros {
  const { user, system } = process.cpuUsage();
  return user + system;
}
