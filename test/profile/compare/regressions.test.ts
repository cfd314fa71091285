import { describe, expect, it } from 'vitest';
import { falseDiscoveryRates } from '../../../profile/analysis/compare/false-discovery';
import { type Comparison, compareRates } from '../../../profile/analysis/compare/regressions';
import { SnapshotStatistics } from '../../../profile/analysis/compare/snapshot-statistics';
import { studentQuantile, studentUpperTail } from '../../../profile/analysis/compare/student';
import { Random } from '../support/random';
import { type FleetOptions, simulatedFleet } from './support/fleet';

const options = { failOn: 0.1, leastShare: 0.005 };

/** Comparisons of `count` pairs of fleets, the second one of each with `change`. */
function comparisons(count: number, fleet: FleetOptions, change: Partial<FleetOptions> = {}): Comparison[] {
  return Array.from({ length: count }, (_, seed) => {
    const random = new Random(seed + 1);
    return compareRates(simulatedFleet(random, fleet), simulatedFleet(random, { ...fleet, ...change }), options);
  });
}

const failed = (all: Comparison[]) => all.filter(({ verdict }) => verdict === 'regression').length / all.length;
/** Called significant, however small: what the false positives of the test itself are. */
const significant = (all: Comparison[]) =>
  all.filter(({ rates }) => rates.some((rate) => rate.falseDiscoveryRate <= 0.05)).length / all.length;

describe('Comparisons of a fleet with itself (A/A)', () => {
  it.each([{ snapshots: 10 }, { snapshots: 40 }, { snapshots: 40, spread: 0.8 }, { snapshots: 20, functions: 60 }])(
    'are called significant in at most 1.5 times the nominal 5 %: %o',
    (fleet) => {
      expect(significant(comparisons(500, fleet))).toBeLessThanOrEqual(0.075);
    },
  );

  it('hold where the sides have different numbers of snapshots', () => {
    expect(significant(comparisons(500, { snapshots: 60 }, { snapshots: 12 }))).toBeLessThanOrEqual(0.075);
  });

  it('pass with many snapshots, and are inconclusive with few', () => {
    const verdicts = (snapshots: number) =>
      comparisons(20, { snapshots, functions: 3, spread: 0.2 }).map(({ verdict }) => verdict);
    expect(verdicts(400).filter((verdict) => verdict === 'passed').length).toBeGreaterThanOrEqual(18);
    expect(verdicts(6)).not.toContain('passed');
    expect(verdicts(6).filter((verdict) => verdict === 'inconclusive').length).toBeGreaterThanOrEqual(18);
  });
});

it('A regression is found as often as the smallest detectable effect says, and named', () => {
  const found = comparisons(100, { snapshots: 40 }, { factor: 1.5 });
  expect(failed(found)).toBeGreaterThan(0.95);
  expect(found[0]?.regressions[0]?.id).toBe('f0');

  const [{ rates } = { rates: [] }] = comparisons(1, { snapshots: 40 });
  const detectable = rates.find(({ id }) => id === 'f0')?.detectable ?? 0;
  const power = comparisons(200, { snapshots: 40 }, { factor: 1 + detectable });
  expect(failed(power)).toBeGreaterThan(0.65);
  expect(failed(power)).toBeLessThan(0.95);
});

it('An increase that is beyond chance and too small to fail does not fail', () => {
  const rates = comparisons(20, { snapshots: 2000, functions: 2, spread: 0.1 }, { factor: 1.05 });
  expect(significant(rates)).toBe(1);
  expect(failed(rates)).toBe(0);
});

it('Below five snapshots a side nothing is said', () => {
  const side = (value: number) => {
    const statistics = new SnapshotStatistics();
    for (let i = 0; i < 4; i++) statistics.add(new Map([['f', value]]), 1);
    return statistics;
  };
  expect(compareRates(side(1), side(9), options).verdict).toBe('inconclusive');
  expect(compareRates(new SnapshotStatistics(), side(9), options).verdict).toBe('inconclusive');
});

it('A function that is new cannot be compared relatively, and fails where it is beyond chance', () => {
  const side = (value: number) => {
    const statistics = new SnapshotStatistics();
    for (let i = 0; i < 9; i++)
      statistics.add(new Map([['old', 100 + (i % 3)], ...(value > 0 ? [['new', value + i] as const] : [])]), 1);
    return statistics;
  };
  const { verdict, regressions } = compareRates(side(0), side(50), options);
  expect([verdict, regressions.map(({ id, change }) => [id, change])]).toEqual([
    'regression',
    [['new', Number.POSITIVE_INFINITY]],
  ]);
});

it('Rates are ratios of sums, with the variance of the residuals', () => {
  const statistics = new SnapshotStatistics();
  statistics.add(new Map([['f', 2]]), 1);
  statistics.add(new Map([['f', 4]]), 3);
  // R = 6/4; residuals 2 - 1.5 and 4 - 4.5; variance 2/1 * 0.5 / 16
  expect(statistics.rateOf('f')).toEqual({ rate: 1.5, variance: 0.0625 });
  expect(statistics.rateOf('other')).toEqual({ rate: 0, variance: 0 });
});

it('The t distribution is that of the tables', () => {
  expect(studentUpperTail(2.015, 5)).toBeCloseTo(0.05, 4);
  expect(studentUpperTail(1.697, 30)).toBeCloseTo(0.05, 4);
  expect(studentUpperTail(1.6449, 1e6)).toBeCloseTo(0.05, 4);
  expect(studentUpperTail(-2.015, 5)).toBeCloseTo(0.95, 4);
  expect(studentUpperTail(0, 3)).toBeCloseTo(0.5, 10);
  expect(studentQuantile(0.01, 10)).toBeCloseTo(2.764, 3);
  expect(studentQuantile(0.2, 40)).toBeCloseTo(0.851, 3);
});

it('False discovery rates are those of Benjamini and Hochberg', () => {
  expect(falseDiscoveryRates([0.01, 0.04, 0.03, 0.5]).map((rate) => Number(rate.toFixed(4)))).toEqual([
    0.04, 0.0533, 0.0533, 0.5,
  ]);
  expect(falseDiscoveryRates([])).toEqual([]);
});
