import { AsyncLocalStorage } from 'node:async_hooks';
import { types } from 'node:util';
import { RUNTIME_KEY } from '../lib/contract/places';
import { nowMicros } from './clock';
import type { CustomProfiles } from './custom/custom-profiles';
import type { Invocations } from './invocations/invocations';
import type { LabelScope, LabelTimeline } from './invocations/label-timeline';
import { LabelIntake } from './invocations/user-labels';
import type { Labels, ProfiledRuntime } from './public';

/**
 * Offers `profiled-fn/runtime` to the user's code, which has a copy of `public.ts` in its own bundle.
 *
 * @param custom gives nothing if there are to be no profiles of the user's own
 */
export function offerUserApi(invocations: Invocations, custom: CustomOf): void {
  const api: ProfiledRuntime = new UserApi(invocations, custom);
  Object.defineProperty(globalThis, Symbol.for(RUNTIME_KEY), { value: api, configurable: true });
}

type CustomOf = () => CustomProfiles | undefined;

class UserApi implements ProfiledRuntime {
  readonly #invocations: Invocations;
  readonly #intake = new LabelIntake();
  /** Which scope the code that runs belongs to. Nothing is stored, and it costs nothing, before `withLabels` is used. */
  readonly #scope = new AsyncLocalStorage<LabelScope>();

  readonly #custom: CustomOf;

  constructor(invocations: Invocations, custom: CustomOf) {
    this.#invocations = invocations;
    this.#custom = custom;
  }

  add(name: string, unit: string | undefined, object: object, value: number): void {
    this.#custom()?.add(name, unit, object, value);
  }

  remove(name: string, object: object): void {
    this.#custom()?.remove(name, object);
  }

  count(name: string, unit: string | undefined, value: number): void {
    this.#custom()?.count(name, unit, value);
  }

  setLabels(labels: Labels): void {
    this.#invocations.running?.timeline.set(this.#intake.accept(labels), nowMicros());
  }

  withLabels<T>(labels: Labels, fn: () => T): T {
    const timeline = this.#invocations.running?.timeline;
    if (!timeline) return fn();
    const parent = this.#scope.getStore();
    const scope = { labels: { ...parent?.labels, ...this.#intake.accept(labels) }, parent };
    return this.#scope.run(scope, () => follow(timeline, scope, fn));
  }
}

function follow<T>(timeline: LabelTimeline, scope: LabelScope, fn: () => T): T {
  let result: T | undefined;
  timeline.enter(scope, nowMicros());
  try {
    result = fn();
  } finally {
    timeline.leave(scope, types.isPromise(result), nowMicros());
  }
  if (!types.isPromise(result)) return result;
  return result.finally(() => timeline.settled(scope, nowMicros())) as T;
}
