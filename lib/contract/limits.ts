/**
 * Limits of a profile. A hostile file of some kilobytes inflates to 256 MiB of the shortest possible fields, and each
 * of them would take many times its size in memory. So every repeated field has a limit, which is checked before memory
 * is allocated.
 *
 * Each limit is several times that of the largest known profiles, a merge of 500,000 stacks. docs/format.md lists them
 * with their reasons.
 */
export const limits = {
  /** Bytes of an object in the bucket: a merge of 500,000 stacks takes some ten MB. */
  objectBytes: 64 * 2 ** 20,
  /** Bytes of an inflated profile: a thousand times the size of a snapshot. */
  bytes: 256 * 2 ** 20,
  /** Producers write at most a dozen. */
  sampleTypes: 256,
  /** The field is not a repeated one; the last counts. */
  periodTypes: 256,
  /** Fields of the profile itself that are not repeated, and unknown ones. */
  otherFields: 2 ** 16,
  comments: 2 ** 16,
  /** Shared libraries of a process are hundreds; of a fleet that updates them, thousands. */
  mappings: 2 ** 17,
  functions: 2 ** 21,
  locations: 2 ** 21,
  /** Functions that were inlined into one another. */
  linesOfLocation: 2 ** 12,
  lines: 2 ** 22,
  strings: 2 ** 22,
  /** Bytes of one string: a mangled C++ name takes some ten thousand. */
  stringBytes: 2 ** 20,
  /** Bytes of all strings. */
  textBytes: 2 ** 27,
  samples: 2 ** 21,
  /** V8's stacks end at about 11,000 frames. Go's stacks, of a gigabyte, are cut by its profiler. */
  stackDepth: 2 ** 17,
  /** Locations of all stacks: 500,000 stacks, 100 deep. */
  stackFrames: 48 * 2 ** 20,
  /** Values of all samples: eight sample types at the largest number of samples. */
  values: 2 ** 24,
  /** Labels of one sample. */
  labelsOfSample: 2 ** 12,
  /** Bytes of all different label sets. */
  labelBytes: 2 ** 26,
} as const;
