import { join } from 'node:path';
import { type ComparedFunction, functionValues } from '../../profile/compare/function-values';
import { invocationsOf } from '../../profile/compare/invocations';
import { SnapshotStatistics } from '../../profile/compare/snapshot-statistics';
import { withCost } from '../../profile/cost';
import { decodeProfile } from '../../profile/decode';
import { encodeProfile } from '../../profile/encode';
import type { LabelCondition } from '../../profile/filter';
import { ProfileMerger } from '../../profile/merge';
import { IncompatibleProfilesError } from '../../profile/merge-header';
import type { Profile } from '../../profile/model';
import { type SlowestThreshold, slowestSamples } from '../../profile/slowest';
import { CommandError } from '../command-error';
import type { FetchRequest } from '../merge/fetch';
import { type Pricing, timePrice } from '../merge/time-price';
import { readProfileSync } from '../pprof-file';
import { DeniedReads } from '../snapshots/denied-reads';
import { type FetchProgress, readSnapshots } from '../snapshots/read-snapshots';
import { isSelected, mayBeSelected, type Selection, selectInvocations, selectSamples } from '../snapshots/selection';
import { findThresholds, noRecords, type SlowestReport, tellsInvocations } from '../snapshots/slowest';
import { factsOf } from '../snapshots/snapshot-facts';
import type { SnapshotList } from '../snapshots/snapshot-list';
import { listSnapshots, type OpenStore, type Skipped, type UnreadableBucket } from '../snapshots/snapshots';
import { Symbolizer } from '../source-maps/source-maps';
import type { Side } from './diff-sides';

/** What of the snapshots fell on one side. */
export interface SnapshotSide {
  side: Side;
  /** Undefined: no snapshot did. */
  profile?: Profile;
  /** Values per invocation; undefined where a snapshot does not tell its invocations. */
  perInvocation?: SnapshotStatistics;
  /** Values as shares of the value of all functions. */
  shares: SnapshotStatistics;
  /** Which invocations were selected as the slowest; absent: that was not asked for. */
  slowest?: Pick<SlowestReport, 'threshold' | 'cut'>;
}

/** The two sides of a comparison of snapshots. */
export interface SnapshotDiff {
  base: SnapshotSide;
  target: SnapshotSide;
  /** All functions, by id. */
  functions: Map<string, ComparedFunction>;
  /** Snapshots that were read, on a side or not. */
  read: number;
  versions: string[];
  /** Buckets and objects that could not be read. */
  unreadable: UnreadableBucket[];
  skipped: Skipped[];
}

/**
 * Reads the snapshots of a function and sums them up on both sides.
 *
 * @param sampleTypeOf - which sample type of a profile is compared
 * @param pricing - absent: costs are not asked for
 */
export async function diffSnapshots(
  stores: OpenStore[],
  { stack, functions, type, out, selection, assemblies, findArchive }: FetchRequest,
  sides: [Side, Side],
  sampleTypeOf: (profile: Profile) => number,
  onProgress: (progress: FetchProgress) => void,
  pricing?: Pricing,
): Promise<SnapshotDiff> {
  const cacheFolder = join(out, '.cache');
  const { snapshots, unreadable } = await listSnapshots(stores, stack, functions, type);
  const wanted = snapshots.filter(({ key, object }) => mayBeSelected(selection, key.instance, object.lastModified));
  const symbolizer = new Symbolizer(assemblies, findArchive);
  const thresholds = await thresholdsOf(wanted, sides, selection, cacheFolder, onProgress);
  const collectors = sides.map((side) => new Collector(side, thresholds.get(side)));
  const names = new Map<string, ComparedFunction>();
  const versions = new Set<string>();
  const denied = new DeniedReads(wanted.bucketNames);
  let read = 0;
  const damaged = await readSnapshots(
    wanted,
    cacheFolder,
    async (snapshot, { bytes, metadata }) => {
      const { key } = snapshot;
      const { profile, encoded } = readProfileSync(bytes, (inflated) => ({
        profile: decodeProfile(inflated),
        encoded: inflated,
      }));
      const facts = factsOf(profile, metadata);
      read++;
      denied.read(snapshot);
      if (facts.version !== '') versions.add(facts.version);
      if (!isSelected(selection, facts)) return;
      const taking = collectors.filter(({ side }) => side.takes(facts));
      if (taking.length === 0) return;
      const { profile: symbolized } = await symbolizer.symbolize(key.function, profile);
      const price = pricing && timePrice({ memoryMb: Number(metadata.memory), arch: metadata.arch ?? '' }, pricing);
      const priced = price ? withCost(symbolized, price) : symbolized;
      for (const collector of taking) {
        const samples = { ...selection, label: labelsOf(collector.side, selection) };
        const invocations = collector.slowest(selectInvocations(priced, samples));
        const selected = selectSamples(invocations, samples);
        const values = functionValues(selected, sampleTypeOf(selected));
        for (const [id, fn] of values.functions) names.set(id, fn);
        collector.add(selected === profile ? encoded : encodeProfile(selected), values, invocationsOf(invocations));
      }
    },
    onProgress,
    (snapshot, error) => denied.leavesOut(snapshot, error),
  );
  denied.requireSome();
  const [base, target] = collectors.map((collector) => collector.result()) as [SnapshotSide, SnapshotSide];
  return {
    base,
    target,
    functions: names,
    read,
    versions: [...versions].sort(),
    unreadable: [...unreadable, ...denied.unreadable()],
    skipped: [...damaged, ...denied.skipped()],
  };
}

function labelsOf(side: Side, { label = [] }: Selection): LabelCondition[] {
  return [...side.label, ...label];
}

/** From where on an invocation is among the slowest of its side; empty: all are wanted. */
async function thresholdsOf(
  snapshots: SnapshotList,
  sides: [Side, Side],
  selection: Selection,
  cacheFolder: string,
  onProgress: (progress: FetchProgress) => void,
): Promise<Map<Side, SlowestThreshold>> {
  if (selection.slowest === undefined) return new Map();
  const usable = snapshots.filter(tellsInvocations);
  const found = await findThresholds(usable, selection.slowest, cacheFolder, onProgress, (_, facts) =>
    sides
      .filter((side) => isSelected(selection, facts) && side.takes(facts))
      .map((side) => ({ of: side, selection: { ...selection, label: labelsOf(side, selection) } })),
  );
  if (found.size === 0) throw noRecords(selection);
  return found;
}

class Collector {
  readonly #merger = new ProfileMerger();
  readonly #shares = new SnapshotStatistics();
  readonly #perInvocation = new SnapshotStatistics();
  #snapshots = 0;
  #cut = 0;

  /** @param threshold - absent: all invocations are wanted */
  constructor(
    readonly side: Side,
    readonly threshold?: SlowestThreshold,
  ) {}

  /** What of a snapshot is wanted, if only of the slowest invocations. */
  slowest(profile: Profile): Profile {
    if (!this.threshold) return profile;
    const { profile: slowest, cut } = slowestSamples(profile, this.threshold);
    this.#cut += cut;
    return slowest;
  }

  /** @param encoded - what is wanted of a snapshot, not compressed */
  add(encoded: Uint8Array, { self, whole }: { self: Map<string, number>; whole: number }, invocations?: number): void {
    this.#snapshots++;
    try {
      this.#merger.addEncoded(encoded);
    } catch (error) {
      if (!(error instanceof IncompatibleProfilesError)) throw error;
      throw new CommandError(
        `Snapshots of ${this.side.text} count different things: ${error.left}; and ${error.right}.`,
        'Take one kind only, with --type, or with since and until.',
        { cause: error },
      );
    }
    if (whole > 0) this.#shares.add(self, whole);
    if (invocations !== undefined) this.#perInvocation.add(self, invocations);
  }

  result(): SnapshotSide {
    return {
      side: this.side,
      profile: this.#snapshots > 0 ? this.#merger.result() : undefined,
      perInvocation: this.#perInvocation.snapshots === this.#snapshots ? this.#perInvocation : undefined,
      shares: this.#shares,
      ...(this.threshold && { slowest: { threshold: this.threshold, cut: this.#cut } }),
    };
  }
}
