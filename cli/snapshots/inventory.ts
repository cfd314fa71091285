import { compareProfileTypes, type ProfileType } from '../../lib/contract/profile-types';
import type { ProfiledStack, StackFunction } from '../stacks/stack-outputs';
import { visitSnapshots } from './list-snapshots';
import type { OpenStore, Snapshot, UnreadableBucket } from './snapshot';

/** What there is of a function. */
export interface FunctionInventory {
  function: string;
  lambdaName: string;
  /** Snapshots by type. */
  snapshots: Record<ProfileType, number>;
  instances: number;
  /** When the latest snapshot was written; absent: there is none. */
  last?: Date;
}

/** What there is of each function of a stack. */
export interface Inventory {
  functions: FunctionInventory[];
  /** Buckets that cannot be read, or not to their end. */
  unreadable: UnreadableBucket[];
}

/**
 * Counts the snapshots in the stores of a stack; reads none.
 *
 * @throws CommandError if none of the stores can be read
 */
export async function takeInventory(stores: OpenStore[], stack: ProfiledStack): Promise<Inventory> {
  const counts = new Map(stack.functions.map((fn) => [fn.name, new FunctionCounts(fn)]));
  const unreadable = await visitSnapshots(stores, stack, stack.functions, undefined, {
    snapshot: (snapshot) => counts.get(snapshot.key.function)?.add(snapshot),
    skipped() {},
  });
  return { functions: [...counts.values()].map((each) => each.inventory()), unreadable };
}

/** The inventory of a stack in which nothing can be counted. */
export function emptyInventory({ functions }: ProfiledStack): FunctionInventory[] {
  return functions.map((fn) => new FunctionCounts(fn).inventory());
}

/** Counts the snapshots of a function without keeping them: there may be a hundred thousand. */
class FunctionCounts {
  readonly #byType = new Map<ProfileType, number>();
  readonly #instances = new Set<string>();
  #last = Number.NEGATIVE_INFINITY;

  constructor(readonly fn: StackFunction) {}

  add({ key, object }: Snapshot): void {
    this.#byType.set(key.type, (this.#byType.get(key.type) ?? 0) + 1);
    this.#instances.add(key.instance);
    this.#last = Math.max(this.#last, object.lastModified.getTime());
  }

  inventory(): FunctionInventory {
    return {
      function: this.fn.name,
      lambdaName: this.fn.lambdaName,
      snapshots: Object.fromEntries([...this.#byType].sort(([a], [b]) => compareProfileTypes(a, b))),
      instances: this.#instances.size,
      ...(this.#byType.size > 0 && { last: new Date(this.#last) }),
    };
  }
}

/** `2 wall, 1 heap`, or `none`. */
export function countsText(snapshots: Record<ProfileType, number>): string {
  const parts = Object.entries(snapshots).map(([type, count]) => `${count.toLocaleString('en-US')} ${type}`);
  return parts.join(', ') || 'none';
}
