import { expect, it } from 'vitest';
import { Consolidator } from '../../../cli/fetch/consolidator';
import { emptyProfile } from '../../../profile/model/profile';
import { encodeProfile } from '../../../profile/pprof/encode';

it('any number of snapshots of an older kind are skipped', () => {
  const consolidator = new Consolidator({});
  const encoded = (type: string, minute: number) =>
    encodeProfile({ ...emptyProfile([{ type, unit: 'count' }]), timeNanos: BigInt(minute) * 60_000_000_000n });
  const of = { function: 'Checkout', type: 'heap', instance: 'aaaaaaaaaaaa', metadata: {} } as const;
  const older = encoded('objects', 1);
  const count = 200_000; // more than a function takes arguments
  for (let i = 0; i < count; i++) consolidator.add({ ...of, key: `older-${i}`, bytes: older });
  consolidator.add({ ...of, key: 'newer', bytes: encoded('samples', 2) });
  const { merged, skipped } = consolidator.results();
  expect([merged.length, merged[0]?.snapshots, skipped.length]).toEqual([1, 1, count]);
  expect(skipped[0]).toEqual({
    key: 'older-0',
    reason: 'it counts objects/count, and newer ones count samples/count',
  });
});
