/**
 * How often the gate of `profiled-fn diff --fail-on +10%` is wrong, and how much it finds, on simulated fleets.
 *
 *     npx tsx bench/gate.ts
 *
 * The fleets are those of the tests (test/profile/compare/support/fleet.ts): 20 functions of very different size, snapshots of 20
 * to 420 invocations, in each of which a function takes another part (log-normal) and is sampled (Poisson). Seeded: the
 * figures are the same each time.
 */
import { compareRates } from '../profile/analysis/compare/regressions';
import { type FleetOptions, simulatedFleet } from '../test/profile/compare/support/fleet';
import { Random } from '../test/profile/support/random';
import { markdownTable } from './table';

const fleets = 500;
const options = { failOn: 0.1, leastShare: 0.02 };

function run(fleet: FleetOptions, factor: number): { significant: number; failed: number } {
  let significant = 0;
  let failed = 0;
  for (let seed = 1; seed <= fleets; seed++) {
    const random = new Random(seed);
    const { rates, verdict } = compareRates(
      simulatedFleet(random, fleet),
      simulatedFleet(random, { ...fleet, factor }),
      options,
    );
    if (rates.some((rate) => rate.falseDiscoveryRate <= 0.05)) significant++;
    if (verdict === 'regression') failed++;
  }
  return { significant: significant / fleets, failed: failed / fleets };
}

const percent = (part: number) => `${(part * 100).toFixed(1)}%`;
const rows = [10, 30, 100].flatMap((snapshots) =>
  [0.2, 0.5].map((spread) => {
    const fleet = { snapshots, spread };
    const found = [1.1, 1.2, 1.5, 2].map((factor) => percent(run(fleet, factor).failed));
    const same = run(fleet, 1);
    return [String(snapshots), String(spread), percent(same.significant), percent(same.failed), ...found];
  }),
);
process.stdout.write(
  `${markdownTable([
    ['snapshots a side', 'spread', 'A/A: significant', 'A/A: failed', '+10%', '+20%', '+50%', '+100%'],
    ...rows,
  ])}\n`,
);
