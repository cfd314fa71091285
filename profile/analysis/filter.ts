import type { Label, Profile, Sample } from '../model/profile';

/** `profile` with those samples only that `keep` approves of; its other fields are shared. */
export function filterSamples(profile: Profile, keep: (sample: Sample) => boolean): Profile {
  return { ...profile, samples: profile.samples.filter(keep) };
}

/** What a sample's label must be; of several values of one key any will do, as a sample of one invocation has one. */
export interface LabelCondition {
  key: string;
  value: string;
}

/**
 * `profile` with the samples whose labels fulfil all conditions. A number is compared as it is written, with its unit
 * or without: `duration=16`, `duration=16milliseconds`.
 */
export function filterByLabels(profile: Profile, conditions: readonly LabelCondition[]): Profile {
  if (conditions.length === 0) return profile;
  const valuesOf = groupByKey(conditions);
  return filterSamples(profile, ({ labels }) =>
    [...valuesOf].every(([key, values]) => labels.some((label) => label.key === key && hasOneOf(label, values))),
  );
}

function groupByKey(conditions: readonly LabelCondition[]): Map<string, Set<string>> {
  const byKey = new Map<string, Set<string>>();
  for (const { key, value } of conditions) byKey.set(key, (byKey.get(key) ?? new Set()).add(value));
  return byKey;
}

function hasOneOf(label: Label, values: ReadonlySet<string>): boolean {
  if ('str' in label) return values.has(label.str);
  return values.has(String(label.num)) || values.has(`${label.num}${label.unit}`);
}
