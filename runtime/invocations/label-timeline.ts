import type { Micros } from '../clock';
import { labelsText, type UserLabels } from './user-labels';

/** A call of `withLabels` that is not over. */
export interface LabelScope {
  /** The labels of the scopes around it included. */
  readonly labels: UserLabels;
  readonly parent: LabelScope | undefined;
}

/** From `start` on, until the next change, these labels hold. */
export interface LabelChange {
  start: Micros;
  labels: UserLabels;
}

/** Changes of labels in one invocation; from then on it has those of `setLabels` only. */
const MAX_CHANGES = 1_000;

/**
 * Which of the user's labels held when, in one invocation.
 *
 * While a scope's function itself runs, its labels hold: nothing else is on the thread. Once it has returned a promise,
 * V8 does not tell whose continuation runs. Then the labels hold on which all scopes agree that are open and have no
 * open one inside: all of them, where scopes do not run at the same time.
 */
export class LabelTimeline {
  readonly #changes: LabelChange[] = [];
  #set: UserLabels = {};
  /** Whose functions are on the thread's stack, innermost last. */
  readonly #running: LabelScope[] = [];
  /** Whose promises are pending. Most invocations have none, and thousands of invocations are remembered. */
  #pending: Set<LabelScope> | undefined;

  /** Labels of the rest of the invocation. */
  set(labels: UserLabels, now: Micros): void {
    this.#set = { ...this.#set, ...labels };
    this.#changed(now);
  }

  /** The scope's function is called. */
  enter(scope: LabelScope, now: Micros): void {
    this.#running.push(scope);
    this.#changed(now);
  }

  /** It has returned, or thrown. */
  leave(scope: LabelScope, pending: boolean, now: Micros): void {
    this.#running.splice(this.#running.lastIndexOf(scope), 1);
    if (pending) {
      this.#pending ??= new Set();
      this.#pending.add(scope);
    }
    this.#changed(now);
  }

  /** The promise that it returned has settled. */
  settled(scope: LabelScope, now: Micros): void {
    this.#pending?.delete(scope);
    this.#changed(now);
  }

  /** The labels of `setLabels`: those of the invocation as a whole. */
  get labels(): UserLabels {
    return this.#set;
  }

  /** The changes of labels, in order of time. */
  get changes(): readonly LabelChange[] {
    return this.#changes;
  }

  #changed(now: Micros): void {
    if (this.#changes.length > MAX_CHANGES) return;
    const full = this.#changes.length === MAX_CHANGES;
    const labels = full ? this.#set : { ...this.#set, ...this.#scopeLabels() };
    const last = this.#changes[this.#changes.length - 1];
    if (!full && labelsText(last?.labels ?? {}) === labelsText(labels)) return;
    this.#changes.push({ start: now, labels });
  }

  #scopeLabels(): UserLabels {
    const running = this.#running[this.#running.length - 1];
    if (running) return running.labels;
    const pending = [...(this.#pending ?? [])];
    const outer = new Set<LabelScope>();
    for (const { parent } of pending) for (let up = parent; up; up = up.parent) outer.add(up);
    const [first, ...others] = pending.filter((scope) => !outer.has(scope));
    if (!first) return {};
    return Object.fromEntries(
      Object.entries(first.labels).filter(([key, value]) => others.every(({ labels }) => labels[key] === value)),
    );
  }
}
