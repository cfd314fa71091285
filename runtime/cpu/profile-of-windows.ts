import { emptyProfile, type Mapping, type Profile, type ValueType } from '../../profile/model';
import { toEpochMs } from '../clock';
import type { Window } from '../invocations/invocation-labels';
import type { CpuProfile } from './cpu-sampler';

/**
 * A profile of what V8 sampled in windows, without samples yet.
 *
 * @param windows in order
 */
export function profileOfWindows(
  sampleTypes: ValueType[],
  defaultSampleType: string,
  sampled: CpuProfile,
  windows: readonly Window[],
  samplingIntervalMs: number,
  mapping: Mapping,
): Profile {
  const { start } = windows[0] ?? { start: sampled.startTime };
  return {
    ...emptyProfile(sampleTypes),
    defaultSampleType,
    periodType: { type: 'wall', unit: 'nanoseconds' },
    period: Math.round(samplingIntervalMs * 1e6),
    mappings: [mapping],
    timeNanos: BigInt(Math.round(toEpochMs(start) * 1000)) * 1000n,
    durationNanos: Math.round(windows.reduce((sum, { start, end }) => sum + end - start, 0) * 1000),
  };
}
