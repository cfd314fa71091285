import { Frame } from '../lib/contract/frames';
import type { OriginKind } from '../profile/analysis/origin';
import { timeOutsideMainThread } from '../profile/analysis/process-time';
import { IDLE, leafValue, leafValueOf } from './idle';
import type { Recording } from './recording';

/** What a profile holds, in a few numbers. */
export interface ProfileSummary {
  /** Sum of the chosen value over all samples; of its sizes where some are negative. */
  total: number;
  /** Number of samples taken, where the profile counts them; of different stacks otherwise. */
  samples: { count: number; of: 'samples' | 'stacks' };
  /** Milliseconds since the epoch; 0: unknown. */
  startMillis: number;
  durationNanos: number;
  /** Shares of `total`, 0 to 1. */
  idleShare: number;
  gcShare: number;
  /** Processor time that was not on the main thread, nanoseconds; 0: little, or not known. */
  outsideMainThread: number;
}

/** @param sampleTypeIndex which of each sample's values to add up. */
export function summarizeProfile(recording: Recording, sampleTypeIndex: number): ProfileSummary {
  const { table, sampleTypes, invocations, startMillis, durationNanos } = recording;
  const countIndex = sampleTypes.findIndex(({ type, unit }) => type === 'samples' && unit === 'count');
  const values = table.values[sampleTypeIndex];
  const total = sum(values);
  const share = (kinds: readonly OriginKind[]): number => (total === 0 ? 0 : leafValue(table, values, kinds) / total);
  return {
    total,
    samples:
      countIndex >= 0
        ? { count: sum(table.values[countIndex]), of: 'samples' }
        : { count: table.size - invocations.length, of: 'stacks' },
    startMillis,
    durationNanos,
    idleShare: share(IDLE),
    gcShare: share(['gc']),
    outsideMainThread: outsideMainThread(recording),
  };
}

function outsideMainThread({ table, sampleTypes, invocations }: Recording): number {
  const [wall, cpu] = ['wall', 'cpu'].map((name) => table.values[sampleTypes.findIndex(({ type }) => type === name)]);
  if (!wall || !cpu) return 0;
  const notSampled = leafValueOf(table, wall, ({ name }) => name === Frame.NOT_SAMPLED);
  return timeOutsideMainThread({ sampled: { wall: sum(wall), cpu: sum(cpu) }, notSampled, records: invocations });
}

/** Of all samples, whatever their signs. */
export function sum(values: Float64Array): number {
  let total = 0;
  for (let i = 0; i < values.length; i++) total += Math.abs(values[i]);
  return total;
}
