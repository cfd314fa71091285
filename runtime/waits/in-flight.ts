import type { Label } from '../../profile/model/profile';
import type { Micros } from '../clock';
import type { StackEntry } from '../stacks/stack-profile';
import type { Operation } from './operation';
import type { Start } from './processes';

/** Upper ends of the buckets of ages, milliseconds. */
const AGES_MS = [100, 1_000, 10_000, 60_000, 600_000, 3_600_000, 86_400_000];

/** The bucket of an age, by its upper end; what is older than a day is in the last one. */
export function ageBucketMs(age: Micros): number {
  return AGES_MS.find((end) => age <= end * 1000) ?? AGES_MS[AGES_MS.length - 1];
}

/** Operations that have not answered, by what they are and where they were started. */
export function inFlightEntries(operations: readonly Operation[], now: Micros, labels: readonly Label[]): StackEntry[] {
  return operations.map(({ what, start, origin }) => ({
    leaf: `(${what})`,
    frames: origin.frames,
    values: [1],
    labels: [...labels, { key: 'age', num: ageBucketMs(now - start), unit: 'milliseconds' }],
  }));
}

/** Worker threads and child processes by where they were started. */
export function startEntries(starts: readonly Start[], labels: readonly Label[]): StackEntry[] {
  return starts.map(({ kind, origin }) => ({
    leaf: `(${kind})`,
    frames: origin.frames,
    values: [1],
    labels: [...labels, { key: 'kind', str: kind }],
  }));
}
