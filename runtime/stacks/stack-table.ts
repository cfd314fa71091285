import { waitingFrame } from '../../lib/contract/frames';
import { OTHER_VALUES } from '../../lib/contract/labels';
import type { Location } from '../../profile/model/profile';
import type { Frames } from '../frames';
import type { StackFrame } from './origin';

/** Names of made-up frames in one profile; others are one. */
const MAX_NAMES = 250;

function madeUp(functionName: string) {
  return { functionName, url: '', lineNumber: -1, columnNumber: -1 };
}

/** Stacks as locations of one profile, each different stack one object. */
export class StackTable {
  readonly #frames: Frames;
  readonly #names = new Set<string>();
  readonly #stacks = new Map<string, Location[]>();
  readonly #ids = new Map<Location, number>();

  constructor(frames: Frames) {
    this.#frames = frames;
  }

  /** @param leaf name of a frame on top of the stack: `(waiting: timer)` */
  of(leaf: string | undefined, frames: readonly StackFrame[] = []): Location[] {
    const stack = frames.map(({ frame, line }) => this.#frames.at(frame, line));
    if (leaf !== undefined) stack.unshift(this.#frames.at(madeUp(this.#bounded(leaf))));
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
    return OTHER_VALUES;
  }

  #id(location: Location): number {
    const id = this.#ids.get(location) ?? this.#ids.size;
    this.#ids.set(location, id);
    return id;
  }
}

/** What the leaf frame of a wait is called. */
export function waitName(what: string): string {
  return waitingFrame(what);
}
