import type { LabelCondition } from '../../profile/analysis/filter';
import { isInvocationRecord } from '../../profile/analysis/invocation-records';
import type { Profile, Sample } from '../../profile/model/profile';
import { didYouMean } from '../terminal/nearest';
import type { SampleSelection } from './selection';

/** How many names or values are listed. */
const mostListed = 10;

/** Whether a profile has no sample, whatever records of invocations it has. */
export function hasNoSamples({ samples }: { samples: readonly Sample[] }): boolean {
  return samples.every(isInvocationRecord);
}

/** What to do where `selection` selects none of the samples of `whole`: what there is to select. */
export function whatThereIs(whole: Profile, { label = [], coldStart, errors }: SampleSelection): string {
  const values = labelValues(whole);
  if (values.size === 0 && (label.length > 0 || coldStart || errors)) {
    return 'Its samples have no labels: those of wall profiles have some.';
  }
  for (const condition of label) {
    const remedy = missingLabel(condition, values);
    if (remedy !== undefined) return remedy;
  }
  if (coldStart && !values.get('cold_start')?.has('true')) return 'It has no sample of a cold start.';
  const outcomes = values.get('outcome');
  if (errors && !outcomes?.has('error') && !outcomes?.has('timeout')) return 'No invocation in it failed or timed out.';
  return 'Select less narrowly.';
}

function missingLabel({ key, value }: LabelCondition, known: Map<string, Set<string>>): string | undefined {
  const values = known.get(key);
  if (!values) {
    return `${didYouMean(key, known.keys())}No sample has a label ${key}; there are ${listed(known.keys())}.`;
  }
  if (values.has(value)) return undefined;
  return `${didYouMean(value, values)}The label ${key} has the values ${listed(values)}.`;
}

/** The texts that samples have as labels, by key. */
function labelValues({ samples }: Profile): Map<string, Set<string>> {
  const known = new Map<string, Set<string>>();
  for (const sample of samples) {
    if (isInvocationRecord(sample)) continue;
    for (const label of sample.labels) {
      const values = known.get(label.key) ?? new Set();
      known.set(label.key, values.add('str' in label ? label.str : String(label.num)));
    }
  }
  return known;
}

function listed(names: Iterable<string>): string {
  const all = [...names].sort();
  return all.length > mostListed ? `${all.slice(0, mostListed).join(', ')}, …` : all.join(', ');
}
