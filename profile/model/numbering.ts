/** Things numbered from 0 in the order of first sight; those with equal keys are one. */
export class Numbering<T> {
  /** The things, and their keys, by number. */
  readonly items: T[] = [];
  readonly keys: string[] = [];
  readonly #numbers = new Map<string, number>();

  /** The number of what has `key`; `make` makes the thing when the key is new. */
  of(key: string, make: () => T): number {
    const known = this.#numbers.get(key);
    if (known !== undefined) return known;
    const number = this.items.length;
    this.#numbers.set(key, number);
    this.items.push(make());
    this.keys.push(key);
    return number;
  }
}
