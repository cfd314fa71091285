import { describe, expect, it } from 'vitest';
import { oneAhead } from '../../../cli/fetch/one-ahead';

/** What happens, in order. */
async function trace(items: number[], failing?: number): Promise<string[]> {
  const events: string[] = [];
  const make = async (item: number) => {
    events.push(`make ${item}`);
    await undefined;
    if (item === failing) throw new Error(`${item} has failed`);
    return item * 10;
  };
  try {
    for await (const made of oneAhead(items, make)) events.push(`take ${made}`);
  } catch (error) {
    events.push((error as Error).message);
  }
  return events;
}

describe('oneAhead', () => {
  it('begins the next before one is taken, and no more', async () => {
    expect(await trace([1, 2, 3])).toEqual(['make 1', 'make 2', 'take 10', 'make 3', 'take 20', 'take 30']);
  });

  it('takes what there is', async () => {
    expect(await trace([])).toEqual([]);
    expect(await trace([1])).toEqual(['make 1', 'take 10']);
  });

  it('tells of a failure in its turn, after what came before', async () => {
    expect(await trace([1, 2, 3, 4], 2)).toEqual(['make 1', 'make 2', 'take 10', 'make 3', '2 has failed']);
    expect(await trace([1, 2], 1)).toEqual(['make 1', 'make 2', '1 has failed']);
    expect(await trace([1], 1)).toEqual(['make 1', '1 has failed']);
  });
});
