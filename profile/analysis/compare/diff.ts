import type { ComparedFunction, FunctionValues } from './function-values';

/** A function before and after. */
export interface DiffRow extends ComparedFunction {
  /** Self values as shares of all, 0 to 1: so profiles of different lengths can be compared. */
  base: number;
  target: number;
}

export interface Diff {
  /** Values of all samples. */
  baseWhole: number;
  targetWhole: number;
  /** Functions, the one whose share has changed most first; then by name. */
  rows: DiffRow[];
}

/** What has changed from `before` to `after`, as shares of their wholes. */
export function diffFunctions(before: FunctionValues, after: FunctionValues): Diff {
  const share = (value: number | undefined, whole: number) => (whole === 0 ? 0 : (value ?? 0) / whole);
  const rows = [...new Map([...before.functions, ...after.functions])].map(
    ([id, fn]): DiffRow => ({
      ...fn,
      base: share(before.self.get(id), before.whole),
      target: share(after.self.get(id), after.whole),
    }),
  );
  const change = (row: DiffRow) => Math.abs(row.target - row.base);
  rows.sort((a, b) => change(b) - change(a) || (a.name < b.name ? -1 : 1));
  return { baseWhole: before.whole, targetWhole: after.whole, rows };
}
