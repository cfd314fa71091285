import { join } from 'node:path';
import { type ComparedFunction, functionValues } from '../profile/compare/function-values';
import { invocationsOf } from '../profile/compare/invocations';
import { SnapshotStatistics } from '../profile/compare/snapshot-statistics';
import { ProfileMerger } from '../profile/merge';
import { IncompatibleProfilesError } from '../profile/merge-header';
import type { Profile } from '../profile/model';
import { CommandError } from './command-error';
import type { Side } from './diff-sides';
import type { FetchRequest } from './fetch';
import { readProfile } from './pprof-file';
import { type FetchProgress, readSnapshots } from './read-snapshots';
import { mayBeSelected, selectSamples } from './selection';
import { factsOf } from './snapshot-facts';
import { listSnapshots, type OpenStore } from './snapshots';
import { Symbolizer } from './source-maps';

/** What of the snapshots fell on one side. */
export interface SnapshotSide {
  side: Side;
  /** Undefined: no snapshot did. */
  profile?: Profile;
  /** Values per invocation; undefined where a snapshot does not tell its invocations. */
  perInvocation?: SnapshotStatistics;
  /** Values as shares of the value of all functions. */
  shares: SnapshotStatistics;
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
}

/**
 * Reads the snapshots of a function and sums them up on both sides.
 *
 * @param sampleTypeOf - which sample type of a profile is compared
 */
export async function diffSnapshots(
  stores: OpenStore[],
  { stack, functions, type, out, selection, assemblies, findArchive }: FetchRequest,
  sides: [Side, Side],
  sampleTypeOf: (profile: Profile) => number,
  onProgress: (progress: FetchProgress) => void,
): Promise<SnapshotDiff> {
  const { snapshots } = await listSnapshots(stores, stack, functions, type);
  const wanted = snapshots.filter(({ key, object }) => mayBeSelected(selection, key.instance, object.lastModified));
  const symbolizer = new Symbolizer(assemblies, findArchive);
  const collectors = sides.map((side) => new Collector(side));
  const names = new Map<string, ComparedFunction>();
  const versions = new Set<string>();
  let read = 0;
  await readSnapshots(
    wanted,
    join(out, '.cache'),
    async ({ key }, { bytes, metadata }) => {
      const profile = await readProfile(bytes);
      const facts = factsOf(profile, metadata);
      read++;
      if (facts.version !== '') versions.add(facts.version);
      const taking = collectors.filter(({ side }) => side.takes(facts));
      if (taking.length === 0) return;
      const { profile: symbolized } = await symbolizer.symbolize(key.function, profile);
      for (const collector of taking) {
        const { side } = collector;
        const label = [...side.label, ...(selection.label ?? [])];
        const selected = selectSamples(symbolized, { ...selection, label });
        const values = functionValues(selected, sampleTypeOf(selected));
        for (const [id, fn] of values.functions) names.set(id, fn);
        collector.add(
          selected,
          values,
          invocationsOf(selectSamples(profile, { label, coldStart: selection.coldStart, errors: selection.errors })),
        );
      }
    },
    onProgress,
  );
  const [base, target] = collectors.map((collector) => collector.result()) as [SnapshotSide, SnapshotSide];
  return { base, target, functions: names, read, versions: [...versions].sort() };
}

class Collector {
  readonly #merger = new ProfileMerger();
  readonly #shares = new SnapshotStatistics();
  readonly #perInvocation = new SnapshotStatistics();
  #snapshots = 0;

  constructor(readonly side: Side) {}

  add(profile: Profile, { self, whole }: { self: Map<string, number>; whole: number }, invocations?: number): void {
    this.#snapshots++;
    try {
      this.#merger.add(profile);
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
    };
  }
}
