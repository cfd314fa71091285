import type { Location, Profile, Sample } from '../../profile/model/profile';
import { callTreeStacks } from '../cpu/call-tree-stacks';
import { profileOfWindows } from '../cpu/profile-of-windows';
import type { SampledWindows } from '../cpu/sampled-windows';
import type { Slice } from '../cpu/slices';
import { Frames } from '../frames';
import { type FunctionIdentity, mappingOf } from '../function-identity';
import type { Window } from '../invocations/invocation-labels';
import { blocksOf } from './blocks';

/**
 * The code that held the event loop for so long that others noticed: of each such stretch the `delay` in nanoseconds, at
 * the stacks that ran in it, and one block, at the stack that ran longest.
 *
 * @param thresholdMs shorter stretches are left out
 * @returns undefined if there was none
 */
export function loopToPprof(
  sampled: SampledWindows,
  thresholdMs: number,
  identity: FunctionIdentity,
): Profile | undefined {
  const { profile, windows, slices, intervalMs } = sampled;
  const blocks = blocksOf(profile, slices, Math.max(thresholdMs, 2 * intervalMs) * 1000);
  if (blocks.length === 0) return undefined;

  const mapping = mappingOf(identity);
  const frames = new Frames(mapping, identity);
  const stackOf = callTreeStacks(profile, frames, import.meta.url);
  const samples = new Map<string, Sample>();
  const sampleOf = ({ stack, window }: Slice<Window>): Sample => {
    const key = `${stack} ${windows.indexOf(window)}`;
    const known = samples.get(key);
    if (known) return known;
    const found = stackOf(stack);
    const locations: Location[] = found ? [frames.at(found.leaf.callFrame), ...found.callers] : [];
    const sample = { locations, values: [0, 0], labels: [...window.labels] };
    samples.set(key, sample);
    return sample;
  };
  for (const { slices: held } of blocks) {
    const times = new Map<Sample, number>();
    for (const slice of held) {
      const sample = sampleOf(slice);
      times.set(sample, (times.get(sample) ?? 0) + slice.end - slice.start);
    }
    for (const [sample, time] of times) sample.values[1] = Number(sample.values[1]) + Math.round(time * 1000);
    const [[longest]] = [...times].sort(([, a], [, b]) => b - a);
    longest.values[0] = Number(longest.values[0]) + 1;
  }

  const sampleTypes = [
    { type: 'blocks', unit: 'count' },
    { type: 'delay', unit: 'nanoseconds' },
  ];
  const result = profileOfWindows(sampleTypes, 'delay', sampled, mapping);
  result.samples = [...samples.values()];
  return result;
}
