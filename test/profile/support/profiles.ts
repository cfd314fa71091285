import {
  emptyMapping,
  emptyProfile,
  type Fn,
  type Location,
  type Mapping,
  type Profile,
  type Sample,
} from '../../../profile/model/profile';

/** Functions, locations and samples with only what a test is about. */

export function fn(name: string, filename = '', startLine = 0): Fn {
  return { name, systemName: '', filename, startLine };
}

/** A location in which `functions` are, the innermost first. */
export function at(...functions: Fn[]): Location {
  return { address: 0, isFolded: false, lines: functions.map((fn, i) => ({ fn, line: i + 1, column: 0 })) };
}

/** A sample of one value; `locations` from the leaf on. */
export function sample(value: number, ...locations: Location[]): Sample {
  return { locations, values: [value], labels: [] };
}

/** A profile of the sample type `wall/nanoseconds`. */
export function profileOf(...samples: Sample[]): Profile {
  return { ...emptyProfile([{ type: 'wall', unit: 'nanoseconds' }]), samples };
}

export function mapping(fields: Partial<Mapping> = {}): Mapping {
  return { ...emptyMapping(), ...fields };
}
