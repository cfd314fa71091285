import { describe, expect, it } from 'vitest';
import { MemoryRoom } from '../../../cli/files/memory-room';

describe('MemoryRoom', () => {
  it('lets in what there is room for, in order, and what is larger than all alone', async () => {
    const room = new MemoryRoom(100);
    let held = 0;
    const most: number[] = [];
    const order: number[] = [];
    const sizes = [60, 60, 30, 10, 250, 1, 99, 100];
    await Promise.all(
      sizes.map((bytes, i) =>
        room.hold(bytes, async () => {
          order.push(i);
          held += bytes;
          most.push(held);
          await new Promise((resolve) => setImmediate(resolve));
          held -= bytes;
        }),
      ),
    );
    expect(order).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    expect(most).toEqual([60, 60, 90, 100, 250, 1, 100, 100]);
  });

  it('makes room again after a failure', async () => {
    const room = new MemoryRoom(10);
    const failing = room.hold(10, () => Promise.reject(new Error('no')));
    const next = room.hold(10, async () => 'next');
    await expect(failing).rejects.toThrow('no');
    expect(await next).toBe('next');
  });
});
