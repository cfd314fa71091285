import type { ReadMetadata } from '../../lib/contract/metadata';
import type { Int64 } from '../../profile/model/int64';
import type { SnapshotFacts } from './selection';

/** Window and version; of snapshots without metadata, as an older sampler wrote them, what the profile tells. */
export function factsOf(
  { timeNanos, durationNanos }: { timeNanos: Int64; durationNanos: Int64 },
  { start, end, version }: ReadMetadata,
): SnapshotFacts {
  const began = Number(timeNanos) / 1e6;
  const instant = (text: string | undefined, otherwise: number) =>
    new Date(text === undefined || Number.isNaN(Date.parse(text)) ? otherwise : text);
  return {
    from: instant(start, began),
    to: instant(end, began + Number(durationNanos) / 1e6),
    version: version ?? '',
  };
}
