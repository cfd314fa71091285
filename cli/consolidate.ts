import { ProfileMerger } from '../profile/merge';
import type { Profile } from '../profile/model';
import type { ProfileType, SnapshotKey } from './keys';

/** All snapshots of one function and type, merged. */
export interface Consolidated {
  function: string;
  type: ProfileType;
  profile: Profile;
  snapshots: number;
  /** Execution environments that the snapshots come from. */
  instances: number;
  /** Start of the first window and end of the last. */
  from: Date;
  to: Date;
}

/** Merges snapshots as they come, in any order, each into the profile of its function and type. */
export class Consolidator {
  readonly #groups = new Map<string, Group>();

  /**
   * Adds a snapshot.
   *
   * @throws Error where it does not fit to those of its kind before it; they stay as they are
   */
  add(key: SnapshotKey, profile: Profile): void {
    const id = `${key.function}/${key.type}`;
    const group = this.#groups.get(id) ?? newGroup(key);
    group.merger.add(profile);
    this.#groups.set(id, group);
    group.snapshots++;
    group.instances.add(key.instance);
    const from = Number(profile.timeNanos) / 1e6;
    group.from = Math.min(group.from, from);
    group.to = Math.max(group.to, from + Number(profile.durationNanos) / 1e6);
  }

  /** The merged profiles, by function and type. */
  results(): Consolidated[] {
    return [...this.#groups]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([, group]) => ({
        function: group.function,
        type: group.type,
        profile: group.merger.result(),
        snapshots: group.snapshots,
        instances: group.instances.size,
        from: new Date(group.from),
        to: new Date(group.to),
      }));
  }
}

interface Group {
  function: string;
  type: ProfileType;
  merger: ProfileMerger;
  snapshots: number;
  instances: Set<string>;
  /** Milliseconds since the epoch. */
  from: number;
  to: number;
}

function newGroup(key: SnapshotKey): Group {
  return {
    function: key.function,
    type: key.type,
    merger: new ProfileMerger(),
    snapshots: 0,
    instances: new Set(),
    from: Number.POSITIVE_INFINITY,
    to: Number.NEGATIVE_INFINITY,
  };
}
