import { expect, it } from 'vitest';
import { gzipped, HOSTILE, ORDERS, wall } from './support/page-fixtures';
import { chosen, describeInBrowser, eventually, placeOf } from './support/page-in-browser';

const TEXT = [`export const name = '${HOSTILE}';`, ...Array.from({ length: 400 }, (_, i) => `line ${i + 2}`)].join(
  '\n',
);

describeInBrowser('the source in a browser', ({ open, home, fileOf }) => {
  const openWithText = async (fragment: Record<string, string>) => {
    const base64 = gzipped(wall).toString('base64');
    const source = { stack: 'S', function: 'F', type: 'wall', base64, sources: { [ORDERS]: 0 } };
    return open(chosen(await fileOf('source', { title: 'S', profiles: [source], texts: [TEXT] }), fragment));
  };

  it('has the time of each line beside its text, and folds what has none', async () => {
    const page = await openWithText({ view: 'source' });
    const rows = page.getByRole('table', { name: 'Lines' }).getByRole('row');
    expect(await page.locator('.source-head select').inputValue()).toBe(ORDERS);
    expect(await rows.nth(1).getByRole('cell').allInnerTexts()).toEqual([
      '40 ms',
      '40%',
      '60 ms',
      '1',
      `export const name = '${HOSTILE}';`,
    ]);
    expect(await rows.count()).toBe(1 + 9 + 1);
    await page.getByRole('button', { name: '392 more lines' }).click();
    expect(await rows.count()).toBe(1 + 401);
    expect(await rows.nth(401).innerText()).toContain('line 401');
    expect(await page.evaluate('[window.pwned, document.images.length]')).toEqual([undefined, 0]);
  });

  it('is reached from the table and from the menu of a frame', async () => {
    const page = await openWithText({ view: 'top' });
    await page.getByRole('row').filter({ hasText: 'render' }).getByTitle('Show the source').click();
    await eventually(() => page.locator('.source-head select').inputValue()).toContain('mustache.js');
    expect(await page.getByRole('tabpanel').innerText()).toContain('The text of this file is not at hand.');
    await page.getByRole('tab', { name: 'Flame graph' }).click();
    await page.mouse.click(...(await placeOf(page, 0.1, 2)), { button: 'right' });
    await page.getByRole('menuitem', { name: 'Show the source' }).click();
    await eventually(() => page.locator('.source-head select').inputValue()).toBe(ORDERS);
    await eventually(() => page.url()).toContain('line=1');
  });

  it('shows lines and their time without the text', async () => {
    const page = await open(chosen(home(), { view: 'source' }));
    const rows = page.getByRole('table', { name: 'Lines' }).getByRole('row');
    await eventually(() => rows.count()).toBe(2);
    expect(await rows.nth(1).getByRole('cell').allInnerTexts()).toEqual(['40 ms', '40%', '60 ms', '1', '']);
    expect(await page.getByRole('tabpanel').innerText()).toContain('bundling: { sourceMap: true }');
  });

  it('follows the filters', async () => {
    const page = await openWithText({ view: 'source', ignore: 'parseOrder' });
    await eventually(() => page.getByRole('table', { name: 'Lines' }).getByRole('row').nth(1).innerText()).toContain(
      '30 ms',
    );
  });
});
