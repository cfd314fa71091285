import { FrameTable } from '../frame-table';
import type { Profile } from '../model';

/** A function across versions: lines move with every edit, so they do not tell functions apart. */
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
  /** Value of all samples. */
  whole: number;
  /** By id; see `functionId`. Functions that are never a leaf are left out. */
  self: Map<string, number>;
  functions: Map<string, ComparedFunction>;
}

/** Self values at `sampleTypeIndex`; anonymous functions of a file are one. */
export function functionValues(profile: Profile, sampleTypeIndex: number): FunctionValues {
  const table = new FrameTable();
  const result: FunctionValues = { whole: 0, self: new Map(), functions: new Map() };
  const ids: string[] = [];
  for (const { locations, values } of profile.samples) {
    const value = Number(values[sampleTypeIndex]);
    const [leaf] = locations;
    if (value === 0) continue;
    result.whole += value;
    if (!leaf) continue;
    const [frame] = table.at(leaf) as [number];
    let id = ids[frame];
    if (id === undefined) {
      const fn = compared(table.frames[frame] as ComparedFunction);
      id = functionId(fn);
      ids[frame] = id;
      result.functions.set(id, fn);
    }
    result.self.set(id, (result.self.get(id) ?? 0) + value);
  }
  return result;
}

/** An anonymous function's name ends with its line. */
function compared({ name, file }: ComparedFunction): ComparedFunction {
  return { name: name.startsWith('(anonymous)') ? name.replace(/:\d+$/, '') : name, file };
}
