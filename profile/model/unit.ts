/** What a unit measures, and how many of the smallest one it is: nanoseconds, bytes, or GCU. */
export interface Unit {
  measure: 'time' | 'memory' | 'gcu';
  factor: number;
}

const minute = 60e9;

/** By names without a plural's s. */
const units: Readonly<Record<Unit['measure'], Readonly<Record<string, number>>>> = {
  time: {
    ns: 1,
    nanosecond: 1,
    us: 1e3,
    µs: 1e3, // the micro sign
    μs: 1e3, // the Greek letter
    microsecond: 1e3,
    ms: 1e6,
    millisecond: 1e6,
    s: 1e9,
    sec: 1e9,
    second: 1e9,
    min: minute,
    minute: minute,
    hr: 60 * minute,
    hour: 60 * minute,
  },
  memory: Object.fromEntries(
    ['', 'kilo', 'mega', 'giga', 'tera', 'peta'].flatMap((prefix, power) =>
      [`${prefix.slice(0, 1)}b`, `${prefix.slice(0, 1)}byte`, `${prefix}byte`].map((name) => [name, 1024 ** power]),
    ),
  ),
  gcu: Object.fromEntries(
    ['nano', 'micro', 'milli', '', 'kilo', 'mega', 'giga', 'tera', 'peta'].map((prefix, power) => [
      `${prefix}gcu`,
      1000 ** (power - 3),
    ]),
  ),
};

const byName = new Map(
  Object.entries(units).flatMap(([measure, factors]) =>
    Object.entries(factors).map(([name, factor]): [string, Unit] => [
      name,
      { measure: measure as Unit['measure'], factor },
    ]),
  ),
);

/**
 * The unit that a producer calls `name`; undefined: it is none of time, of memory, or of Google's compute units (GCU).
 *
 * As Go's pprof, which knows no minutes: in any case, and with the s of the plural or without.
 *
 * @see https://github.com/google/pprof/blob/main/internal/measurement/measurement.go
 */
export function unitNamed(name: string): Unit | undefined {
  const lower = name.toLowerCase();
  return byName.get(lower) ?? (lower.length > 2 && lower.endsWith('s') ? byName.get(lower.slice(0, -1)) : undefined);
}
