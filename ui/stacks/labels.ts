import type { Sample } from '../../profile/model';
import { formatValue } from '../../profile/value-format';

/** What a label says of the samples. */
export interface LabelColumn {
  key: string;
  /** Values in the order in which they are shown; the number of a sample's value is an index into it. */
  values: string[];
  /** For each of the samples the number of its value; -1: it has no such label. */
  ofSample: Int32Array;
}

/** More different numbers than that are shown as ranges. */
const MAX_NUMBERS = 8;

/**
 * The labels of samples by key, each with its values. Of several values of one key in a sample, the first counts. A
 * sample without a stack is no sample but a record of an invocation: its labels are numbers that nothing is filtered by.
 */
export function labelColumns(samples: readonly Sample[]): LabelColumn[] {
  const texts = new Map<string, (string | undefined)[]>();
  const numbers = new Map<string, { values: (number | undefined)[]; unit: string }>();
  for (let s = 0; s < samples.length; s++) {
    if (samples[s].locations.length === 0) continue;
    for (const label of samples[s].labels) {
      if ('str' in label) {
        const column = entry(texts, label.key, () => []);
        column[s] ??= label.str;
      } else {
        const column = entry(numbers, label.key, () => ({ values: [], unit: label.unit }));
        column.values[s] ??= Number(label.num);
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
    for (let s = 0; s < values.length; s++) {
      const value = values[s];
      if (value === undefined || shown[s] !== undefined) continue;
      const text = name(value);
      shown[s] = text;
      least.set(text, Math.min(value, least.get(text) ?? value));
    }
    texts.set(key, shown);
  }
  return [...texts]
    .map(([key, ofSample]) => columnOf(key, ofSample, samples.length, leastOf.get(key)))
    .sort((a, b) => (a.key < b.key ? -1 : 1));
}

/** Numbers that mean something of their own. */
const NAMES: Record<string, (unit: string) => (value: number) => string> = {
  // The upper end of the invocation's bucket.
  duration: (unit) => (value) => `≤ ${formatValue(value, unit)}`,
  // The rank among a snapshot's invocations.
  slowest: () => (rank) => (rank <= 1 ? '1' : rank <= 4 ? '2 – 4' : rank <= 8 ? '5 – 8' : '9 and more'),
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
  size: number,
  least: ReadonlyMap<string, number> = new Map(),
): LabelColumn {
  const numbering = new Map<string, number>();
  const first = new Int32Array(size).fill(-1);
  for (let s = 0; s < size; s++) {
    const text = texts[s];
    if (text !== undefined) first[s] = entry(numbering, text, () => numbering.size);
  }
  const { compare } = new Intl.Collator('en', { numeric: true });
  const values = [...numbering.keys()].sort((a, b) => (least.get(a) ?? 0) - (least.get(b) ?? 0) || compare(a, b));
  const rank = new Map(values.map((value, i) => [value, i]));
  const rankOf = [...numbering.keys()].map((value) => rank.get(value) ?? -1);
  return { key, values, ofSample: first.map((number) => (number < 0 ? -1 : rankOf[number])) };
}

/** Chosen values by key: a sample passes with one of the values of each key. A key without values admits all. */
export type LabelChoice = Readonly<Record<string, readonly string[]>>;

/** 1 for each of the samples that `choice` admits; `except`'s own choice is not asked. */
export function admittedSamples(
  columns: readonly LabelColumn[],
  choice: LabelChoice,
  size: number,
  except?: string,
): Uint8Array {
  const keep = new Uint8Array(size).fill(1);
  for (const { key, values, ofSample } of columns) {
    const chosen = Object.hasOwn(choice, key) ? choice[key] : [];
    if (chosen.length === 0 || key === except) continue;
    const admitted = values.map((value) => chosen.includes(value));
    for (let s = 0; s < size; s++) if (ofSample[s] < 0 || !admitted[ofSample[s]]) keep[s] = 0;
  }
  return keep;
}

/** A label's value as it can be chosen, with what the samples have that the other labels' choices admit. */
export interface LabelChip {
  value: string;
  chosen: boolean;
  weight: number;
}

/** The chips of a label. */
export interface LabelGroup {
  key: string;
  chips: LabelChip[];
  /** What the samples have that the other labels' choices admit, with this label or without. */
  whole: number;
}

export function labelChips(columns: readonly LabelColumn[], choice: LabelChoice, weights: Float64Array): LabelGroup[] {
  return columns.map(({ key, values, ofSample }) => {
    const keep = admittedSamples(columns, choice, weights.length, key);
    const weight = new Float64Array(values.length);
    let whole = 0;
    for (let s = 0; s < weights.length; s++) {
      if (keep[s] === 0) continue;
      whole += weights[s];
      if (ofSample[s] >= 0) weight[ofSample[s]] += weights[s];
    }
    const chosen = Object.hasOwn(choice, key) ? choice[key] : [];
    const chips = values.map((value, i) => ({ value, chosen: chosen.includes(value), weight: weight[i] }));
    return { key, chips, whole };
  });
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
