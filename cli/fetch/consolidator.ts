import type { FinishedMerge } from '../../profile/merge/finished-merge';
import type { ValueType } from '../../profile/model/profile';
import type { ProfileColumns } from '../../profile/model/profile-columns';
import type { ProfileHeader } from '../../profile/model/profile-header';
import { ColumnsReader } from '../../profile/pprof/columns-reader';
import { readProfileSync } from '../files/pprof-file';
import { isSelected, type SnapshotSelection } from '../snapshots/selection';
import type { Skipped } from '../snapshots/snapshot';
import { factsOf } from '../snapshots/snapshot-facts';
import { type MergedGroup, type MergeFinish, SnapshotGroup } from './snapshot-group';
import type { StoredSnapshot } from './stored-snapshot';

/** What became of a snapshot. */
export interface Taken {
  /** Whether the selection wants it; it has been merged then. */
  selected: boolean;
  /** Version of the Lambda function; empty: unknown. */
  version: string;
}

/** The outcome of all. */
export interface Consolidation {
  /** By function and type. */
  merged: MergedGroup[];
  /** Snapshots of older kinds. */
  skipped: Skipped[];
}

/**
 * Merges snapshots as they come, in any order, each into the profile of its function and type.
 *
 * What counts different things cannot be added up, as before and after an update that changed the sample types. Of
 * these the newest kind is kept, whatever the order, and the others are named.
 */
export class Consolidator {
  readonly #groups = new Map<string, SnapshotGroup>();
  readonly #reader = new ColumnsReader();
  #results: SnapshotGroup[] = [];

  constructor(private readonly selection: SnapshotSelection) {}

  /** @throws UnreadableProfile; nothing has been merged then */
  add(snapshot: StoredSnapshot): Taken {
    try {
      return readProfileSync(snapshot.bytes, (bytes) => this.#add(snapshot, this.#reader.read(bytes)));
    } finally {
      this.#reader.forget();
    }
  }

  /** What came of all; then comes `finished`, and no more is added. */
  results(): Consolidation {
    const newestFirst = [...this.#groups.values()].sort((a, b) => b.to - a.to || (a.kind < b.kind ? -1 : 1));
    const kept = new Map<string, SnapshotGroup>();
    const skipped: Skipped[] = [];
    for (const group of newestFirst) {
      const id = `${group.functionName}/${group.type}`;
      const newer = kept.get(id);
      if (!newer) kept.set(id, group);
      else for (const key of group.keys) skipped.push({ key, reason: outdated(group, newer) });
    }
    this.#results = [...kept].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, group]) => group);
    return { merged: this.#results.map((group) => group.result()), skipped };
  }

  /** The merged profile with that index in the results. */
  finished(index: number, finish: MergeFinish): FinishedMerge {
    return this.#results[index].finished(finish);
  }

  #add(snapshot: StoredSnapshot, columns: ProfileColumns): Taken {
    const facts = factsOf(columns.header, snapshot.metadata);
    const selected = isSelected(this.selection, facts);
    if (selected) this.#groupOf(snapshot, kindOf(columns.header)).add(snapshot, columns, facts);
    return { selected, version: facts.version };
  }

  #groupOf({ function: fn, type }: StoredSnapshot, kind: string): SnapshotGroup {
    const id = JSON.stringify([fn, type, kind]);
    const group = this.#groups.get(id) ?? new SnapshotGroup(fn, type, kind);
    this.#groups.set(id, group);
    return group;
  }
}

/** Profiles of the same kind can be merged: sample types and period type are the same. */
function kindOf({ sampleTypes, periodType }: ProfileHeader): string {
  const name = ({ type, unit }: ValueType) => `${type}/${unit}`;
  return `${sampleTypes.map(name).join(', ')}${periodType ? ` every ${name(periodType)}` : ''}`;
}

function outdated(group: SnapshotGroup, newer: SnapshotGroup): string {
  return `it counts ${group.kind}, and newer ones count ${newer.kind}`;
}
