/**
 * A signed 64-bit integer: a `number` when it is a safe integer, a `bigint` otherwise.
 *
 * pprof counts in int64. Almost every value fits a double exactly, so plain numbers stay plain; what does not fit
 * is never rounded. Each value has one representation only, so `===` compares.
 */
export type Int64 = number | bigint;

/** The one representation of `value`, wrapped to 64 bits as two's complement. */
export function int64(value: bigint): Int64 {
  const wrapped = BigInt.asIntN(64, value);
  const rounded = Number(wrapped);
  return Number.isSafeInteger(rounded) ? rounded : wrapped;
}

/** `a + b`, exact, wrapped to 64 bits like Go's int64. */
export function addInt64(a: Int64, b: Int64): Int64 {
  if (typeof a === 'number' && typeof b === 'number') {
    const sum = a + b;
    if (Number.isSafeInteger(sum)) return sum;
  }
  return int64(BigInt(a) + BigInt(b));
}

/** `a - b`, exact, wrapped to 64 bits like Go's int64. */
export function subInt64(a: Int64, b: Int64): Int64 {
  if (typeof a === 'number' && typeof b === 'number') {
    const difference = a - b;
    if (Number.isSafeInteger(difference)) return difference;
  }
  return int64(BigInt(a) - BigInt(b));
}

/** Negative, zero or positive as `a` is less than, equal to or greater than `b`. */
export function compareInt64(a: Int64, b: Int64): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** `value` as the unsigned integer that its 64 bits stand for: pprof's ids, addresses and sizes are unsigned. */
export function unsigned(value: Int64): bigint {
  return BigInt.asUintN(64, BigInt(value));
}

/** The integer of which these are the lower and the upper 32 bits. */
export function int64Of(low: number, high: number): Int64 {
  if (high === low >> 31) return low; // nearly all, and in a tenth of the time
  const value = high * 2 ** 32 + (low >>> 0);
  return Number.isSafeInteger(value) ? value : int64((BigInt(high) << 32n) | BigInt(low >>> 0));
}

/** The lower 32 bits of `value`, as a signed integer. */
export function lowHalf(value: Int64): number {
  return typeof value === 'number' ? value | 0 : Number(BigInt.asIntN(32, value));
}

/** The upper 32 bits of `value`, as a signed integer. */
export function highHalf(value: Int64): number {
  return typeof value === 'number' ? Math.floor(value / 2 ** 32) | 0 : Number(BigInt.asIntN(32, value >> 32n));
}

/**
 * A column of a table as doubles, beyond 2⁵³ rounded: those at `column` of `count` rows, each of `width` integers of
 * 64 bits, whose halves are in `halves`.
 */
export function doubles(halves: Int32Array, column: number, width: number, count: number): Float64Array {
  const values = new Float64Array(count);
  for (let row = 0; row < count; row++) {
    const at = (row * width + column) * 2;
    values[row] = halves[at + 1] * 2 ** 32 + (halves[at] >>> 0);
  }
  return values;
}
