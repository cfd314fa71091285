import { type Int64, int64Of } from './int64';
import type { DerivedValue } from './merge-options';
import type { Label, Location, Sample } from './model';
import type { RunTable } from './run-table';

/**
 * The samples of a merge, as its tables have them. A sample is the run of its label set's number and its locations'
 * numbers, the leaf's first; its payload are its values, as halves, but for a derived one.
 */
export class MergedSamples {
  constructor(
    private readonly runs: RunTable,
    /** Numbers of the samples that count, in the order of the result. */
    readonly order: Int32Array,
    private readonly ownWidth: number,
    /** By number. */
    readonly locations: readonly Location[],
    /** By number. */
    readonly labelSets: readonly Label[][],
    private readonly derived?: DerivedValue,
  ) {}

  /** How many values a sample has. */
  get width(): number {
    return this.ownWidth + (this.derived ? 1 : 0);
  }

  depth(sample: number): number {
    return this.runs.length(sample) - 1;
  }

  /** The number of a sample's location, the leaf's at 0. */
  location(sample: number, index: number): number {
    return this.runs.at(sample, index + 1);
  }

  /** Writes what `numbers` has for each of a sample's locations, the leaf's first, to `into`, from `at` on. */
  mapLocations(sample: number, numbers: (location: number) => number, into: Int32Array, at = 0): void {
    const { integers } = this.runs;
    const start = this.runs.start(sample) + 1;
    const depth = this.depth(sample);
    for (let i = 0; i < depth; i++) into[at + i] = numbers(integers[start + i] as number);
  }

  value(sample: number, index: number): Int64 {
    if (this.derived && index === this.ownWidth) return this.derived.value(this.value(sample, this.derived.from));
    return int64Of(this.runs.payloadAt(sample, index * 2), this.runs.payloadAt(sample, index * 2 + 1));
  }

  /** The number of a sample's label set. */
  labelSet(sample: number): number {
    return this.runs.at(sample, 0);
  }

  /** A sample as an object that shares nothing but its locations. */
  sample(sample: number): Sample {
    return {
      locations: Array.from(
        { length: this.depth(sample) },
        (_, i) => this.locations[this.location(sample, i)] as Location,
      ),
      values: Array.from({ length: this.width }, (_, i) => this.value(sample, i)),
      labels: (this.labelSets[this.labelSet(sample)] as Label[]).map((label) => ({ ...label })),
    };
  }
}
