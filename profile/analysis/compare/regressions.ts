import { falseDiscoveryRates } from './false-discovery';
import type { SnapshotStatistics } from './snapshot-statistics';
import { studentQuantile, studentUpperTail } from './student';

/** A function in a comparison of two sides. */
export interface ComparedRate {
  id: string;
  /** Values per exposure. */
  base: number;
  target: number;
  /** `target / base - 1`; infinite where the base has none. */
  change: number;
  /** Probability of such an increase or a larger one if there is none, adjusted for the number of functions. */
  falseDiscoveryRate: number;
  /** The increase that would have been found with a probability of 80 %, relative to `base`. */
  detectable: number;
}

export type Verdict = 'regression' | 'passed' | 'inconclusive';

export interface Comparison {
  verdict: Verdict;
  /** Functions with an increase of `failOn` or more that chance does not explain, the largest first. */
  regressions: ComparedRate[];
  /** Functions in which an increase of `failOn` could have been missed. */
  undecided: ComparedRate[];
  /** All functions compared, the largest first. */
  rates: ComparedRate[];
}

export interface ComparisonOptions {
  /** Increase that fails, as a part: 0.1. */
  failOn: number;
  /** Functions with a smaller part of all values, 0 to 1, are not compared. */
  leastShare: number;
  /** Part of the regressions called that may be false. */
  falseDiscoveryRate?: number;
}

/** With fewer snapshots on a side, a variance is too uncertain to say anything. */
export const fewestSnapshots = 5;

const power = 0.8;

/**
 * Compares what functions take per exposure: Welch's test on ratio estimates in which a snapshot is one observation,
 * corrected for the number of functions. A function fails when its increase is beyond chance and at least `failOn`.
 *
 * The comparison is inconclusive when nothing fails, but an increase of `failOn` could have been missed: too few
 * snapshots for how much they differ.
 */
export function compareRates(
  base: SnapshotStatistics,
  target: SnapshotStatistics,
  { failOn, leastShare, falseDiscoveryRate = 0.05 }: ComparisonOptions,
): Comparison {
  const ids = comparable(base, target, leastShare);
  const tests = ids.map((id) => testOf(id, base, target, falseDiscoveryRate / ids.length));
  const adjusted = falseDiscoveryRates(tests.map(({ p }) => p));
  const rates = tests
    .map(({ p: _, ...rate }, i): ComparedRate => ({ ...rate, falseDiscoveryRate: adjusted[i] }))
    .sort((a, b) => b.target - a.target);
  const enough = Math.min(base.snapshots, target.snapshots) >= fewestSnapshots;
  const regressions = enough
    ? rates.filter((rate) => rate.falseDiscoveryRate <= falseDiscoveryRate && rate.change >= failOn)
    : [];
  const undecided = rates.filter((rate) => !regressions.includes(rate) && !(rate.detectable <= failOn));
  const passed = enough && undecided.length === 0;
  return {
    verdict: regressions.length > 0 ? 'regression' : passed ? 'passed' : 'inconclusive',
    regressions,
    undecided,
    rates,
  };
}

/** Which functions are large enough is asked of both sides together: it must not depend on which side is larger. */
function comparable(base: SnapshotStatistics, target: SnapshotStatistics, leastShare: number): string[] {
  const exposure = base.exposure + target.exposure;
  const shares = [...new Set([...base.functions, ...target.functions])].map((id) => ({
    id,
    value: (base.rateOf(id).rate * base.exposure + target.rateOf(id).rate * target.exposure) / exposure,
  }));
  const whole = shares.reduce((sum, { value }) => sum + value, 0);
  return shares.filter(({ value }) => value > 0 && value >= leastShare * whole).map(({ id }) => id);
}

function testOf(
  id: string,
  base: SnapshotStatistics,
  target: SnapshotStatistics,
  significance: number,
): Omit<ComparedRate, 'falseDiscoveryRate'> & { p: number } {
  const before = base.rateOf(id);
  const after = target.rateOf(id);
  const variance = before.variance + after.variance;
  const error = Math.sqrt(variance);
  const difference = after.rate - before.rate;
  const change = before.rate === 0 ? Number.POSITIVE_INFINITY : after.rate / before.rate - 1;
  const known = { id, base: before.rate, target: after.rate, change };
  if (!Number.isFinite(variance)) return { ...known, p: 1, detectable: Number.POSITIVE_INFINITY };
  // All snapshots alike: any difference is one.
  if (variance === 0) return { ...known, p: difference > 0 ? 0 : 1, detectable: 0 };
  // Welch and Satterthwaite
  const df =
    variance ** 2 / (before.variance ** 2 / (base.snapshots - 1) + after.variance ** 2 / (target.snapshots - 1));
  const detectable = (studentQuantile(significance, df) + studentQuantile(1 - power, df)) * error;
  return {
    ...known,
    p: studentUpperTail(difference / error, df),
    detectable: before.rate === 0 ? Number.POSITIVE_INFINITY : detectable / before.rate,
  };
}
