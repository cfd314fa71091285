import { isAccessDenied } from '../aws/errors';
import { CommandError } from '../terminal/command-error';
import { formatCount } from '../terminal/format';
import type { Skipped, Snapshot, UnreadableBucket } from './snapshot';

/** Where nothing could be read, so many refusals are enough: a missing permission need not be asked for 100,000 times. */
const enoughRefusals = 100;

/**
 * Snapshots that may be listed and not read. One that is denied, as by a bucket policy or a key of KMS that is no longer
 * allowed, is left out as a damaged one is. A bucket in which all are denied is left out where others can be read.
 */
export class DeniedReads {
  readonly #buckets: ReadonlySet<string>;
  readonly #readable = new Set<string>();
  /** By bucket. */
  readonly #denied = new Map<string, { key: string; error: CommandError }[]>();

  /** @param buckets - names of all that are read */
  constructor(buckets: ReadonlySet<string>) {
    this.#buckets = buckets;
  }

  /** A snapshot could be read. */
  read({ bucket: { name } }: Snapshot): void {
    this.#readable.add(name);
  }

  /** Whether to go on without a snapshot for which `error` was thrown. */
  leavesOut({ bucket: { name }, object: { key } }: Snapshot, error: unknown): boolean {
    if (!(error instanceof CommandError) || !isAccessDenied(error)) return false;
    const known = this.#denied.get(name);
    if (known) known.push({ key, error });
    else this.#denied.set(name, [{ key, error }]);
    return !this.#isAllDenied() || this.count < enoughRefusals;
  }

  /** Snapshots that were denied. */
  get count(): number {
    return [...this.#denied.values()].reduce((sum, { length }) => sum + length, 0);
  }

  /** @throws CommandError if not one could be read, and each bucket has refused */
  requireSome(): void {
    const first = [...this.#denied.values()][0]?.[0];
    if (!first || !this.#isAllDenied()) return;
    const { message, remedy } = first.error;
    throw new CommandError(`None of ${formatCount(this.count, 'snapshot')} may be read. ${message}`, remedy, {
      cause: first.error,
    });
  }

  /** Buckets in which all were denied. */
  unreadable(): UnreadableBucket[] {
    return this.#refusals(false).map(([bucket, [{ error }]]) => ({
      bucket,
      reason: error.message,
      remedy: error.remedy,
    }));
  }

  /** What was denied in the other buckets. */
  skipped(): Skipped[] {
    return this.#refusals(true).flatMap(([, denied]) =>
      denied.map(({ key, error: { message, remedy } }) => ({ key, reason: clause(message), remedy })),
    );
  }

  #isAllDenied(): boolean {
    return this.#readable.size === 0 && this.#denied.size === this.#buckets.size;
  }

  #refusals(ofReadable: boolean) {
    return [...this.#denied].filter(([name]) => this.#readable.has(name) === ofReadable);
  }
}

/** `Access denied: ….` as `access denied: …`. */
function clause(sentence: string): string {
  return `${sentence.charAt(0).toLowerCase()}${sentence.slice(1).replace(/\.$/, '')}`;
}
