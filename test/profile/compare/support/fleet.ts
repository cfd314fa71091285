import { SnapshotStatistics } from '../../../../profile/analysis/compare/snapshot-statistics';
import type { Random } from '../../support/random';

/** What a simulated fleet is like. */
export interface FleetOptions {
  snapshots: number;
  functions?: number;
  /** How much functions differ between snapshots beyond the chance of sampling: standard deviation of a log factor. */
  spread?: number;
  /** What the first function takes of what it would. */
  factor?: number;
}

/**
 * Statistics of a simulated fleet: functions of very different size, snapshots of different length, of which each
 * function takes another part in each (log-normal), as it was sampled (Poisson). The exposure are invocations.
 */
export function simulatedFleet(random: Random, options: FleetOptions): SnapshotStatistics {
  const { snapshots, functions = 20, spread = 0.3, factor = 1 } = options;
  const statistics = new SnapshotStatistics();
  for (let i = 0; i < snapshots; i++) {
    const invocations = 20 + random.below(400);
    const values = new Map<string, number>();
    for (let fn = 0; fn < functions; fn++) {
      const mean = (invocations * (fn === 0 ? factor : 1)) / (fn + 1);
      values.set(`f${fn}`, poisson(random, mean * Math.exp(spread * normal(random) - spread ** 2 / 2)));
    }
    statistics.add(values, invocations);
  }
  return statistics;
}

/** Box and Muller. */
function normal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random.fraction())) * Math.cos(2 * Math.PI * random.fraction());
}

/** Knuth's for small means; for large ones the normal distribution is near enough. */
function poisson(random: Random, mean: number): number {
  if (mean > 30) return Math.max(0, Math.round(mean + Math.sqrt(mean) * normal(random)));
  const limit = Math.exp(-mean);
  let count = 0;
  for (let product = random.fraction(); product > limit; product *= random.fraction()) count++;
  return count;
}
