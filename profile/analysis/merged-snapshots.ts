import type { Profile, Sample } from '../model/profile';
import { type InvocationRecord, invocationRecords } from './invocation-records';

/** The samples, and the records of invocations, that a merged profile has of one snapshot. */
export interface MergedSnapshot {
  /** Execution environment; empty: unknown. */
  instance: string;
  /** Start of its window, milliseconds since the epoch; 0: unknown. */
  from: number;
  samples: Sample[];
}

/** A merged profile, taken apart again into snapshots, as far as its samples tell these (see `snapshotLabels`). */
export function mergedSnapshots({ samples }: Profile): MergedSnapshot[] {
  const snapshots = new Map<string, MergedSnapshot>();
  for (const sample of samples) {
    const { instance, from } = snapshotOf(sample);
    const id = `${instance} ${from}`;
    const known = snapshots.get(id);
    if (known) known.samples.push(sample);
    else snapshots.set(id, { instance, from, samples: [sample] });
  }
  return [...snapshots.values()];
}

/**
 * End of the window of a snapshot, milliseconds since the epoch: that of its last invocation, as snapshots leave after a
 * response. Where it has no record of one, the start is all that is known.
 */
export function windowEnd(profile: Profile, { from, samples }: MergedSnapshot): number {
  const end = ({ start, wallNanos }: InvocationRecord) => start + wallNanos / 1e6;
  return Math.max(from, ...invocationRecords({ ...profile, samples }).map(end));
}

function snapshotOf({ labels }: Sample): { instance: string; from: number } {
  let instance = '';
  let from = 0;
  for (const label of labels) {
    if (label.key === 'instance' && 'str' in label) instance ||= label.str;
    else if (label.key === 'window' && 'num' in label) from ||= Number(label.num);
  }
  return { instance, from };
}
