import { DEFAULT_PREFIX, functionPrefix, snapshotKey } from '../../lib/contract/keys';

/** Which snapshot of a test's bucket. */
export interface KeyParts {
  prefix?: string;
  stack?: string;
  fn?: string;
  type?: string;
  slot?: number;
  instance?: string;
}

/** The key of a snapshot, of which a test says only what matters to it. */
export function keyOf({
  prefix = DEFAULT_PREFIX,
  stack = 'Orders',
  fn = 'Checkout',
  type = 'wall',
  slot = 0,
  instance = 'aaaaaaaaaaaa',
}: KeyParts = {}): string {
  return snapshotKey(functionPrefix(prefix, stack, fn), type, slot, instance);
}
