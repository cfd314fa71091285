/** Limits the number of bytes that are held at a time, for pieces of any size. */
export class MemoryRoom {
  #held = 0;
  readonly #waiting: { bytes: number; enter(): void }[] = [];

  constructor(private readonly most: number) {}

  /** Runs `work`, which holds so many bytes, when there is room for them. One that is larger than all runs alone. */
  async hold<T>(bytes: number, work: () => Promise<T>): Promise<T> {
    if (this.#waiting.length > 0 || !this.#fits(bytes)) {
      await new Promise<void>((enter) => this.#waiting.push({ bytes, enter }));
    } else {
      this.#held += bytes;
    }
    try {
      return await work();
    } finally {
      this.#held -= bytes;
      for (let next = this.#waiting[0]; next && this.#fits(next.bytes); next = this.#waiting[0]) {
        this.#held += next.bytes;
        this.#waiting.shift();
        next.enter();
      }
    }
  }

  #fits(bytes: number): boolean {
    return this.#held === 0 || this.#held + bytes <= this.most;
  }
}
