import { type Int64, subInt64 } from './int64';
import { normalizedLabels } from './label';
import type { Fn, Label, Mapping } from './profile';

/**
 * When two functions, mappings, locations or label sets of different profiles are the same: google/pprof's rules. Of
 * functions, mappings and label sets as strings that are equal exactly then; of locations, which are many, as numbers.
 *
 * @see https://github.com/google/pprof/blob/main/profile/merge.go
 */

/** Mappings whose sizes round up to the same multiple of this are of one size. */
const MAPPING_SIZE_ROUNDING = 0x1000n;

/** Name, system name, file and first line. */
export function functionKey(fn: Fn): string {
  return `${delimited(fn.name)}${delimited(fn.systemName)}${delimited(fn.filename)}${fn.startLine}`;
}

/**
 * Build id, or the file if there is none; offset; and size. Not the address: the system loads a binary anywhere.
 * Mappings without build id and file are placeholders, and one of a size is as good as another.
 */
export function mappingKey(mapping: Mapping): string {
  const size = BigInt(subInt64(mapping.memoryLimit, mapping.memoryStart)) + MAPPING_SIZE_ROUNDING - 1n;
  const rounded = BigInt.asUintN(64, size - (size & (MAPPING_SIZE_ROUNDING - 1n)));
  return `${delimited(mapping.buildId || mapping.filename)}${rounded},${mapping.fileOffset}`;
}

/**
 * A location in terms of functions and mappings that have been given numbers by their keys. Two are the same where all of
 * this is.
 */
export interface NumberedLocation {
  /** -1: none. */
  mapping: number;
  /** Address from the start of the mapping; the bare address if there is none. */
  offset: Int64;
  isFolded: boolean;
  lines: { fn: number; line: number; column: number }[];
}

/** All labels that have a value; the order of different keys does not matter. */
export function labelsKey(labels: readonly Label[]): string {
  if (labels.length === 0) return '';
  return normalizedLabels(labels)
    .map((label) =>
      'str' in label
        ? `s${delimited(label.key)}${delimited(label.str)}`
        : `n${delimited(label.key)}${label.num},${delimited(label.unit)}`,
    )
    .join('');
}

/** `text` so that whatever follows cannot be taken for a part of it. */
function delimited(text: string): string {
  return `${text.length}:${text}`;
}
