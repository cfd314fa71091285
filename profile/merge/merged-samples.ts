import { type Int64, int64Of } from '../model/int64';
import type { Label, Location, Sample } from '../model/profile';
import type { RunInterner } from '../model/run-interner';
import type { DerivedValue } from './merge-options';

const UNSEEN = -1;

/** What a merge has: a sample is the run of its label set's number and its locations' numbers, the leaf's first. */
export interface MergeTables {
  /** The payload of each run are the sample's values, as halves. */
  runs: RunInterner;
  /** How many values a sample has. */
  width: number;
  /** By number. */
  locations: readonly Location[];
  /** By number. */
  labelSets: readonly Label[][];
}

/** The samples of a merge in their order, as tables: a `StackTable`'s stacks, and what else a sample has. */
export class MergedSamples {
  /** All locations that are on a stack, in the order of first use. */
  readonly locations: readonly Location[];
  /** The stacks of all samples, as indices in `locations`, the leaf of each first. */
  readonly stacks: Int32Array;
  /** Where the stack of each sample starts, and then the length of all. */
  readonly starts: Int32Array;
  /** By number. */
  readonly labelSets: readonly Label[][];
  /** The number of each sample's label set. */
  readonly labelSetOf: Int32Array;
  /** How many samples there are. */
  readonly count: number;
  /** How many values a sample has. */
  readonly width: number;
  /** Halves of all values but the derived one. */
  readonly #halves: Int32Array;

  /**
   * Takes all of a sample at once: what is next to another in this order lies anywhere in the tables, and to wait for
   * each place of a large memory takes longer than all the rest.
   *
   * @param order - numbers of the samples that count
   * @param derived - one more value of each, at the end; default: none
   */
  constructor(
    { runs, width, locations, labelSets }: MergeTables,
    order: Int32Array,
    private readonly derived?: DerivedValue,
  ) {
    this.count = order.length;
    this.width = width + (derived ? 1 : 0);
    this.labelSets = labelSets;
    this.labelSetOf = new Int32Array(this.count);
    this.#halves = new Int32Array(this.count * width * 2);
    this.starts = new Int32Array(this.count + 1);
    const stacks = new Int32Array(runs.totalLength - runs.size);
    const indices = new Int32Array(locations.length).fill(UNSEEN);
    const used: number[] = [];
    let end = 0;
    for (let i = 0; i < this.count; i++) {
      const sample = order[i];
      const run = runs.start(sample);
      const start = end;
      end += runs.length(sample) - 1;
      this.starts[i + 1] = end;
      this.labelSetOf[i] = runs.integers[run];
      runs.copyPayload(sample, this.#halves, i * width * 2);
      renumber(runs.integers, run + 1, stacks, start, end, indices, used);
    }
    this.stacks = stacks.subarray(0, end);
    this.locations = used.map((location) => locations[location] as Location);
  }

  /** A value of the sample at `index`. */
  value(index: number, type: number): Int64 {
    const { derived } = this;
    if (derived && type === this.width - 1) return derived.value(this.value(index, derived.from));
    const at = (index * (this.width - (derived ? 1 : 0)) + type) * 2;
    return int64Of(this.#halves[at], this.#halves[at + 1]);
  }

  /** The sample at `index`, as an object that shares nothing but its locations. */
  sample(index: number): Sample {
    const { stacks, starts } = this;
    return {
      locations: Array.from(stacks.subarray(starts[index], starts[index + 1]), (at) => this.locations[at] as Location),
      values: Array.from({ length: this.width }, (_, type) => this.value(index, type)),
      labels: (this.labelSets[this.labelSetOf[index]] as Label[]).map((label) => ({ ...label })),
    };
  }
}

/**
 * Writes what `integers` has from `from` on into a part of `stacks`, by its index in `used`.
 *
 * A function of its own, as V8 optimizes what is called often sooner than what takes long.
 */
function renumber(
  integers: Int32Array,
  from: number,
  stacks: Int32Array,
  start: number,
  end: number,
  indices: Int32Array,
  used: number[],
): void {
  const ahead = from - start;
  for (let at = start; at < end; at++) {
    const location = integers[at + ahead];
    const known = indices[location];
    if (known !== UNSEEN) {
      stacks[at] = known;
    } else {
      stacks[at] = indices[location] = used.length;
      used.push(location);
    }
  }
}
