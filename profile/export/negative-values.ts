/** A format that cannot hold what a difference of two profiles has: less of something. */
export class NegativeValuesError extends Error {
  override readonly name = 'NegativeValuesError';

  constructor(readonly format: string) {
    super(`A ${format} cannot hold negative values`);
  }
}

/** @throws NegativeValuesError if one of `values` is negative */
export function requireNoNegative(format: string, values: Iterable<number>): void {
  for (const value of values) if (value < 0) throw new NegativeValuesError(format);
}
