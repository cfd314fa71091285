import { emptyProfile, type Label, type Profile, type Sample, type ValueType } from '../../profile/model/profile';
import { Frames } from '../frames';
import { type FunctionIdentity, mappingOf } from '../function-identity';
import type { StackFrame } from './origin';
import { StackTable } from './stack-table';

/** Something that counts, and the stack that it is for. */
export interface StackEntry {
  /** Name of a frame on top of the stack. */
  readonly leaf?: string;
  readonly frames?: readonly StackFrame[];
  /** One for each of the profile's sample types. */
  readonly values: readonly number[];
  readonly labels: readonly Label[];
}

/**
 * A profile of things by the stacks that they are for, one sample for each stack and label set; values are rounded.
 *
 * @param sampleTypes the last is what tools show first
 * @param startMs milliseconds since the epoch
 */
export function stackProfile(
  sampleTypes: ValueType[],
  entries: readonly StackEntry[],
  span: { startMs: number; endMs: number },
  identity: FunctionIdentity,
): Profile {
  const mapping = mappingOf(identity);
  const stacks = new StackTable(new Frames(mapping, identity));
  const samples = new Map<unknown, Map<string, Sample>>();
  for (const { leaf, frames, values, labels } of entries) {
    const locations = stacks.of(leaf, frames);
    const byLabels = samples.get(locations) ?? new Map<string, Sample>();
    samples.set(locations, byLabels);
    const key = JSON.stringify(labels);
    const known = byLabels.get(key);
    if (known) known.values = known.values.map((value, i) => Number(value) + values[i]);
    else byLabels.set(key, { locations, values: [...values], labels: [...labels] });
  }
  const result = emptyProfile(sampleTypes);
  result.defaultSampleType = sampleTypes[sampleTypes.length - 1].type;
  result.mappings = [mapping];
  result.periodType = { ...sampleTypes[0] };
  result.period = 1;
  result.timeNanos = BigInt(Math.round(span.startMs)) * 1_000_000n;
  result.durationNanos = Math.round((span.endMs - span.startMs) * 1e6);
  result.samples = [...samples.values()].flatMap((byLabels) =>
    [...byLabels.values()].map((sample) => ({
      ...sample,
      values: sample.values.map((value) => Math.round(Number(value))),
    })),
  );
  return result;
}
