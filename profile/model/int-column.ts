const INITIAL_CAPACITY = 64;
/** What `clear` keeps for the next time: enough for any snapshot, not for a profile of hundreds of megabytes. */
const KEPT_CAPACITY = 1 << 20;

/** 32-bit integers, one after the other, in an array that grows. */
export class IntColumn {
  data = new Int32Array(INITIAL_CAPACITY);
  length = 0;

  push(value: number): void {
    if (this.length === this.data.length) this.reserve(1);
    this.data[this.length++] = value;
  }

  at(index: number): number {
    return this.data[index];
  }

  /** One row of a table with five columns. */
  pushRow(a: number, b: number, c: number, d: number, e: number): void {
    this.reserve(5);
    const { data, length } = this;
    data[length] = a;
    data[length + 1] = b;
    data[length + 2] = c;
    data[length + 3] = d;
    data[length + 4] = e;
    this.length = length + 5;
  }

  /** `count` integers of `buffer`, from `start` on. */
  append(buffer: Int32Array, count: number, start = 0): void {
    this.reserve(count);
    const { data, length } = this;
    for (let i = 0; i < count; i++) data[length + i] = buffer[start + i];
    this.length = length + count;
  }

  /** What `map` makes of each two: starts and ends, or lower and upper halves. */
  mapPairs<T>(map: (first: number, second: number, place: number) => T): T[] {
    const results: T[] = [];
    for (let i = 0; i < this.length; i += 2) results.push(map(this.at(i), this.at(i + 1), i / 2));
    return results;
  }

  /** Makes room for `count` more. */
  reserve(count: number): void {
    const needed = this.length + count;
    if (needed > this.data.length) this.data = enlarged(this.data, Math.max(needed, this.data.length * 2));
  }

  /** Empty, and ready to be used again. */
  clear(): void {
    this.length = 0;
    if (this.data.length > KEPT_CAPACITY) this.data = new Int32Array(INITIAL_CAPACITY);
  }

  /** As many of `value` as `length` says, and nothing else. */
  fill(value: number, length: number): void {
    this.clear();
    this.reserve(length);
    this.data.fill(value, 0, length);
    this.length = length;
  }
}

/** `array` in a longer one. */
export function enlarged(array: Int32Array, length: number): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(length);
  larger.set(array);
  return larger;
}
