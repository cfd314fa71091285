import type { Label } from '../profile/model/profile';
import { nowEpochMs, nowMicros, timed } from './clock';
import type { Config } from './config';
import { CustomProfiles } from './custom/custom-profiles';
import type { FunctionIdentity } from './function-identity';
import { collectionEntries } from './gc/collections';
import { GcObserver } from './gc/gc-observer';
import type { Window } from './invocations/invocation-labels';
import type { Invocations } from './invocations/invocations';
import { prepareToCapture } from './stacks/origin';
import { StackFrames } from './stacks/stack-frames';
import { type StackEntry, stackProfile } from './stacks/stack-profile';
import type { Snapshot } from './upload/snapshot';
import { inFlightEntries, startEntries } from './waits/in-flight';
import { locate } from './waits/located-waits';
import { Observer, type RecordedWaits } from './waits/observer';

/** Profile types that know what the user's code has started. */
const OF_OPERATIONS = ['wait', 'async', 'thread'];

/** The profiles that count events rather than sample the stack: `async`, `thread`, `gc` and the user's own. */
export class EventProfiles {
  readonly #config: Config;
  readonly #identity: FunctionIdentity;
  readonly #stackFrames: StackFrames;
  readonly #observer: Observer | undefined;
  readonly #gc: GcObserver | undefined;
  /** Profiles of the user's own, where they are wanted. */
  readonly custom: CustomProfiles | undefined;
  #since = nowEpochMs();

  constructor(config: Config, identity: FunctionIdentity, invocations: Invocations) {
    this.#config = config;
    this.#identity = identity;
    this.#stackFrames = new StackFrames(import.meta.url, identity.runtimeRoot);
    const observes = OF_OPERATIONS.some((type) => this.#has(type));
    const runtimeApi = process.env.AWS_LAMBDA_RUNTIME_API ?? '';
    const memoryMb = Number(identity.memoryMb);
    this.#observer = observes ? new Observer(runtimeApi, memoryMb, () => invocations.running) : undefined;
    this.#gc = this.#has('gc') ? new GcObserver() : undefined;
    this.custom = this.#has('custom') ? new CustomProfiles(this.#stackFrames) : undefined;
  }

  start(): void {
    if (this.#observer) prepareToCapture();
    this.#observer?.start();
    this.#gc?.start();
  }

  stop(): void {
    this.#observer?.stop();
    this.#gc?.stop();
    this.custom?.stop();
  }

  /** What was waited for since the last call, where that is wanted, and the number of operations that found no room. */
  takeWaits(): { waits: RecordedWaits | undefined; dropped: number } {
    if (!this.#observer) return { waits: undefined, dropped: 0 };
    const { stretches, dropped } = this.#observer.take(nowMicros());
    return { waits: this.#has('wait') ? { stretches, stackFrames: this.#stackFrames } : undefined, dropped };
  }

  /** @param windows of the invocations since the last call */
  take(windows: readonly Window[], common: readonly Label[]): Snapshot[] {
    const span = { startMs: this.#since, endMs: nowEpochMs() };
    this.#since = span.endMs;
    return [
      ...this.#snapshot('async', ['operations'], span, () => this.#inFlight(common)),
      ...this.#snapshot('thread', ['threads'], span, () => this.#starts(common)),
      ...this.#snapshot('gc', ['pauses', 'pause'], span, () => collectionEntries(this.#gc?.take() ?? [], windows)),
      ...(this.custom?.take(this.#identity, common) ?? []),
    ];
  }

  #snapshot(
    type: string,
    counted: readonly string[],
    span: { startMs: number; endMs: number },
    entriesOf: () => readonly StackEntry[],
  ): Snapshot[] {
    if (!this.#has(type)) return [];
    const sampleTypes = counted.map((name, i) => ({ type: name, unit: i === 0 ? 'count' : 'nanoseconds' }));
    const { result: profile, ms } = timed(() => {
      const entries = entriesOf();
      return entries.length > 0 ? stackProfile(sampleTypes, entries, span, this.#identity) : undefined;
    });
    return profile ? [{ type, profile, ...span, convertMs: ms }] : [];
  }

  #inFlight(common: readonly Label[]): StackEntry[] {
    const operations = this.#observer?.inFlight() ?? [];
    locate(new Map(operations.map((operation) => [operation, 1])), this.#stackFrames);
    return inFlightEntries(operations, nowMicros(), common);
  }

  #starts(common: readonly Label[]): StackEntry[] {
    const starts = this.#observer?.takeStarts() ?? [];
    this.#stackFrames.fill(starts.map(({ origin }) => origin));
    return startEntries(starts, common);
  }

  #has(type: string): boolean {
    return this.#config.profiles.has(type);
  }
}
