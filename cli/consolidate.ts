import { dropLabel } from '../profile/filter';
import { ProfileMerger } from '../profile/merge';
import type { Profile, ValueType } from '../profile/model';
import type { ProfileType } from './keys';
import type { Skipped, Snapshot } from './snapshots';

/** All snapshots of one function and type, merged. */
export interface Consolidated {
  function: string;
  type: ProfileType;
  profile: Profile;
  snapshots: number;
  /** Execution environments that the snapshots come from, by their names in keys. */
  instances: string[];
  /** Start of the first window and end of the last. */
  from: Date;
  to: Date;
}

/**
 * Merges snapshots as they come, in any order, each into the profile of its function and type.
 *
 * What counts different things cannot be added up, as before and after an update that changed the sample types. Of
 * these the newest kind is kept, whatever the order, and the others are named.
 */
export class Consolidator {
  readonly #groups = new Map<string, Group>();

  add({ key, object }: Snapshot, profile: Profile): void {
    const id = JSON.stringify([key.function, key.type, kindOf(profile)]);
    let group = this.#groups.get(id);
    if (!group) {
      group = newGroup(key.function, key.type, kindOf(profile));
      this.#groups.set(id, group);
    }
    // A rank among the invocations of one snapshot means nothing among those of many, and keeps stacks apart.
    group.merger.add(dropLabel(profile, 'slowest'));
    group.keys.push(object.key);
    group.instances.add(key.instance);
    const from = Number(profile.timeNanos) / 1e6;
    group.from = Math.min(group.from, from);
    group.to = Math.max(group.to, from + Number(profile.durationNanos) / 1e6);
  }

  /** The merged profiles, by function and type, and the snapshots of older kinds. */
  results(): { consolidated: Consolidated[]; skipped: Skipped[] } {
    const newestFirst = [...this.#groups.values()].sort((a, b) => b.to - a.to || (a.kind < b.kind ? -1 : 1));
    const kept = new Map<string, Group>();
    const skipped: Skipped[] = [];
    for (const group of newestFirst) {
      const id = `${group.function}/${group.type}`;
      const newer = kept.get(id);
      if (!newer) kept.set(id, group);
      else skipped.push(...group.keys.map((key) => ({ key, reason: outdated(group, newer) })));
    }
    const consolidated = [...kept].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, group]) => result(group));
    return { consolidated, skipped };
  }
}

interface Group {
  function: string;
  type: ProfileType;
  /** What the profiles count. */
  kind: string;
  merger: ProfileMerger;
  keys: string[];
  instances: Set<string>;
  /** Milliseconds since the epoch. */
  from: number;
  to: number;
}

function newGroup(fn: string, type: ProfileType, kind: string): Group {
  return {
    function: fn,
    type,
    kind,
    merger: new ProfileMerger(),
    keys: [],
    instances: new Set(),
    from: Number.POSITIVE_INFINITY,
    to: Number.NEGATIVE_INFINITY,
  };
}

function result(group: Group): Consolidated {
  return {
    function: group.function,
    type: group.type,
    profile: group.merger.result(),
    snapshots: group.keys.length,
    instances: [...group.instances].sort(),
    from: new Date(group.from),
    to: new Date(group.to),
  };
}

/** Profiles of the same kind can be merged: sample types and period type are the same. */
function kindOf({ sampleTypes, periodType }: Profile): string {
  const name = ({ type, unit }: ValueType) => `${type}/${unit}`;
  return `${sampleTypes.map(name).join(', ')} every ${periodType ? name(periodType) : '/'}`;
}

function outdated(group: Group, newer: Group): string {
  return `it counts ${group.kind}, and newer ones count ${newer.kind}`;
}
