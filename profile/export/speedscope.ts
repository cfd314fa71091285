import { filterByLabels } from '../analysis/filter';
import { type FrameStacks, frameStacks } from '../analysis/frame-stacks';
import type { Profile, Sample, ValueType } from '../model/profile';
import { unitNamed } from '../model/unit';
import { requireNoNegative } from './negative-values';

/** speedscope's own file format, as far as we write it. */
export interface SpeedscopeFile {
  $schema: 'https://www.speedscope.app/file-format-schema.json';
  exporter: string;
  name: string;
  activeProfileIndex: number;
  shared: { frames: { name: string; file?: string; line?: number }[] };
  profiles: SpeedscopeProfile[];
}

export interface SpeedscopeProfile {
  type: 'sampled';
  name: string;
  unit: 'nanoseconds' | 'microseconds' | 'milliseconds' | 'seconds' | 'bytes' | 'none';
  startValue: number;
  endValue: number;
  /** Indices of frames, the outermost first. */
  samples: number[][];
  weights: number[];
}

/** Samples by one value: what speedscope shows at a time. */
export interface SpeedscopeView {
  name: string;
  /** Of the values. */
  unit: string;
  /** Of each sample; 0: left out. */
  values: Float64Array;
}

/**
 * `profile` for speedscope: a profile for each sample type, the one at `sampleTypeIndex` first, and with `sliceBy`
 * another for each value of that label.
 *
 * @throws NegativeValuesError
 */
export function toSpeedscope(
  profile: Profile,
  sampleTypeIndex: number,
  name: string,
  sliceBy?: string,
): SpeedscopeFile {
  const stacks = frameStacks(profile);
  const slices = [undefined, ...slicesOf(profile, sliceBy)];
  const indices = [...profile.sampleTypes.keys()].sort(
    (a, b) => Number(b === sampleTypeIndex) - Number(a === sampleTypeIndex),
  );
  const views = indices.flatMap((index) => {
    const { type, unit } = profile.sampleTypes[index] as ValueType;
    const values = stacks.values[index] as Float64Array;
    return slices.map((slice): SpeedscopeView => {
      if (!slice) return { name: type, unit, values };
      return { name: `${type}, ${slice.title}`, unit, values: values.map((value, s) => (slice.has(s) ? value : 0)) };
    });
  });
  return speedscopeFile(name, stacks, views);
}

/**
 * Stacks for speedscope, a profile for each view.
 *
 * @throws NegativeValuesError
 * @see https://github.com/jlfwong/speedscope/wiki/Importing-from-custom-sources
 */
export function speedscopeFile(
  name: string,
  { frames, path, start, size }: FrameStacks,
  views: readonly SpeedscopeView[],
): SpeedscopeFile {
  /** Frames by their numbers in the file, those of the first stack first, and these numbers. */
  const used: FrameStacks['frames'][number][] = [];
  const numberOf = new Map<number, number>();
  const number = (frame: number): number => {
    const known = numberOf.get(frame);
    if (known !== undefined) return known;
    numberOf.set(frame, used.length);
    return used.push(frames[frame] as FrameStacks['frames'][number]) - 1;
  };
  const profiles = views.map((view): SpeedscopeProfile => {
    const { unit, factor } = speedscopeUnit(view.unit);
    const samples: number[][] = [];
    const weights: number[] = [];
    requireNoNegative('speedscope file', view.values);
    for (let s = 0; s < size; s++) {
      const value = view.values[s] as number;
      if (value === 0) continue;
      // From the leaf on: that is how files number functions, too.
      samples.push(Array.from(path.slice(start[s], start[s + 1]).reverse(), number).reverse());
      weights.push(value * factor);
    }
    const endValue = weights.reduce((sum, weight) => sum + weight, 0);
    return { type: 'sampled', name: view.name, unit, startValue: 0, endValue, samples, weights };
  });
  return {
    $schema: 'https://www.speedscope.app/file-format-schema.json',
    exporter: 'profiled-fn',
    name,
    activeProfileIndex: 0,
    shared: {
      frames: used.map(({ name: frame, file, line }) => ({
        name: frame,
        ...(file !== '' && { file }),
        ...(line > 0 && { line }),
      })),
    },
    profiles,
  };
}

/** For each value of a label which samples have it. */
function slicesOf(profile: Profile, key: string | undefined): { title: string; has(sample: number): boolean }[] {
  if (key === undefined) return [];
  const values = new Set(
    profile.samples.flatMap(({ labels }) =>
      labels.filter((label) => label.key === key).map((label) => ('str' in label ? label.str : String(label.num))),
    ),
  );
  return [...values].sort().map((value) => {
    const samples = new Set(filterByLabels(profile, [{ key, value }]).samples);
    return { title: `${key}=${value}`, has: (sample) => samples.has(profile.samples[sample] as Sample) };
  });
}

const timeUnits = [
  { unit: 'nanoseconds', factor: 1 },
  { unit: 'microseconds', factor: 1e3 },
  { unit: 'milliseconds', factor: 1e6 },
  { unit: 'seconds', factor: 1e9 },
] as const;

/** speedscope's word for a unit, and how many of it that is; what it does not know is a bare number there. */
function speedscopeUnit(name: string): { unit: SpeedscopeProfile['unit']; factor: number } {
  const known = unitNamed(name);
  if (known?.measure === 'memory') return { unit: 'bytes', factor: known.factor };
  if (known?.measure !== 'time') return { unit: 'none', factor: 1 };
  const { factor } = known;
  const same = timeUnits.find((each) => each.factor === factor);
  return same ? { unit: same.unit, factor: 1 } : { unit: 'seconds', factor: factor / 1e9 };
}
