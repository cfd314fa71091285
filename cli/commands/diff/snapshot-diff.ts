import { join } from 'node:path';
import { functionValues, functionValuesOf, leafValues } from '../../../profile/analysis/compare/function-values';
import { invocationsOf } from '../../../profile/analysis/compare/invocations';
import { withCost } from '../../../profile/analysis/cost';
import type { LabelCondition } from '../../../profile/analysis/filter';
import { filterFrames } from '../../../profile/analysis/filter-frames';
import type { SlowestThreshold } from '../../../profile/analysis/slowest';
import { stackTableOf } from '../../../profile/analysis/stack-table';
import type { SampleTypes } from '../../../profile/model/sample-type';
import { ColumnsReader } from '../../../profile/pprof/columns-reader';
import { profileOfColumns } from '../../../profile/pprof/decode';
import { symbolizeLocation } from '../../../profile/symbols/symbolize';
import type { FetchRequest } from '../../fetch/fetch-stack';
import { type Pricing, timePrice } from '../../fetch/time-price';
import { readProfileSync } from '../../files/pprof-file';
import { DeniedReads } from '../../snapshots/denied-reads';
import { listSnapshots } from '../../snapshots/list-snapshots';
import { type FetchProgress, readSnapshots } from '../../snapshots/read-snapshots';
import { isSelected, mayBeSelected, type Selection, selectInvocations, selectionText } from '../../snapshots/selection';
import { findThresholds, noRecords, tellsInvocations } from '../../snapshots/slowest';
import type { OpenStore, Skipped, UnreadableBucket } from '../../snapshots/snapshot';
import { factsOf } from '../../snapshots/snapshot-facts';
import type { SnapshotList } from '../../snapshots/snapshot-list';
import { Symbolizer } from '../../source-maps/symbolizer';
import type { StackFunction } from '../../stacks/stack-outputs';
import type { Side } from './diff-sides';
import { SideCollector, type SnapshotSide } from './side-collector';

/** The two sides of a comparison of snapshots. */
export interface SnapshotDiff {
  base: SnapshotSide;
  target: SnapshotSide;
  /** Snapshots that were read, on a side or not. */
  read: number;
  versions: string[];
  /** Buckets and objects that could not be read. */
  unreadable: UnreadableBucket[];
  skipped: Skipped[];
}

/**
 * Reads the snapshots of a function and sums them up on both sides. Memory is bound by the functions that there are.
 *
 * @param sampleTypeOf - which sample type of a profile is compared
 * @param pricing - absent: costs are not asked for
 */
export async function diffSnapshots(
  stores: OpenStore[],
  fn: StackFunction,
  { stack, type, out, selection, assemblies, findArchive }: FetchRequest,
  sides: [Side, Side],
  sampleTypeOf: (of: SampleTypes) => number,
  onProgress: (progress: FetchProgress) => void,
  pricing?: Pricing,
): Promise<SnapshotDiff> {
  const cacheFolder = join(out, '.cache');
  const { snapshots, unreadable } = await listSnapshots(stores, stack, [fn], type);
  const wanted = snapshots.filter(({ key, object }) => mayBeSelected(selection, key.instance, object.lastModified));
  const symbolizer = new Symbolizer(assemblies, findArchive);
  const thresholds = await thresholdsOf(wanted, sides, selection, cacheFolder, onProgress);
  const collectors = sides.map((side) => new SideCollector(side, thresholds.get(side)));
  const takesAll = areAllSamplesWanted(selection, sides) && pricing === undefined;
  const reader = new ColumnsReader();
  const versions = new Set<string>();
  const denied = new DeniedReads(wanted.bucketNames);
  let read = 0;
  const damaged = await readSnapshots(
    wanted,
    cacheFolder,
    async (snapshot, { bytes, metadata }) => {
      const { header, facts, isWanted, table, profile } = readProfileSync(bytes, (inflated) => {
        const columns = reader.read(inflated);
        const facts = factsOf(columns.header, metadata);
        const isWanted = isSelected(selection, facts);
        return {
          header: columns.header,
          facts,
          isWanted,
          table: isWanted && takesAll ? stackTableOf(columns) : undefined,
          profile: isWanted && !takesAll ? profileOfColumns(columns) : undefined,
        };
      });
      reader.forget();
      read++;
      denied.read(snapshot);
      if (facts.version !== '') versions.add(facts.version);
      if (!isWanted) return;
      const taking = collectors.filter(({ side }) => side.takes(facts));
      if (table) {
        // Before anything is waited for: the tables are used again then.
        const index = sampleTypeOf(table);
        for (const collector of taking) collector.begin(header, index);
        const leaves = leafValues(table, index);
        const { find } = await symbolizer.mapsOf(fn.name, leaves.locations);
        const locations = leaves.locations.map((location) => symbolizeLocation(location, find));
        const values = functionValues({ ...leaves, locations });
        for (const collector of taking) collector.add(values, invocationsOf(table.stackless));
        return;
      }
      if (!profile) return;
      const price = pricing && timePrice({ memoryMb: Number(metadata.memory), arch: metadata.arch ?? '' }, pricing);
      for (const collector of taking) {
        const samples = { ...selection, label: labelsOf(collector.side, selection) };
        // Records of invocations are lost with the first merge, which giving original places is.
        const invocations = collector.slowest(selectInvocations(profile, samples));
        const { profile: symbolized } = await symbolizer.symbolize(fn.name, invocations);
        const priced = price ? withCost(symbolized, price) : symbolized;
        const index = sampleTypeOf(priced);
        collector.begin(priced, index);
        collector.add(functionValuesOf(filterFrames(priced, selection), index), invocationsOf(invocations.samples));
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
    read,
    versions: [...versions].sort(),
    unreadable: [...unreadable, ...denied.unreadable()],
    skipped: [...damaged, ...denied.skipped()],
  };
}

/** Whether whole snapshots are compared. Then no objects are made of their samples, and few places are looked up. */
function areAllSamplesWanted({ since, until, version, instances, ...samples }: Selection, sides: Side[]): boolean {
  return selectionText(samples) === '' && sides.every(({ label }) => label.length === 0);
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
