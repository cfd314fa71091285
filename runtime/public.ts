import { RUNTIME_KEY } from '../lib/contract/places';

/**
 * `profiled-fn/runtime`: what a function's own code may tell the profiler.
 *
 * This module is bundled into the user's code, and only passes on to the layer's: where there is none (in tests, on a
 * developer's machine, with profiling switched off), nothing happens.
 */

/** Labels of one's own: what tells one kind of work from another, of which there are few. Never a request's id. */
export type Labels = Readonly<Record<string, string | number | boolean | undefined>>;

/** What the layer offers under `RUNTIME_KEY`. */
export interface ProfiledRuntime {
  setLabels(labels: Labels): void;
  withLabels<T>(labels: Labels, fn: () => T): T;
  /** Absent where the layer is an older one. */
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

/** What a profile of one's own is measured in. */
export interface ProfileOptions {
  /** For example `bytes`, `milliseconds`, `rows`. */
  readonly unit?: string;
}

/** Objects that are there now, by where they were added. */
export interface ObjectProfile {
  /**
   * Counts `object` from now on, until it is removed; added again, it is counted where it was added last. It is held until
   * then: what is never removed is a leak, and this is how it shows.
   *
   * @param value what it amounts to, in the profile's unit; 1 where nothing is given
   */
  add(object: object, value?: number): void;

  /** No longer counts `object`. Does nothing where it was not counted. */
  remove(object: object): void;
}

/**
 * A profile of one's own of things that are held: connections, locks, entries of a cache. It is written as the type
 * `custom.<name>` with each snapshot.
 *
 * At most 16 names of A-Z a-z 0-9 _ - and 64 characters, and 2,000 objects each; one line in the log tells of what finds
 * no room. A call takes 5 to 15 µs. Throws nothing; does nothing where the function is not profiled.
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
 * Counts by stack: rows that were read, bytes that were sent, misses of a cache. It is written as the type
 * `custom.<name>`, each snapshot with what was counted since the last. The bounds are those of `profile`, and 1,000
 * different stacks in a snapshot. A call takes 10 to 30 µs.
 *
 * @param value what is added; 1 where nothing is given
 * @example
 * count('rows', result.rows.length, { unit: 'rows' });
 */
export function count(name: string, value = 1, options: ProfileOptions = {}): void {
  runtime()?.count?.(name, options.unit, value);
}
