import { IntColumn } from './int-column';

/** Runs of integers that are looked up in a `RunInterner` together, with their hashes. */
export class RunBatch {
  /** The runs, one right after the other. */
  readonly integers = new IntColumn();
  /** Where each begins, and then the length of all. */
  readonly starts = new IntColumn();
  /** The hash of each; see `hashOfRun`. */
  readonly hashes = new IntColumn();

  clear(): void {
    this.integers.clear();
    this.hashes.clear();
    this.starts.clear();
    this.starts.push(0);
  }

  /** Ends a run whose integers have been appended. */
  end(hash: number): void {
    this.starts.push(this.integers.length);
    this.hashes.push(hash);
  }
}
