import { type Int64, unsigned } from './int64';
import { MalformedProfileError } from './malformed-profile-error';

/** A profile's messages of one kind by their ids; any 64-bit id goes, those that count up from 1 go fast. */
export class IdTable<T> {
  readonly #dense: (T | undefined)[];
  readonly #sparse = new Map<Int64, T>();

  constructor(
    /** The kind as errors name it, for example `location`. */
    private readonly kind: string,
    count: number,
  ) {
    this.#dense = new Array<T | undefined>(count + 1).fill(undefined);
  }

  /** @throws MalformedProfileError for the reserved id 0, and for an id that is taken */
  add(id: Int64, item: T, offset: number): void {
    if (id === 0) throw new MalformedProfileError(offset, `a ${this.kind} without an id`);
    if (this.#find(id) !== undefined) {
      throw new MalformedProfileError(offset, `more than one ${this.kind} with the id ${unsigned(id)}`);
    }
    if (this.#isDense(id)) this.#dense[id] = item;
    else this.#sparse.set(id, item);
  }

  /** @throws MalformedProfileError when there is none; `offset` is that of what refers to it */
  get(id: Int64, offset: number): T {
    const item = this.#find(id);
    if (item === undefined) {
      throw new MalformedProfileError(offset, `a reference to ${this.kind} ${unsigned(id)}, which does not exist`);
    }
    return item;
  }

  #find(id: Int64): T | undefined {
    return this.#isDense(id) ? this.#dense[id] : this.#sparse.get(id);
  }

  #isDense(id: Int64): id is number {
    return typeof id === 'number' && id >= 0 && id < this.#dense.length;
  }
}
