import type { Int64 } from '../model/int64';
import type { Label, Location, ValueType } from '../model/profile';

/**
 * What becomes of samples with these labels: the labels that they are to have, or nothing if they are to be left out.
 * Called once for each set of labels in a profile.
 */
export type RewriteLabels = (labels: Label[]) => Label[] | undefined;

/** How a profile is merged. */
export interface MergeOptions {
  /** @default - all samples are merged with the labels that they have */
  labels?: RewriteLabels;
}

/** What becomes of a merge that is added to another one. */
export interface AddMergedOptions {
  /** Instead of `locations()`, in their order; equal ones become one. @default - they stay what they are */
  locations?: readonly Location[];
  /** One more value of each sample, at the end. @default - none */
  derived?: DerivedValue;
}

/** A value that follows from another one of the same sample. */
export interface DerivedValue {
  sampleType: ValueType;
  /** Index of the sample type that it follows from. */
  from: number;
  /** Must give 0 for 0. */
  value(from: Int64): Int64;
}

/** What comes with the result of a merge. */
export interface FinishOptions {
  /** The labels of further samples, which have no stack and count nothing. @default - none */
  records?: readonly Label[][];
  /** What follows the merged comments. @default - none */
  comments?: readonly string[];
  /** One more value of each merged sample, at the end. @default - none */
  derived?: DerivedValue;
}
