import { IntColumn } from '../model/int-column';
import { doubles } from '../model/int64';
import type { Location, Profile, Sample } from '../model/profile';
import type { ProfileColumns } from '../model/profile-columns';
import type { SampleTypes } from '../model/sample-type';
import { locationsOfColumns, sampleOfColumns } from '../pprof/decode';

/**
 * The stacks of a profile as numbers, to add up what is on them: a merged profile has millions of frames, and to make an
 * object of each sample takes longer than all that is asked of them.
 */
export interface StackTable extends SampleTypes {
  locations: readonly Location[];
  /** The stacks of all samples, as indices in `locations`, the leaf of each first. */
  stacks: Int32Array;
  /** Where the stack of each sample starts, and then the length of all. */
  starts: Int32Array;
  /** For each sample type the value of each sample; beyond 2⁵³ rounded. */
  values: readonly Float64Array[];
  /** The samples without a stack, records of invocations for one. */
  stackless: readonly Sample[];
}

/** The stacks of `profile`. */
export function stackTable({ sampleTypes, defaultSampleType, samples }: Profile): StackTable {
  const indices = new Map<Location, number>();
  const stacks = new IntColumn();
  const starts = new Int32Array(samples.length + 1);
  for (const [i, { locations }] of samples.entries()) {
    for (const location of locations) {
      const index = indices.get(location) ?? indices.size;
      if (index === indices.size) indices.set(location, index);
      stacks.push(index);
    }
    starts[i + 1] = stacks.length;
  }
  return {
    sampleTypes,
    defaultSampleType,
    locations: [...indices.keys()],
    stacks: stacks.data.subarray(0, stacks.length),
    starts,
    values: sampleTypes.map((_, type) => Float64Array.from(samples, ({ values }) => Number(values[type]))),
    stackless: samples.filter(({ locations }) => locations.length === 0),
  };
}

/** The stacks of a profile that has been read into tables; good as long as these. */
export function stackTableOf(columns: ProfileColumns): StackTable {
  const stackless: Sample[] = [];
  for (let sample = 0; sample < columns.sampleCount; sample++) {
    if (!columns.hasStack(sample)) stackless.push(sampleOfColumns(columns, sample, []));
  }
  return { ...stacksOf(columns), stackless };
}

/** The same without objects for samples that have no stack. */
export function stacksOf(columns: ProfileColumns): Omit<StackTable, 'stackless'> {
  const { header, sampleCount, stacks, stackStarts, values } = columns;
  const { sampleTypes, defaultSampleType } = header;
  return {
    sampleTypes,
    defaultSampleType,
    locations: locationsOfColumns(columns),
    stacks: stacks.data.subarray(0, stacks.length),
    starts: stackStarts.data.subarray(0, stackStarts.length),
    values: sampleTypes.map((_, type) => doubles(values.data, type, sampleTypes.length, sampleCount)),
  };
}

/** How often each location is on a stack. */
export function stacksByLocation({ locations, stacks }: StackTable): Int32Array {
  const counts = new Int32Array(locations.length);
  for (let at = 0; at < stacks.length; at++) counts[stacks[at]]++;
  return counts;
}

/** The value of all samples, of the sample type with that name; undefined: there is no such. */
export function totalValue({ sampleTypes, values }: StackTable, type: string): number | undefined {
  const index = sampleTypes.findIndex((each) => each.type === type);
  return values[index]?.reduce((sum, value) => sum + value, 0);
}
