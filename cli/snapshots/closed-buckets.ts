import { isAccessDenied } from '../aws/errors';
import { CommandError } from '../command-error';
import type { Snapshot, UnreadableBucket } from './snapshots';

/** Buckets that may be listed and whose objects may not be read: where there are others, these are used. */
export class ClosedBuckets {
  /** Snapshots that could not be read. */
  unread = 0;
  readonly #all: ReadonlySet<string>;
  readonly #closed = new Map<string, CommandError>();

  /** @param names - of all buckets that are read */
  constructor(names: ReadonlySet<string>) {
    this.#all = names;
  }

  /** Whether to go on without a snapshot for which `error` was thrown. */
  leavesOut({ bucket: { name } }: Snapshot, error: unknown): boolean {
    if (!(error instanceof CommandError) || !isAccessDenied(error)) return false;
    this.#closed.set(name, this.#closed.get(name) ?? error);
    if (this.#closed.size === this.#all.size) return false;
    this.unread++;
    return true;
  }

  unreadable(): UnreadableBucket[] {
    return [...this.#closed].map(([bucket, { message, remedy }]) => ({ bucket, reason: message, remedy }));
  }
}
