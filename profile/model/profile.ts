import type { Int64 } from './int64';

/**
 * A pprof profile as plain data: the messages of google/pprof's profile.proto with references in place of ids and
 * strings in place of string-table indices, as in Go's `profile.Profile`.
 *
 * @see https://github.com/google/pprof/blob/main/proto/profile.proto
 */
export interface Profile {
  /** What each of a sample's values counts, in order. */
  sampleTypes: ValueType[];
  /** The `type` of the sample type that tools show first; empty: the last one. */
  defaultSampleType: string;
  samples: Sample[];
  /** Every mapping, in order; the first is the main binary. Those that no location refers to are kept. */
  mappings: Mapping[];
  /** The event between two samples; absent if the producer gave none. */
  periodType?: ValueType;
  /** Number of `periodType` events between two samples. */
  period: Int64;
  /** Start of the profile, nanoseconds since the epoch. */
  timeNanos: Int64;
  durationNanos: Int64;
  comments: string[];
  /** Regular expressions of frames to drop, and to keep all the same; empty: none. */
  dropFrames: string;
  keepFrames: string;
  /** A link to documentation. */
  docUrl: string;
}

export interface ValueType {
  /** For example `cpu`. */
  type: string;
  /** For example `nanoseconds`. */
  unit: string;
}

export interface Sample {
  /** The stack, leaf first. */
  locations: Location[];
  /** One value for each of the profile's sample types. */
  values: Int64[];
  labels: Label[];
}

export type Label = StringLabel | NumberLabel;

export interface StringLabel {
  key: string;
  str: string;
}

export interface NumberLabel {
  key: string;
  num: Int64;
  /** Unit of `num`; empty: none. */
  unit: string;
}

export interface Location {
  mapping?: Mapping;
  address: Int64;
  /** The source lines; the last is the caller into which the ones before it were inlined. */
  lines: Line[];
  isFolded: boolean;
}

export interface Line {
  fn: Fn;
  /** 1-based; 0: unknown. */
  line: number;
  /** 1-based; 0: unknown. */
  column: number;
}

/** pprof's `Function` message. */
export interface Fn {
  /** Human-readable name. */
  name: string;
  /** Name as the system gives it, where it differs from `name`. */
  systemName: string;
  filename: string;
  /** Line at which the function begins, 1-based; 0: unknown. */
  startLine: number;
}

export interface Mapping {
  memoryStart: Int64;
  memoryLimit: Int64;
  fileOffset: Int64;
  filename: string;
  buildId: string;
  hasFunctions: boolean;
  hasFilenames: boolean;
  hasLineNumbers: boolean;
  hasInlineFrames: boolean;
}

/** A profile without samples, to fill in. */
export function emptyProfile(sampleTypes: ValueType[]): Profile {
  return {
    sampleTypes,
    defaultSampleType: '',
    samples: [],
    mappings: [],
    period: 0,
    timeNanos: 0,
    durationNanos: 0,
    comments: [],
    dropFrames: '',
    keepFrames: '',
    docUrl: '',
  };
}

/** A mapping of which nothing is known, to fill in. */
export function emptyMapping(): Mapping {
  return {
    memoryStart: 0,
    memoryLimit: 0,
    fileOffset: 0,
    filename: '',
    buildId: '',
    hasFunctions: false,
    hasFilenames: false,
    hasLineNumbers: false,
    hasInlineFrames: false,
  };
}
