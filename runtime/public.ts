/**
 * `profiled-fn/runtime`: what a function's own code may tell the profiler.
 *
 * This module is bundled into the user's code, and only passes on to the layer's: where there is none (in tests, on a
 * developer's machine, with profiling switched off), nothing happens.
 */

/** Labels of one's own: what tells one kind of work from another, of which there are few. Never a request's id. */
export type Labels = Readonly<Record<string, string | number | boolean | undefined>>;

/** What the layer offers under `RUNTIME_SYMBOL`. */
export interface ProfiledRuntime {
  setLabels(labels: Labels): void;
  withLabels<T>(labels: Labels, fn: () => T): T;
}

/** Both copies of the code find each other by it. */
const RUNTIME_SYMBOL = Symbol.for('profiled-fn.runtime');

function runtime(): ProfiledRuntime | undefined {
  return (globalThis as { [RUNTIME_SYMBOL]?: ProfiledRuntime })[RUNTIME_SYMBOL];
}

/**
 * Labels what is sampled from now to the end of this invocation, and the invocation itself.
 *
 * At most 8 keys, and 64 different sets in a snapshot: of any others only the keys are kept, with the value `(other)`.
 * Keys and values are cut at 64 characters. Throws nothing; does nothing where the function is not profiled.
 *
 * @param labels replace those of the same keys; `undefined` leaves a key as it is
 * @example
 * import { setLabels } from 'profiled-fn/runtime';
 *
 * export const handler = async (event) => {
 *   setLabels({ route: event.routeKey });
 *   …
 * };
 */
export function setLabels(labels: Labels): void {
  runtime()?.setLabels(labels);
}

/**
 * Labels what is sampled while `fn` runs, and, where it returns a promise, until that has settled. Where several run at
 * the same time, what is sampled has the labels on which they agree. The bounds are those of `setLabels`.
 *
 * @returns what `fn` returns; a promise is another one with the same outcome
 * @throws what `fn` throws
 * @example
 * const page = await withLabels({ step: 'render' }, () => render(order));
 */
export function withLabels<T>(labels: Labels, fn: () => T): T {
  const profiled = runtime();
  return profiled ? profiled.withLabels(labels, fn) : fn();
}
