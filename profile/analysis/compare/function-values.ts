import { FrameTable } from '../../model/frame-table';
import type { Location, Profile } from '../../model/profile';
import { type StackTable, stackTable } from '../stack-table';

/** A function across versions: lines move with every edit, so they do not distinguish functions. */
export interface ComparedFunction {
  name: string;
  /** Path as the profile has it; empty: unknown. */
  file: string;
}

/** Text that is equal for equal functions. */
export function functionId({ name, file }: ComparedFunction): string {
  return JSON.stringify([name, file]);
}

/** Values of the functions of a profile. */
export interface FunctionValues {
  /** Value of all samples; the sum of their sizes where some are negative. */
  whole: number;
  /** By id; see `functionId`. Functions that are never a leaf are left out. */
  self: Map<string, number>;
  functions: Map<string, ComparedFunction>;
}

/** Values by the place at which samples were, all that is needed of stacks to compare functions. */
export interface LeafValues {
  /** As in `FunctionValues`. */
  whole: number;
  /** Where samples were. */
  locations: Location[];
  /** Value of each of these. */
  self: number[];
}

/** What a profile has of a sample type at each leaf. */
export function leafValues({ locations, stacks, starts, values }: StackTable, sampleTypeIndex: number): LeafValues {
  const self = new Map<number, number>();
  let whole = 0;
  for (const [sample, value] of (values[sampleTypeIndex] ?? []).entries()) {
    if (value === 0) continue;
    whole += Math.abs(value);
    const start = starts[sample];
    if (start === starts[sample + 1]) continue;
    const leaf = stacks[start];
    self.set(leaf, (self.get(leaf) ?? 0) + value);
  }
  return { whole, locations: [...self.keys()].map((leaf) => locations[leaf] as Location), self: [...self.values()] };
}

/** Self values of functions; anonymous functions of a file are one. */
export function functionValues({ whole, locations, self: values }: LeafValues): FunctionValues {
  const table = new FrameTable();
  const self = new Map<string, number>();
  const functions = new Map<string, ComparedFunction>();
  for (const [i, location] of locations.entries()) {
    const [frame] = table.at(location) as [number];
    const fn = compared(table.frames[frame] as ComparedFunction);
    const id = functionId(fn);
    functions.set(id, fn);
    self.set(id, (self.get(id) ?? 0) + values[i]);
  }
  return { whole, self, functions };
}

/** Those of a whole profile. */
export function functionValuesOf(profile: Profile, sampleTypeIndex: number): FunctionValues {
  return functionValues(leafValues(stackTable(profile), sampleTypeIndex));
}

/** An anonymous function's name ends with its line. */
function compared({ name, file }: ComparedFunction): ComparedFunction {
  return { name: name.startsWith('(anonymous)') ? name.replace(/:\d+$/, '') : name, file };
}
