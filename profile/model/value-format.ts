import { type Unit, unitNamed } from './unit';

interface Scale {
  /** How many of the smallest unit. */
  size: number;
  symbol: string;
}

const TIME: readonly Scale[] = [
  { size: 1, symbol: 'ns' },
  { size: 1e3, symbol: 'µs' },
  { size: 1e6, symbol: 'ms' },
  { size: 1e9, symbol: 's' },
  { size: 60e9, symbol: 'min' },
  { size: 3600e9, symbol: 'h' },
];

const BYTES: readonly Scale[] = [
  { size: 1, symbol: 'B' },
  { size: 2 ** 10, symbol: 'KiB' },
  { size: 2 ** 20, symbol: 'MiB' },
  { size: 2 ** 30, symbol: 'GiB' },
  { size: 2 ** 40, symbol: 'TiB' },
  { size: 2 ** 50, symbol: 'PiB' },
];

const GCU: readonly Scale[] = ['n*', 'µ*', 'm*', '', 'k*', 'M*', 'G*', 'T*', 'P*'].map((prefix, power) => ({
  size: 1000 ** (power - 3),
  symbol: `${prefix}GCU`,
}));

const scalesOf: Readonly<Record<Unit['measure'], readonly Scale[]>> = { time: TIME, memory: BYTES, gcu: GCU };

/** Nanodollars in a dollar. */
const DOLLAR = 1e9;

/** Below this many nanodollars a sum is written in millionths of a dollar: $0.001. */
const LEAST_IN_DOLLARS = 1e6;

const GROUPED = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });
const GROUPED_WITH_FRACTION = new Intl.NumberFormat('en-US', { maximumFractionDigits: 2 });

/**
 * A sample's value for people, to three digits: `1.23 s` or `12.3 ms` for time, `1.5 MiB` for memory (see `unitNamed`), `1,234` for
 * counts; `$12.30`, `$0.0123` or `1.23 µ$` (millionths) for nanodollars; any other unit stays as it is, `1,234 cycles`.
 */
export function formatValue(value: number, unit: string): string {
  if (unit === 'nanodollars') return formatNanodollars(value);
  const known = unitNamed(unit);
  if (known) return formatScaled(value * known.factor, scalesOf[known.measure]);
  const number = GROUPED_WITH_FRACTION.format(value);
  return unit === '' || unit === 'count' ? number : `${number} ${unit}`;
}

/** `part` of `whole` for people: `100%`, `12.3%`, `0.12%`, `<0.01%`; `0%` of nothing. */
export function formatPercent(part: number, whole: number): string {
  if (part === 0 || whole === 0) return '0%';
  const percent = (part / whole) * 100;
  if (Math.abs(percent) < 0.01) return percent < 0 ? '>-0.01%' : '<0.01%';
  return `${Number(percent.toFixed(Math.abs(percent) < 1 ? 2 : 1))}%`;
}

function formatNanodollars(value: number): string {
  const sign = value < 0 ? '-' : '';
  const size = Math.abs(value);
  if (size === 0) return '$0';
  if (threeDigits(size) < LEAST_IN_DOLLARS) return `${sign}${formatThreeDigits(size / 1e3)} µ$`;
  const dollars = size / DOLLAR;
  if (threeDigits(dollars) >= 1000) return `${sign}$${GROUPED.format(dollars)}`;
  // From a dollar on people expect cents.
  return `${sign}$${threeDigits(dollars) >= 1 ? dollars.toFixed(2) : threeDigits(dollars)}`;
}

function formatScaled(value: number, scales: readonly Scale[]): string {
  const [smallest] = scales as readonly [Scale];
  // Rounding may reach the next scale: 999.9 ms are a second.
  const fitting = scales.findLast(({ size }) => threeDigits(Math.abs(value) / size) >= 1) ?? smallest;
  return `${formatThreeDigits(value / fitting.size)} ${fitting.symbol}`;
}

function formatThreeDigits(value: number): string {
  return Math.abs(value) >= 100 ? GROUPED.format(value) : String(threeDigits(value));
}

function threeDigits(value: number): number {
  return Number(value.toPrecision(3));
}
