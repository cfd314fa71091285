import type { StackTable } from '../../profile/analysis/stack-table';
import type { FinishedMerge } from '../../profile/merge/finished-merge';
import { emptyProfile } from '../../profile/model/profile';
import { decodeProfile } from '../../profile/pprof/decode';
import { encodeProfile } from '../../profile/pprof/encode';

/** A merged profile. */
export interface MergedProfile {
  /** Not compressed. */
  encoded: Uint8Array;
  stacks: StackTable;
}

/** The same on its way from one thread to another. */
export interface SentProfile {
  encoded: Uint8Array<ArrayBuffer>;
  stacks: Omit<StackTable, 'stackless'>;
  /** The samples without a stack, encoded: to clone thousands of objects takes ten times as long. */
  stackless: Uint8Array<ArrayBuffer>;
}

export function sentProfile(finished: FinishedMerge): SentProfile {
  const { stackless, ...stacks } = finished.stackTable();
  const apart = { ...emptyProfile([...stacks.sampleTypes]), samples: [...stackless] };
  return { encoded: finished.encoded(), stacks, stackless: encodeProfile(apart) };
}

/** What of it is handed over, and not cloned. */
export function buffersOf({ encoded, stacks, stackless }: SentProfile): ArrayBufferLike[] {
  return [encoded, stackless, stacks.stacks, stacks.starts, ...stacks.values].map(({ buffer }) => buffer);
}

export function receivedProfile({ encoded, stacks, stackless }: SentProfile): MergedProfile {
  return { encoded, stacks: { ...stacks, stackless: decodeProfile(stackless).samples } };
}
