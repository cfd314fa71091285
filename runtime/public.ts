import { RUNTIME_KEY } from '../lib/contract/places';

/**
 * `profiled-fn/runtime`: the API for a function's code.
 *
 * This module is bundled into the user's code, and forwards calls to the layer. Without a layer (in tests, on a
 * developer's machine, with profiling disabled), it does nothing.
 */

/** Labels that distinguish few kinds of work. Do not use request ids. */
export type Labels = Readonly<Record<string, string | number | boolean | undefined>>;

/** What the layer offers under `RUNTIME_KEY`. */
export interface ProfiledRuntime {
  setLabels(labels: Labels): void;
  withLabels<T>(labels: Labels, fn: () => T): T;
  /** Absent in older layers. */
  add?(name: string, unit: string | undefined, object: object, value: number): void;
  remove?(name: string, object: object): void;
  count?(name: string, unit: string | undefined, value: number): void;
}

/** Both copies of the code find each other by it. */
const RUNTIME_SYMBOL = Symbol.for(RUNTIME_KEY);

function runtime(): ProfiledRuntime | undefined {
  return (globalThis as { [RUNTIME_SYMBOL]?: ProfiledRuntime })[RUNTIME_SYMBOL];
}

/**
 * Labels all samples from now to the end of this invocation, and the invocation itself.
 *
 * A snapshot has at most 8 keys, and 64 different sets of labels. Further sets keep their keys, with the value `(other)`.
 * Keys and values are cut at 64 characters. It never throws, and does nothing if the function is not profiled.
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
 * Labels all samples while `fn` runs. If it returns a promise, it labels samples until the promise is settled. If several
 * calls run at the same time, samples have the labels that are equal in all of them. The limits are those of `setLabels`.
 *
 * @returns the result of `fn`; a promise is replaced by another one with the same outcome
 * @throws the error of `fn`
 * @example
 * const page = await withLabels({ step: 'render' }, () => render(order));
 */
export function withLabels<T>(labels: Labels, fn: () => T): T {
  const profiled = runtime();
  return profiled ? profiled.withLabels(labels, fn) : fn();
}

/** Options of a custom profile. */
export interface ProfileOptions {
  /** For example `bytes`, `milliseconds`, `rows`. */
  readonly unit?: string;
}

/** Objects that exist now, by the code that added them. */
export interface ObjectProfile {
  /**
   * Counts `object` until it is removed. If it is added again, only the last place counts. The profile holds the object
   * until then: objects that are never removed are leaks, and the profile shows them.
   *
   * @param value its value in the profile's unit; default: 1
   */
  add(object: object, value?: number): void;

  /** Stops counting `object`. Does nothing if it was not counted. */
  remove(object: object): void;
}

/**
 * A custom profile of objects: connections, locks, entries of a cache. It is written as the type `custom.<name>` with
 * each snapshot.
 *
 * There are at most 16 names, each of 64 characters of A-Z a-z 0-9 _ - and with 2,000 objects. One line in the log reports
 * that others were dropped. A call takes 5 to 15 µs. It never throws, and does nothing if the function is not profiled.
 *
 * @param options its unit adds a second sample type, the sum of the values
 * @example
 * const connections = profile('db-connections');
 *
 * pool.on('connect', (client) => connections.add(client));
 * pool.on('remove', (client) => connections.remove(client));
 */
export function profile(name: string, options: ProfileOptions = {}): ObjectProfile {
  return {
    add: (object, value = 1) => runtime()?.add?.(name, options.unit, object, value),
    remove: (object) => runtime()?.remove?.(name, object),
  };
}

/**
 * Counts by stack: for example rows read, bytes sent, or misses of a cache. It is written as the type `custom.<name>`.
 * Each snapshot has the values since the previous one. The limits are those of `profile`, and 1,000 different stacks in
 * a snapshot. A call takes 10 to 30 µs.
 *
 * @param value the value to add; default: 1
 * @example
 * count('rows', result.rows.length, { unit: 'rows' });
 */
export function count(name: string, value = 1, options: ProfileOptions = {}): void {
  runtime()?.count?.(name, options.unit, value);
}
