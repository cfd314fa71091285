import type { ReservedLabel } from '../../lib/contract/labels';
import type { Label, Profile, Sample } from '../model/profile';
import { type InvocationRecord, invocationRecords, isInvocationRecord } from './invocation-records';
import { mergedSnapshots } from './merged-snapshots';

/** Which invocations are the slowest. */
export interface SlowestThreshold {
  /** They took so long, or longer. */
  wallNanos: number;
  /** Upper end of the bucket of durations that this falls into, milliseconds; 0: unknown. */
  durationBucket: number;
  /** How many they are, of how many. */
  selected: number;
  invocations: number;
}

/** Durations of invocations, of as many snapshots as there are, to find the slowest of all: 8 bytes each. */
export class Durations {
  readonly #wallNanos: number[] = [];
  /** Longest duration seen in each bucket, by its upper end. */
  readonly #longest = new Map<number, number>();

  add({ wallNanos, durationBucket }: Pick<InvocationRecord, 'wallNanos' | 'durationBucket'>): void {
    this.#wallNanos.push(wallNanos);
    this.#longest.set(durationBucket, Math.max(wallNanos, this.#longest.get(durationBucket) ?? 0));
  }

  /**
   * The slowest `part`, 0 to 1, of all invocations, rounded up, and what took just as long as the fastest of these.
   * Undefined: there are no invocations.
   */
  slowest(part: number): SlowestThreshold | undefined {
    const sorted = Float64Array.from(this.#wallNanos).sort();
    const count = Math.max(1, Math.ceil(sorted.length * part));
    const wallNanos = sorted[sorted.length - count];
    if (wallNanos === undefined) return undefined;
    const first = sorted.indexOf(wallNanos);
    return {
      wallNanos,
      durationBucket: this.#bucketOf(wallNanos),
      selected: sorted.length - first,
      invocations: sorted.length,
    };
  }

  /** The first bucket, from below, in which something took so long. */
  #bucketOf(wallNanos: number): number {
    const holding = [...this.#longest].filter(([bucket, longest]) => bucket > 0 && longest >= wallNanos);
    return holding.length > 0 ? Math.min(...holding.map(([bucket]) => bucket)) : 0;
  }
}

/** The samples of the slowest invocations in a snapshot. */
export interface SlowestSamples {
  profile: Profile;
  /** Invocations of the snapshot that are among the slowest. */
  selected: number;
  /** Of these, how many are missing, as their samples cannot be told from those of faster ones. */
  cut: number;
}

/**
 * The samples of those invocations of a snapshot that took as long as `threshold` or longer, with their records.
 *
 * A sample shows the bucket of its invocation's duration, and the rank of the invocation where that is one of the
 * snapshot's slowest. In buckets above the threshold's all samples are of slow invocations; in its own these are told
 * by their ranks, unless all of the bucket are slow. What ran when the snapshot was taken has neither, and is left out.
 */
export function slowestSamples(profile: Profile, threshold: SlowestThreshold): SlowestSamples {
  const records = invocationRecords(profile);
  const slow = records.filter(({ wallNanos }) => wallNanos >= threshold.wallNanos);
  const ranks = new Set(slow.map(({ rank }) => rank).filter((rank) => rank > 0));
  const edge = records.filter(({ durationBucket }) => durationBucket === threshold.durationBucket);
  const edgeIsSlow = edge.every(({ wallNanos }) => wallNanos >= threshold.wallNanos);
  const canBeTold = ({ durationBucket, rank }: InvocationRecord) =>
    rank > 0 || durationBucket > threshold.durationBucket || (durationBucket > 0 && edgeIsSlow);

  const isSlow = (sample: Sample): boolean => {
    if (isInvocationRecord(sample)) return numberOf(sample.labels, 'wall') >= threshold.wallNanos;
    const bucket = numberOf(sample.labels, 'duration');
    if (bucket > 0 && bucket !== threshold.durationBucket) return bucket > threshold.durationBucket;
    return ranks.has(numberOf(sample.labels, 'slowest')) || (bucket > 0 && edgeIsSlow);
  };
  return {
    profile: { ...profile, samples: profile.samples.filter(isSlow) },
    selected: slow.length,
    cut: slow.filter((record) => !canBeTold(record)).length,
  };
}

/** 0: there is no such number. */
function numberOf(labels: readonly Label[], key: ReservedLabel): number {
  for (const label of labels) if (label.key === key && 'num' in label) return Number(label.num);
  return 0;
}

/** The slowest invocations of a merged profile. */
export interface SlowestOfMerged extends Omit<SlowestSamples, 'selected'> {
  threshold: SlowestThreshold;
}

/**
 * The samples of the slowest `part` of the invocations that a merged profile has records of. Ranks are those of a
 * snapshot, so it is taken apart into these again, by `instance` and `window`. What ran in snapshots of which it has no
 * records any more is left out.
 *
 * @returns undefined: it has no records, or its samples do not tell their snapshots
 */
export function slowestOfMerged(profile: Profile, part: number): SlowestOfMerged | undefined {
  const durations = new Durations();
  for (const record of invocationRecords(profile)) durations.add(record);
  const threshold = durations.slowest(part);
  const stacks = profile.samples.filter((sample) => !isInvocationRecord(sample));
  if (!threshold || !stacks.some(({ labels }) => labels.some(({ key }) => key === 'instance'))) return undefined;
  const samples: Sample[] = [];
  let cut = 0;
  for (const { samples: own } of mergedSnapshots(profile)) {
    if (!own.some(isInvocationRecord)) continue;
    const slowest = slowestSamples({ ...profile, samples: own }, threshold);
    samples.push(...slowest.profile.samples);
    cut += slowest.cut;
  }
  return { profile: { ...profile, samples }, threshold, cut };
}
