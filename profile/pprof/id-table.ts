import { type Int64, int64Of, unsigned } from '../model/int64';
import { MalformedProfileError } from './malformed-profile-error';

const NONE = -1;

/** The places of a profile's messages of one kind by their ids; any 64-bit id goes, those that count up from 1 go fast. */
export class IdTable {
  /** By id, one more than the place; 0: no such id. */
  readonly dense: Int32Array;
  readonly #sparse = new Map<Int64, number>();

  constructor(
    /** The kind as errors name it, for example `location`. */
    private readonly kind: string,
    count: number,
  ) {
    this.dense = new Int32Array(count + 1);
  }

  /** @throws MalformedProfileError for the reserved id 0, and for an id that is taken */
  add(id: Int64, place: number, offset: number): void {
    if (id === 0) throw new MalformedProfileError(offset, `a ${this.kind} without an id`);
    if (this.#find(id) !== NONE) {
      throw new MalformedProfileError(offset, `more than one ${this.kind} with the id ${unsigned(id)}`);
    }
    if (typeof id === 'number' && id > 0 && id < this.dense.length) this.dense[id] = place + 1;
    else this.#sparse.set(id, place);
  }

  /**
   * The place of what has the id with these halves.
   *
   * @throws MalformedProfileError when there is none; `offset` is that of what refers to it
   */
  place(low: number, high: number, offset: number): number {
    const id = int64Of(low, high);
    const place = this.#find(id);
    if (place === NONE) {
      throw new MalformedProfileError(offset, `a reference to ${this.kind} ${unsigned(id)}, which does not exist`);
    }
    return place;
  }

  #find(id: Int64): number {
    const dense = typeof id === 'number' && id > 0 ? this.dense[id] : undefined;
    return dense === undefined ? (this.#sparse.get(id) ?? NONE) : dense - 1;
  }
}
