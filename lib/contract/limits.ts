/**
 * The most that a profile may hold. A hostile file of some kilobytes inflates to 256 MiB of the shortest fields that there
 * are, each of which would take many times its size in memory. So every repeated field has a limit, which is checked
 * before anything is allocated.
 *
 * Each is several times what the largest profiles have that are known: a merge of 500,000 stacks. docs/format.md
 * names them, with what they are derived from.
 */
export const limits = {
  /** Bytes of an object in the bucket: a merge of 500,000 stacks takes some ten MB. */
  objectBytes: 64 * 2 ** 20,
  /** Bytes of a profile that is not compressed: a thousand times what a snapshot holds. */
  bytes: 256 * 2 ** 20,
  /** Producers write at most a dozen. */
  sampleTypes: 256,
  /** The field is not a repeated one; the last counts. */
  periodTypes: 256,
  /** Fields of the profile itself that are not repeated, and ones that nobody knows. */
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
  /** V8's stacks end at some 11,000 frames; Go's, of a gigabyte, are cut by its profiler. */
  stackDepth: 2 ** 17,
  /** Locations of all stacks: 500,000 stacks, 100 deep. */
  stackFrames: 48 * 2 ** 20,
  /** Values of all samples: eight sample types where there are as many samples as may be. */
  values: 2 ** 24,
  /** Labels of one sample. */
  labelsOfSample: 2 ** 12,
  /** Bytes of all different label sets. */
  labelBytes: 2 ** 26,
} as const;
