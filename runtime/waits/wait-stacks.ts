import type { Location } from '../../profile/model';
import type { Frames } from '../frames';
import type { Origin } from './origin';

/** Names of what is waited for in one profile; others are one. */
const MAX_NAMES = 250;

/** A frame that V8 or we make up. */
export function madeUp(functionName: string) {
  return { functionName, url: '', lineNumber: -1, columnNumber: -1 };
}

/** Stacks of operations as locations of one profile, each different stack one object. */
export class WaitStacks {
  readonly #frames: Frames;
  readonly #names = new Set<string>();
  readonly #stacks = new Map<string, Location[]>();
  readonly #ids = new Map<Location, number>();

  constructor(frames: Frames) {
    this.#frames = frames;
  }

  /** @param name of the leaf frame: `(waiting: timer)` */
  of(name: string, origin: Origin | undefined): Location[] {
    const leaf = this.#frames.at(madeUp(this.#bounded(name)));
    const callers = (origin?.frames ?? []).map(({ frame, line }) => this.#frames.at(frame, line));
    const stack = [leaf, ...callers];
    const key = stack.map((location) => this.#id(location)).join();
    const known = this.#stacks.get(key);
    if (known) return known;
    this.#stacks.set(key, stack);
    return stack;
  }

  #bounded(name: string): string {
    if (this.#names.has(name) || this.#names.size < MAX_NAMES) {
      this.#names.add(name);
      return name;
    }
    return '(waiting: other)';
  }

  #id(location: Location): number {
    const id = this.#ids.get(location) ?? this.#ids.size;
    this.#ids.set(location, id);
    return id;
  }
}

/** What the leaf frame of a wait is called. */
export function waitName(what: string): string {
  return `(waiting: ${what})`;
}
