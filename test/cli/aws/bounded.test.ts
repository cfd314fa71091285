import { expect, it } from 'vitest';
import { forEachBounded } from '../../../cli/aws/bounded';

it('handles every item, never more at a time than the limit', async () => {
  let running = 0;
  let most = 0;
  const done: number[] = [];
  await forEachBounded([...Array(50).keys()], 7, async (item) => {
    running++;
    most = Math.max(most, running);
    await new Promise(setImmediate);
    running--;
    done.push(item);
  });
  expect(done.sort((a, b) => a - b)).toEqual([...Array(50).keys()]);
  expect(most).toBe(7);
});

it('stops at the first failure, tells those under way, and throws it when they have ended', async () => {
  const started: number[] = [];
  let underWay = 0;
  const run = forEachBounded([...Array(100).keys()], 3, async (item, signal) => {
    started.push(item);
    underWay++;
    await new Promise(setImmediate);
    underWay--;
    if (item === 4) throw new Error('item 4');
    if (item > 4) expect(signal.aborted).toBe(true);
  });
  await expect(run).rejects.toThrow('item 4');
  expect(underWay).toBe(0);
  expect(started.length).toBeLessThan(10);
});
