import type { Label } from '../../profile/model/profile';
import type { Micros } from '../clock';
import type { Window } from '../invocations/invocation-labels';
import type { StackEntry } from '../stacks/stack-profile';

/** A pause in which V8 collected garbage. */
export interface Collection {
  readonly start: Micros;
  readonly duration: Micros;
  /** `perf_hooks.constants.NODE_PERFORMANCE_GC_…` */
  readonly kind: number;
}

/** V8's names for the kinds, by the bits of node:perf_hooks. */
const KINDS: Readonly<Record<number, string>> = {
  1: 'scavenge',
  2: 'minor mark-sweep',
  4: 'mark-sweep-compact',
  8: 'incremental marking',
  16: 'weak callbacks',
};

/** The parts of pauses that fall into windows, by kind. */
export function collectionEntries(collections: readonly Collection[], windows: readonly Window[]): StackEntry[] {
  return collections.flatMap(({ start, duration, kind }) =>
    windows
      .map(({ start: from, end: to, labels }) => ({
        labels,
        // The first window has the pause, if one is in several.
        begins: start >= from && start < to,
        time: Math.min(start + duration, to) - Math.max(start, from),
      }))
      .filter(({ begins, time }) => begins || time > 0)
      .map(({ labels, begins, time }) => ({
        leaf: `(${KINDS[kind] ?? 'garbage collection'})`,
        values: [begins ? 1 : 0, Math.max(0, time) * 1000],
        labels: labels as Label[],
      })),
  );
}
