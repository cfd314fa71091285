import { filterByLabels } from '../analysis/filter';
import { FrameTable } from '../model/frame-table';
import type { Profile, Sample } from '../model/profile';
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

/**
 * `profile` for speedscope, which shows one value of one set of samples at a time: a profile for each sample type, the
 * one at `sampleTypeIndex` first, and with `sliceBy` another for each value of that label.
 *
 * @throws NegativeValuesError
 * @see https://github.com/jlfwong/speedscope/wiki/Importing-from-custom-sources
 */
export function toSpeedscope(
  profile: Profile,
  sampleTypeIndex: number,
  name: string,
  sliceBy?: string,
): SpeedscopeFile {
  const table = new FrameTable();
  const slices = [{ title: '', samples: profile.samples }, ...slicesOf(profile, sliceBy)];
  const first = profile.sampleTypes[sampleTypeIndex];
  const types = [...profile.sampleTypes].sort((a, b) => Number(b === first) - Number(a === first));
  const profiles = types.flatMap((type) =>
    slices.map(({ title, samples }): SpeedscopeProfile => {
      const index = profile.sampleTypes.indexOf(type);
      const { unit, factor } = speedscopeUnit(type.unit);
      const weighted = samples.filter(({ values }) => values[index] !== 0);
      const weights = weighted.map(({ values }) => Number(values[index]) * factor);
      requireNoNegative('speedscope file', weights);
      return {
        type: 'sampled',
        name: [type.type, title].filter((part) => part !== '').join(', '),
        unit,
        startValue: 0,
        endValue: weights.reduce((sum, weight) => sum + weight, 0),
        samples: weighted.map((sample) => stackOf(sample, table)),
        weights,
      };
    }),
  );
  return {
    $schema: 'https://www.speedscope.app/file-format-schema.json',
    exporter: 'profiled-fn',
    name,
    activeProfileIndex: 0,
    shared: {
      frames: table.frames.map(({ name: frame, file, line }) => ({
        name: frame,
        ...(file !== '' && { file }),
        ...(line > 0 && { line }),
      })),
    },
    profiles,
  };
}

function slicesOf(profile: Profile, key: string | undefined): { title: string; samples: Sample[] }[] {
  if (key === undefined) return [];
  const values = new Set(
    profile.samples.flatMap(({ labels }) =>
      labels.filter((label) => label.key === key).map((label) => ('str' in label ? label.str : String(label.num))),
    ),
  );
  return [...values].sort().map((value) => ({
    title: `${key}=${value}`,
    samples: filterByLabels(profile, [{ key, value }]).samples,
  }));
}

function stackOf({ locations }: Sample, table: FrameTable): number[] {
  return locations.flatMap((location) => table.at(location)).reverse();
}

const timeUnits = [
  { unit: 'nanoseconds', factor: 1 },
  { unit: 'microseconds', factor: 1e3 },
  { unit: 'milliseconds', factor: 1e6 },
  { unit: 'seconds', factor: 1e9 },
] as const;

/** speedscope's word for a unit, and how many of it that is; what it does not know is a bare number there. */
export function speedscopeUnit(name: string): { unit: SpeedscopeProfile['unit']; factor: number } {
  const known = unitNamed(name);
  if (known?.measure === 'memory') return { unit: 'bytes', factor: known.factor };
  if (known?.measure !== 'time') return { unit: 'none', factor: 1 };
  const { factor } = known;
  const same = timeUnits.find((each) => each.factor === factor);
  return same ? { unit: same.unit, factor: 1 } : { unit: 'seconds', factor: factor / 1e9 };
}
