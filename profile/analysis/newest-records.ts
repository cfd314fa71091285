import { labelsKey } from '../model/identity';
import { compareInt64, type Int64 } from '../model/int64';
import type { Label } from '../model/profile';
import type { ProfileColumns } from '../model/profile-columns';

interface DatedRecord {
  /** Nanoseconds since the epoch. */
  start: Int64;
  labels: Label[];
}

/**
 * The newest records of invocations of many snapshots, whatever the order in which these come (see
 * docs/format.md). Takes memory for twice as many as are kept.
 */
export class NewestRecords {
  #records: DatedRecord[] = [];
  /** The start of the oldest one that counts, as soon as there are enough. */
  #oldest: Int64 | undefined;

  /** @param most - how many are kept */
  constructor(private readonly most: number) {}

  /** Adds the records of a snapshot, each with `further` labels, which come first. */
  add(columns: ProfileColumns, further: readonly Label[]): void {
    for (let sample = 0; sample < columns.sampleCount; sample++) {
      if (columns.hasStack(sample) || !columns.isZero(sample)) continue;
      const set = columns.labelSets.at(sample);
      const start = columns.numberLabel(set, 'start');
      if (start === undefined || columns.numberLabel(set, 'wall') === undefined) continue;
      if (this.#oldest !== undefined && start < this.#oldest) continue;
      this.#records.push({ start, labels: [...further, ...columns.labels(set)] });
      if (this.#records.length >= this.most * 2) this.#cut();
    }
  }

  /** Their labels, the oldest first. */
  labels(): Label[][] {
    this.#cut();
    return this.#records.map(({ labels }) => labels).reverse();
  }

  #cut(): void {
    const keys = new Map<DatedRecord, string>();
    const key = (record: DatedRecord) => {
      const known = keys.get(record) ?? labelsKey(record.labels);
      keys.set(record, known);
      return known;
    };
    // Those that began at the same time are distinguished, so that the order of snapshots makes no difference.
    this.#records.sort((a, b) => compareInt64(b.start, a.start) || (key(a) < key(b) ? 1 : -1));
    this.#records.length = Math.min(this.#records.length, this.most);
    if (this.#records.length === this.most) this.#oldest = this.#records.at(-1)?.start;
  }
}
