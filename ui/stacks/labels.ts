import type { ReservedLabel } from '../../lib/contract/labels';
import type { Label } from '../../profile/model/profile';
import { formatValue } from '../../profile/model/value-format';

/** The labels of samples: each different set of them once. */
export interface SampleLabels {
  sets: readonly LabelSet[];
  /** For each sample the number of its set. */
  ofSample: Int32Array;
}

export interface LabelSet {
  labels: readonly Label[];
  /** Whether the set is of the record of an invocation, which has no stack and no value. */
  isRecord: boolean;
}

/** What a label says of the sets. */
export interface LabelColumn {
  key: string;
  /** Values in the order in which they are shown; the number of a set's value is an index into it. */
  values: string[];
  /** For each of the sets the number of its value; -1: it has no such label, or one that no sample with a stack has. */
  ofSet: Int32Array;
}

/** More different numbers than that are shown as ranges. */
const MAX_NUMBERS = 8;

/** Labels by which invocations are known: the choice of the slowest, and the timeline, choose by them. */
const OF_INVOCATIONS = new Set<string>(['instance', 'window', 'slowest'] satisfies ReservedLabel[]);

/** The labels of the sets of samples with a stack by key, each with its values. Of several of one key the first counts. */
export function labelColumns(sets: readonly LabelSet[]): LabelColumn[] {
  const texts = new Map<string, (string | undefined)[]>();
  const numbers = new Map<string, { values: (number | undefined)[]; unit: string }>();
  // What samples have comes first, so that records bring no key of their own.
  for (const isRecord of [false, true]) {
    for (const [i, set] of sets.entries()) {
      if (set.isRecord !== isRecord) continue;
      for (const label of set.labels) {
        if (OF_INVOCATIONS.has(label.key)) continue;
        const isKnown = texts.has(label.key) || numbers.has(label.key);
        if (isRecord && !isKnown) continue;
        if ('str' in label) entry(texts, label.key, () => [])[i] ??= label.str;
        else entry(numbers, label.key, () => ({ values: [], unit: label.unit })).values[i] ??= Number(label.num);
      }
    }
  }
  /** For each label that is a number the least that a text stands for: the order in which the texts are shown. */
  const leastOf = new Map<string, ReadonlyMap<string, number>>();
  for (const [key, { values, unit }] of numbers) {
    const shown = texts.get(key) ?? [];
    const least = new Map<string, number>();
    leastOf.set(key, least);
    const name = Object.hasOwn(NAMES, key) ? NAMES[key](unit) : numberNames(values, unit);
    for (let i = 0; i < values.length; i++) {
      const value = values[i];
      if (value === undefined || shown[i] !== undefined) continue;
      const text = name(value);
      shown[i] = text;
      least.set(text, Math.min(value, least.get(text) ?? value));
    }
    texts.set(key, shown);
  }
  return [...texts]
    .map(([key, ofSet]) => columnOf(key, ofSet, sets, leastOf.get(key)))
    .sort((x, y) => (x.key < y.key ? -1 : 1));
}

/** Numbers that mean something of their own. */
const NAMES: Record<string, (unit: string) => (value: number) => string> = {
  // The upper end of the invocation's bucket.
  duration: (unit) => (value) => `≤ ${formatValue(value, unit)}`,
};

/** Names few numbers each, and many by the power of ten in which they lie. */
function numberNames(values: (number | undefined)[], unit: string): (value: number) => string {
  const different = new Set(values.filter((value) => value !== undefined));
  if (different.size <= MAX_NUMBERS) return (value) => formatValue(value, unit);
  return (value) => {
    if (value <= 0) return formatValue(value, unit);
    const from = 10 ** Math.floor(Math.log10(value));
    return `${formatValue(from, unit)} – ${formatValue(from * 10, unit)}`;
  };
}

function columnOf(
  key: string,
  texts: (string | undefined)[],
  sets: readonly LabelSet[],
  least: ReadonlyMap<string, number> = new Map(),
): LabelColumn {
  const { compare } = new Intl.Collator('en', { numeric: true });
  const values = [...new Set(texts.filter((text, i) => text !== undefined && !sets[i].isRecord))].filter(
    (text) => text !== undefined,
  );
  values.sort((x, y) => (least.get(x) ?? 0) - (least.get(y) ?? 0) || compare(x, y));
  const number = new Map(values.map((value, i) => [value, i]));
  const ofSet = Int32Array.from(sets, (_, i) => numberIn(number, texts[i]));
  return { key, values, ofSet };
}

function numberIn(numbers: ReadonlyMap<string, number>, text: string | undefined): number {
  return text === undefined ? -1 : (numbers.get(text) ?? -1);
}

/** Chosen values by key: a sample passes with one of the values of each key. A key without values admits all. */
export type LabelChoice = Readonly<Record<string, readonly string[]>>;

/** 1 for each of the sets that `choice` admits; `except`'s own choice is not asked. */
export function admittedSets(
  columns: readonly LabelColumn[],
  choice: LabelChoice,
  count: number,
  except?: string,
): Uint8Array {
  const keep = new Uint8Array(count).fill(1);
  for (const { key, values, ofSet } of columns) {
    const chosen = Object.hasOwn(choice, key) ? choice[key] : [];
    if (chosen.length === 0 || key === except) continue;
    const admitted = values.map((value) => chosen.includes(value));
    for (let i = 0; i < count; i++) if (ofSet[i] < 0 || !admitted[ofSet[i]]) keep[i] = 0;
  }
  return keep;
}

/** 1 for each of the samples whose set is admitted. */
export function samplesOfSets({ ofSample }: SampleLabels, admitted: Uint8Array): Uint8Array {
  return Uint8Array.from(ofSample, (set) => admitted[set]);
}

/** A label's value as it can be chosen, with what the samples have that the other labels' choices admit. */
export interface LabelChip {
  value: string;
  chosen: boolean;
  weight: number;
  /** How many samples that is. */
  samples: number;
}

/** The chips of a label. */
export interface LabelGroup {
  key: string;
  chips: LabelChip[];
  /** What the samples have that the other labels' choices admit, with this label or without. */
  whole: number;
}

/**
 * @param weights of the samples
 * @param counts how many samples each stands for
 */
export function labelChips(
  columns: readonly LabelColumn[],
  choice: LabelChoice,
  { sets, ofSample }: SampleLabels,
  weights: Float64Array,
  counts: Float64Array,
): LabelGroup[] {
  const [weightOf, countOf] = [new Float64Array(sets.length), new Float64Array(sets.length)];
  for (let s = 0; s < weights.length; s++) {
    weightOf[ofSample[s]] += weights[s];
    countOf[ofSample[s]] += counts[s];
  }
  return columns.map(({ key, values, ofSet }) => {
    const keep = admittedSets(columns, choice, sets.length, key);
    const [weight, count] = [new Float64Array(values.length), new Float64Array(values.length)];
    let whole = 0;
    for (let i = 0; i < sets.length; i++) {
      if (keep[i] === 0) continue;
      whole += Math.abs(weightOf[i]);
      if (ofSet[i] < 0) continue;
      weight[ofSet[i]] += weightOf[i];
      count[ofSet[i]] += countOf[i];
    }
    const chosen = Object.hasOwn(choice, key) ? choice[key] : [];
    const chips = values.map((value, i) => ({
      value,
      chosen: chosen.includes(value),
      weight: weight[i],
      samples: count[i],
    }));
    return { key, chips, whole };
  });
}

/** The samples of `base` behind those of `own`. */
export function joinLabels(own: SampleLabels, base: SampleLabels): SampleLabels {
  const ofSample = new Int32Array(own.ofSample.length + base.ofSample.length);
  ofSample.set(own.ofSample);
  for (let s = 0; s < base.ofSample.length; s++) ofSample[own.ofSample.length + s] = own.sets.length + base.ofSample[s];
  return { sets: [...own.sets, ...base.sets], ofSample };
}

/** `choice` with `value` of `key` chosen, or not any more. */
export function toggleLabel(choice: LabelChoice, key: string, value: string): LabelChoice {
  const chosen = Object.hasOwn(choice, key) ? choice[key] : [];
  const next = chosen.includes(value) ? chosen.filter((other) => other !== value) : [...chosen, value];
  const { [key]: _, ...others } = choice;
  return next.length === 0 ? others : { ...others, [key]: next };
}

function entry<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  let value = map.get(key);
  if (value === undefined) {
    value = make();
    map.set(key, value);
  }
  return value;
}
