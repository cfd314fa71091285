import { FrameTable } from '../model/frame-table';
import type { Int64 } from '../model/int64';
import type { Profile } from '../model/profile';

/** A profile as plain JSON; docs/profile.schema.json describes it. Within a version fields are only ever added. */
export interface JsonProfile {
  version: 1;
  sampleTypes: { type: string; unit: string }[];
  /** Index of the sample type to show first; -1: there is none. */
  defaultSampleType: number;
  /** ISO 8601; absent: unknown. */
  start?: string;
  durationNanos: JsonInteger;
  comments: string[];
  functions: { name: string; file: string; line: number }[];
  samples: JsonSample[];
}

export interface JsonSample {
  /** Indices of functions, the innermost first. */
  stack: number[];
  /** Lines that the samples were at, one for each of `stack`; 0: unknown. */
  lines: number[];
  /** One for each of the sample types. */
  values: JsonInteger[];
  /** Numbers are written with their unit: `16milliseconds`. */
  labels: Record<string, string>;
}

/** Beyond 2^53 a string of digits: JSON's numbers are doubles in most readers. */
export type JsonInteger = number | string;

export function toJson(profile: Profile, defaultSampleType: number): JsonProfile {
  const table = new FrameTable();
  const samples = profile.samples.map(
    ({ locations, values, labels }): JsonSample => ({
      stack: locations.flatMap((location) => table.at(location)),
      lines: locations.flatMap(({ lines }) => (lines.length > 0 ? lines.map(({ line }) => line) : [0])),
      values: values.map(jsonInteger),
      labels: Object.fromEntries(
        labels.map((label) => [label.key, 'str' in label ? label.str : `${label.num}${label.unit}`]),
      ),
    }),
  );
  return {
    version: 1,
    sampleTypes: profile.sampleTypes.map(({ type, unit }) => ({ type, unit })),
    defaultSampleType,
    ...(profile.timeNanos !== 0 && { start: new Date(Number(profile.timeNanos) / 1e6).toISOString() }),
    durationNanos: jsonInteger(profile.durationNanos),
    comments: profile.comments,
    functions: table.frames.map(({ name, file, line }) => ({ name, file, line })),
    samples,
  };
}

function jsonInteger(value: Int64): JsonInteger {
  return typeof value === 'bigint' ? String(value) : value;
}
