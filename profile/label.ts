import type { Label } from './model';

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

/** Whether the two are the same labels in the same order. */
export function equalLabels(a: readonly Label[], b: readonly Label[]): boolean {
  return a.length === b.length && a.every((label, i) => equalLabel(label, b[i] as Label));
}

function equalLabel(a: Label, b: Label): boolean {
  if (a.key !== b.key) return false;
  if ('str' in a) return 'str' in b && a.str === b.str;
  return 'num' in b && a.num === b.num && a.unit === b.unit;
}

function byKindThenKey(a: Label, b: Label): number {
  const kind = Number('num' in a) - Number('num' in b);
  return kind !== 0 ? kind : a.key < b.key ? -1 : a.key > b.key ? 1 : 0;
}
