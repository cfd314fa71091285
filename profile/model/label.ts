import type { Label } from './profile';

/**
 * The labels that count, in the order that makes equal sets equal: strings before numbers, then by key; several values
 * of one key stay in their order, as in google/pprof.
 *
 * A label whose value is the empty string, or zero without a unit, is no label: proto3 leaves out empty values, so a
 * file cannot tell them from none, and google/pprof drops them too.
 */
export function normalizedLabels(labels: readonly Label[]): Label[] {
  return labels.filter(hasValue).sort(byKindThenKey);
}

/** Whether a file can hold the label's value; see `normalizedLabels`. */
export function hasValue(label: Label): boolean {
  return 'str' in label ? label.str !== '' : label.num !== 0 || label.unit !== '';
}

function byKindThenKey(a: Label, b: Label): number {
  const kind = Number('num' in a) - Number('num' in b);
  return kind !== 0 ? kind : a.key < b.key ? -1 : a.key > b.key ? 1 : 0;
}
