import { describe, expect, it } from 'vitest';
import { singleFilePage } from '../../../cli/viewer/pages';
import { PAGE_DATA_ID, type PageData } from '../../../ui/page-data';

const bytes = Uint8Array.of(0x1f, 0x8b, 1);
const identity = { stack: 'OrdersStack', function: 'Checkout', bytes };

async function dataOf(...profiles: Parameters<typeof singleFilePage>[1]): Promise<PageData> {
  const page = await singleFilePage('OrdersStack', profiles);
  const json = new RegExp(`id="${PAGE_DATA_ID}">(.*?)</script>`, 's').exec(page)?.[1];
  return JSON.parse(json ?? '') as PageData;
}

describe('the page as one file', () => {
  it('has the text of source files once, whichever profiles have it', async () => {
    const sources = new Map([
      ['src/a.ts', 'a'],
      ['__proto__', '</script><b>'],
    ]);
    const data = await dataOf(
      { ...identity, type: 'wall', sources },
      { ...identity, type: 'heap', sources: new Map([['src/a.ts', 'a']]) },
      { ...identity, type: 'init' },
    );
    expect(data.texts).toEqual(['a', '</script><b>']);
    expect(data.profiles.map((profile) => 'sources' in profile && Object.entries(profile.sources ?? {}))).toEqual([
      [
        ['src/a.ts', 0],
        ['__proto__', 1],
      ],
      [['src/a.ts', 0]],
      [],
    ]);
  });

  it('leaves out the texts for which there is no room, and keeps smaller ones', async () => {
    const sources = new Map([
      ['first', 'a'.repeat(3 * 2 ** 20)],
      ['too-large', 'b'.repeat(2 * 2 ** 20)],
      ['small', 'c'],
    ]);
    const data = await dataOf({ ...identity, type: 'wall', sources });
    expect(data.texts?.map(({ length }) => length)).toEqual([3 * 2 ** 20, 1]);
    expect(data.profiles[0]).toMatchObject({ sources: { first: 0, small: 1 } });
    expect(data.profiles[0]).not.toHaveProperty('sources.too-large');
  });
});
