import { expect, test } from 'vitest';
import { formatPercent, formatValue } from '../../profile/value-format';

test.each([
  [0, 'nanoseconds', '0 ns'],
  [7, 'nanoseconds', '7 ns'],
  [1234, 'nanoseconds', '1.23 µs'],
  [12_345_678, 'nanoseconds', '12.3 ms'],
  [1_234_567_890, 'nanoseconds', '1.23 s'],
  [1_500_000_000, 'nanoseconds', '1.5 s'],
  [999_400_000, 'nanoseconds', '999 ms'],
  [999_600_000, 'nanoseconds', '1 s'],
  [59_990_000_000, 'nanoseconds', '1 min'],
  [90_000_000_000, 'nanoseconds', '1.5 min'],
  [7_200_000_000_000, 'nanoseconds', '2 h'],
  [36e15, 'nanoseconds', '10,000 h'],
  [-12_345_678, 'nanoseconds', '-12.3 ms'],
  [1500, 'microseconds', '1.5 ms'],
  [1500, 'milliseconds', '1.5 s'],
  [90, 'seconds', '1.5 min'],
  [512, 'bytes', '512 B'],
  [1000, 'bytes', '1,000 B'],
  [1024, 'bytes', '1 KiB'],
  [1023 * 1024, 'bytes', '1,023 KiB'],
  [1.5 * 2 ** 20, 'bytes', '1.5 MiB'],
  [2 ** 50, 'bytes', '1,024 TiB'],
  [3, 'kilobytes', '3 KiB'],
  [3, 'megabytes', '3 MiB'],
  [3, 'gigabytes', '3 GiB'],
  [0, 'nanodollars', '$0'],
  [21, 'nanodollars', '0.021 µ$'],
  [1_234, 'nanodollars', '1.23 µ$'],
  [999_400, 'nanodollars', '999 µ$'],
  [999_600, 'nanodollars', '$0.001'],
  [12_345_678, 'nanodollars', '$0.0123'],
  [999_600_000, 'nanodollars', '$1.00'],
  [12_345_678_901, 'nanodollars', '$12.35'],
  [123_456_789_012, 'nanodollars', '$123.46'],
  [1_234_567_890_123, 'nanodollars', '$1,235'],
  [-12_345_678, 'nanodollars', '-$0.0123'],
  [-1_234, 'nanodollars', '-1.23 µ$'],
  [1234, 'count', '1,234'],
  [1234.5, '', '1,234.5'],
  [1234, 'cycles', '1,234 cycles'],
  [5, 'constructor', '5 constructor'],
])('%d in %s is %s', (value, unit, text) => {
  expect(formatValue(value, unit)).toBe(text);
});

test.each([
  [5, 5, '100%'],
  [1, 3, '33.3%'],
  [1, 2, '50%'],
  [123, 100_000, '0.12%'],
  [1, 1e6, '<0.01%'],
  [-1, 1e6, '>-0.01%'],
  [-1, 4, '-25%'],
  [0, 7, '0%'],
  [0, 0, '0%'],
  [5, 0, '0%'],
])('%d of %d is %s', (part, whole, text) => {
  expect(formatPercent(part, whole)).toBe(text);
});
