import { MAX_DETAILED_SAMPLES, MAX_RECORDS } from '../../lib/contract/merged-files';
import type { ProfileType } from '../../lib/contract/profile-types';
import { derivedCost, type TimePrice } from '../../profile/analysis/cost';
import { NewestRecords } from '../../profile/analysis/newest-records';
import { snapshotLabels, withoutRank, withoutSnapshot } from '../../profile/analysis/snapshot-labels';
import type { FinishedMerge } from '../../profile/merge/finished-merge';
import { ProfileMerger } from '../../profile/merge/merge';
import type { RewriteLabels } from '../../profile/merge/merge-options';
import type { Location, ValueType } from '../../profile/model/profile';
import type { ProfileColumns } from '../../profile/model/profile-columns';
import type { SnapshotFacts } from '../snapshots/selection';
import type { StoredSnapshot } from './stored-snapshot';
import type { RanOn } from './time-price';

/** All snapshots of one function and type. */
export interface MergedGroup {
  function: string;
  type: ProfileType;
  /** One at least. */
  parts: MergedPart[];
  snapshots: number;
  /** Execution environments that the snapshots come from, by their names in keys. */
  instances: string[];
  /** Start of the first window and end of the last. */
  from: Date;
  to: Date;
}

/** What was merged of those that ran with the same memory on the same architecture: their time has one price. */
export interface MergedPart extends RanOn {
  /** All that its samples have. */
  locations: Location[];
}

/** What is made of a part when it is put together with the others. */
interface PartFinish {
  /** In place of its locations, in their order. @default - those */
  locations?: Location[];
  /** What its time costs. @default - that is not told; of one part only if of all */
  price?: TimePrice;
}

/** What is made of a merge when it is encoded. */
export interface MergeFinish {
  /** In the order of the result. */
  parts: PartFinish[];
  /** What the profile says next to its own comments. */
  comments: string[];
}

interface Part extends RanOn {
  merger: ProfileMerger;
}

/**
 * The snapshots of one function and type that count the same things, while they are merged.
 *
 * Samples of `wall` tell instance and window of their snapshot, and the rank of their invocation, as long as they are not
 * too many for that; records of invocations tell them always.
 */
export class SnapshotGroup {
  /** Those of the snapshots. */
  readonly keys: string[] = [];
  /** End of the last window, milliseconds since the epoch. */
  to = Number.NEGATIVE_INFINITY;
  #from = Number.POSITIVE_INFINITY;
  readonly #instances = new Set<string>();
  /** By memory and architecture. */
  readonly #parts = new Map<string, Part>();
  readonly #records = new NewestRecords(MAX_RECORDS);
  #sampleTypes: readonly ValueType[] = [];
  /** Whether samples tell their snapshot. */
  #isDetailed: boolean;

  /** @param kind - what the profiles count */
  constructor(
    readonly functionName: string,
    readonly type: ProfileType,
    readonly kind: string,
  ) {
    this.#isDetailed = type === 'wall';
  }

  add(snapshot: StoredSnapshot, columns: ProfileColumns, facts: SnapshotFacts): void {
    const further = snapshotLabels(snapshot.instance, facts.from.getTime());
    const labels: RewriteLabels = this.#isDetailed ? (own) => [...further, ...own] : withoutRank;
    this.#partOf(snapshot.metadata).merger.addColumns(columns, { labels });
    if (this.type === 'wall') this.#records.add(columns, further);
    if (this.#isDetailed && this.#sampleCount() > MAX_DETAILED_SAMPLES) {
      this.#isDetailed = false;
      for (const { merger } of this.#parts.values()) merger.relabel(withoutSnapshot);
    }
    this.keys.push(snapshot.key);
    this.#instances.add(snapshot.instance);
    const { sampleTypes, timeNanos, durationNanos } = columns.header;
    this.#sampleTypes = sampleTypes;
    const from = Number(timeNanos) / 1e6;
    this.#from = Math.min(this.#from, from);
    this.to = Math.max(this.to, from + Number(durationNanos) / 1e6);
  }

  result(): MergedGroup {
    return {
      function: this.functionName,
      type: this.type,
      parts: this.#sortedParts().map(({ merger, ...of }) => ({ ...of, locations: merger.locations() })),
      snapshots: this.keys.length,
      instances: [...this.#instances].sort(),
      from: new Date(this.#from),
      to: new Date(this.to),
    };
  }

  /** The merged profile, with the records of invocations after all other samples. */
  finished({ parts: finish, comments }: MergeFinish): FinishedMerge {
    const parts = this.#sortedParts().map(({ merger }, i) => {
      const { locations, price } = finish[i];
      return { merger, locations, derived: price && derivedCost(this.#sampleTypes, price) };
    });
    const further = { records: this.#records.labels(), comments };
    const [{ merger, locations, derived }] = parts;
    if (parts.length === 1 && !locations) return merger.finish({ ...further, derived });
    const whole = new ProfileMerger();
    for (const { merger, ...made } of parts) whole.addMerged(merger, made);
    return whole.finish(further);
  }

  #sortedParts(): Part[] {
    return [...this.#parts].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, part]) => part);
  }

  #partOf({ memory, arch = '' }: Record<string, string>): Part {
    const memoryMb = Number(memory ?? Number.NaN);
    const id = JSON.stringify([memoryMb, arch]);
    const part = this.#parts.get(id) ?? { memoryMb, arch, merger: new ProfileMerger() };
    this.#parts.set(id, part);
    return part;
  }

  #sampleCount(): number {
    let count = 0;
    for (const { merger } of this.#parts.values()) count += merger.sampleCount;
    return count;
  }
}
