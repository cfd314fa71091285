import type { Micros } from '../clock';
import type { Origin } from '../stacks/origin';
import type { Operation, Stretch } from './operation';

/** Stretches that are kept until a snapshot; if there are more, short ones stand for each other. */
const MAX_STRETCHES = 500;
/** Operations that are followed at a time, each with a stack of 1 to 3 KB. */
const MAX_PENDING = 2_000;
/** Of operations that were pending at the same time so many are kept with a stretch. */
const MAX_BESIDE = 8;
/** Events nearer to each other are one: far less than the time between two samples. */
const RESOLUTION: Micros = 1_000;

/**
 * Which operation's events let code run on, in order of time, and what else was pending then.
 *
 * Bounded: of stretches shorter than the resolution only some are kept, each in proportion to its length, and stand for
 * the others (systematic sampling: the expected time of each operation stays what it was). The resolution doubles
 * each time that room is needed, and begins anew with each snapshot.
 */
export class WakeLog {
  readonly #pending = new Set<Operation>();
  readonly #background = new Set<Operation>();
  #stretches: Stretch[] = [];
  #resolution = RESOLUTION;
  #lastEvent: Micros;
  /** End of the last stretch that was kept, and the number of waits since. */
  #keptUpTo: Micros;
  #waits = 0;
  #dropped = 0;
  /** Since the last event, something was started that is not followed. */
  #isHidden = false;
  #turn = 0;
  /** Where the code came from that runs now, as far as it is known. */
  #cause: Origin | undefined;

  constructor(now: Micros) {
    this.#lastEvent = now;
    this.#keptUpTo = now;
  }

  /** Counts the events: as long as it stays, what runs runs because of the same event. */
  get turn(): number {
    return this.#turn;
  }

  get cause(): Origin | undefined {
    return this.#cause;
  }

  set cause(origin: Origin | undefined) {
    this.#cause = origin;
  }

  /** @returns false if there is no room */
  start(operation: Operation): boolean {
    const into = operation.kind === 'background' ? this.#background : this.#pending;
    if (into.size >= MAX_PENDING) {
      this.hide();
      return false;
    }
    // So far nothing was pending that is known to end.
    if (this.#pending.size === 0 && !this.#isHidden) this.#close(operation.start, this.#lastInBackground());
    into.add(operation);
    return true;
  }

  /** Something has been started that is not followed: those that are stand for it. */
  hide(): void {
    this.#isHidden = true;
    this.#dropped++;
  }

  /** The operation has answered, or gone on, and code runs because of it. */
  wake(operation: Operation, at: Micros, what = operation.what): void {
    this.#close(at, operation, what);
    this.#pending.delete(operation);
    operation.end = at;
    this.#cause = operation.origin;
    this.#turn++;
  }

  /** A part of the operation is over, and it goes on. */
  progress(operation: Operation, at: Micros, what: string): void {
    this.#close(at, operation, what);
    this.#cause = operation.origin;
    this.#turn++;
  }

  /** Nobody waits for the operation any more. */
  forget(operation: Operation): void {
    this.#pending.delete(operation);
    this.#background.delete(operation);
  }

  /** Operations that have not answered. */
  get inFlight(): Operation[] {
    return [...this.#pending, ...this.#background];
  }

  /** The stretches since the last call, up to `now`, and the number of operations that were not followed. */
  take(now: Micros): { stretches: Stretch[]; dropped: number } {
    const pending = beside(this.#pending, undefined);
    const operation = pending.length === 0 ? this.#lastInBackground() : undefined;
    const last = { to: now, operation, what: operation?.what ?? '', pending, waits: this.#waits };
    const taken = { stretches: [...this.#stretches, last], dropped: this.#dropped };
    this.#stretches = [];
    this.#dropped = 0;
    this.#waits = 0;
    this.#lastEvent = now;
    this.#keptUpTo = now;
    this.#resolution = RESOLUTION;
    return taken;
  }

  #lastInBackground(): Operation | undefined {
    let last: Operation | undefined;
    for (const operation of this.#background) last = operation;
    return last;
  }

  #close(at: Micros, operation: Operation | undefined, what = operation?.what ?? ''): void {
    // A timer is known to have fired only at the next event.
    const to = Math.max(at, this.#lastEvent);
    this.#lastEvent = to;
    this.#isHidden = false;
    if (operation) this.#waits++;
    if (to - this.#keptUpTo < this.#resolution) return;
    const pending = beside(this.#pending, operation);
    this.#stretches.push({ to, operation, what, pending, waits: this.#waits });
    this.#keptUpTo = to;
    this.#waits = 0;
    if (this.#stretches.length >= MAX_STRETCHES) this.#thinOut();
  }

  #thinOut(): void {
    this.#resolution *= 2;
    const kept: Stretch[] = [];
    let upTo = this.#stretches[0].to - this.#resolution;
    let waits = 0;
    for (const stretch of this.#stretches) {
      waits += stretch.waits;
      if (stretch.to - upTo < this.#resolution) continue;
      kept.push({ ...stretch, waits });
      upTo = stretch.to;
      waits = 0;
    }
    this.#stretches = kept;
    this.#keptUpTo = upTo;
    this.#waits += waits;
  }
}

/** Of the other operations so many as are kept, evenly chosen. */
function beside(pending: ReadonlySet<Operation>, operation: Operation | undefined): Operation[] {
  const step = Math.max(1, pending.size / MAX_BESIDE);
  const chosen: Operation[] = [];
  let index = 0;
  for (const other of pending) {
    if (index++ >= chosen.length * step && other !== operation) chosen.push(other);
  }
  return chosen;
}
