import { expect, it } from 'vitest';
import { withCost } from '../../profile/analysis/cost';
import { costReport, costText } from '../../profile/analysis/cost-report';
import type { Profile, Sample } from '../../profile/model/profile';
import { at, fn, profileOf, sample } from './support/profiles';

const price = { memoryMb: 1024, perGbSecond: 0.00001 };
const second = 1e9;

/** An invocation of a second, so many minutes after ten o'clock. */
function record(minutes: number, coldStart = false): Sample {
  const start = BigInt(Date.parse('2026-11-22T10:00:00Z') + minutes * 60_000) * 1_000_000n;
  return {
    locations: [],
    values: [0],
    labels: [
      { key: 'start', num: start, unit: 'nanoseconds' },
      { key: 'wall', num: second, unit: 'nanoseconds' },
      { key: 'cold_start', str: String(coldStart) },
      { key: 'instance', str: 'a' },
    ],
  };
}

const priced = (...samples: Sample[]): Profile => withCost(profileOf(...samples), price);

it('A profile’s cost is that of its samples, of an invocation on average, and of a month at the rate of its records', () => {
  const profile = priced(sample(4 * second, at(fn('f'))), record(0, true), record(1), record(2), record(10));
  const report = costReport(profile);
  expect(report).toMatchObject({ nanodollars: 40_000, perInvocation: 10_000 });
  // Three invocations in ten minutes and a second.
  const aMonth = 3 * 10_000 * ((730 * 3600) / 601);
  expect(report?.perMonth?.nanodollars).toBeCloseTo(aMonth, 3);
  expect(report?.perMonth?.rate.invocations).toBe(3);
});

it('Without records, or with too few, it is what the samples cost', () => {
  const profile = priced(sample(second, at(fn('f'))));
  expect(costReport(profile)).toEqual({ nanodollars: 10_000 });
  expect(costReport({ ...profile, samples: [...profile.samples, ...priced(record(0)).samples] })).toEqual({
    nanodollars: 10_000,
    perInvocation: 10_000,
  });
});

it('A profile without a cost, or without any time, has no report', () => {
  expect(costReport(profileOf(sample(second, at(fn('f')))))).toBeUndefined();
  expect(costReport(priced())).toBeUndefined();
  expect(costReport(priced(record(0)))).toBeUndefined();
});

it('In a line it says of which time the rate is', () => {
  const profile = priced(sample(4 * second, at(fn('f'))), record(0, true), record(1), record(2), record(10));
  const [first, later] = [profile, { ...profile, samples: [...profile.samples, ...priced(record(24 * 60)).samples] }];
  const textOf = (of: Profile) => costText(costReport(of) ?? { nanodollars: 0 });
  expect(textOf(first)).toBe(
    '40 µ$, $10.00 a million invocations, $0.131 a month at the rate of 2026-11-22 10:00 to 10:10 UTC',
  );
  expect(textOf(later)).toContain('at the rate of 2026-11-22 10:00 to 2026-11-23 10:00 UTC');
  expect(costText({ nanodollars: 12_345_678 })).toBe('$0.0123');
});
