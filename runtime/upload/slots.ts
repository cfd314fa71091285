import { snapshotKey } from '../../lib/contract/keys';

/** Gives each snapshot its place in the bucket: `windowSize` slots of each type, used in turn. */
export class Slots {
  readonly #counts = new Map<string, number>();

  constructor(
    readonly prefix: string,
    readonly instanceId: string,
    readonly windowSize: number,
  ) {}

  /** The key for the next snapshot of `type`. */
  next(type: string): string {
    const count = this.#counts.get(type) ?? 0;
    this.#counts.set(type, count + 1);
    return snapshotKey(this.prefix, type, count % this.windowSize, this.instanceId);
  }
}
