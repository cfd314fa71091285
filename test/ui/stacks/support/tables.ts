import type { Label, Profile } from '../../../../profile/model/profile';
import type { StackTable } from '../../../../ui/stacks/stack-table';
import { foldedProfile } from '../../support/folded-profile';

/** A profile of folded stacks with one value each. */
export function profileOf(...stacks: [stack: string, value: number][]): Profile {
  return foldedProfile([{ type: 'wall', unit: 'nanoseconds' }], stacks);
}

/** `profile` with labels, one list for each of its samples. */
export function labelled(profile: Profile, labels: Label[][]): Profile {
  return { ...profile, samples: profile.samples.map((sample, i) => ({ ...sample, labels: labels[i] ?? [] })) };
}

/** Folded stacks with their values of a column; those without a value are left out. */
export function folded({ frames, path, start, size, values }: StackTable, column = 0): [string, number][] {
  return Array.from({ length: size }, (_, s): [string, number] => [
    Array.from(path.subarray(start[s], start[s + 1]), (frame) => frames[frame].name).join(';'),
    values[column][s],
  ]).filter(([, value]) => value !== 0);
}
