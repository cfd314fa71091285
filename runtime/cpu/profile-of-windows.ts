import { emptyProfile, type Mapping, type Profile, type ValueType } from '../../profile/model/profile';
import { toEpochMs } from '../clock';
import type { SampledWindows } from './sampled-windows';

/** A profile of what V8 sampled in windows, without samples yet. */
export function profileOfWindows(
  sampleTypes: ValueType[],
  defaultSampleType: string,
  { profile, intervalMs, windows }: SampledWindows,
  mapping: Mapping,
): Profile {
  const { start } = windows[0] ?? { start: profile.startTime };
  return {
    ...emptyProfile(sampleTypes),
    defaultSampleType,
    periodType: { type: 'wall', unit: 'nanoseconds' },
    period: Math.round(intervalMs * 1e6),
    mappings: [mapping],
    timeNanos: BigInt(Math.round(toEpochMs(start) * 1000)) * 1000n,
    durationNanos: Math.round(windows.reduce((sum, { start, end }) => sum + end - start, 0) * 1000),
  };
}
