import { expect, it } from 'vitest';
import { gzipped, wall } from './support/page-fixtures';
import { describeInBrowser, eventually, placeOf, rowOf, searchResult, selectedFrame } from './support/page-in-browser';

describeInBrowser('the page in a browser', ({ open, fileOf }) => {
  it('has a table of the functions with their values and shares', async () => {
    const page = await open();
    expect(await rowOf(page, 'parseOrder')).toEqual([
      '10 ms',
      '10%',
      '30 ms',
      '30%',
      expect.stringContaining('src/orders.ts:1'),
    ]);
    expect(await rowOf(page, '(idle)')).toEqual(['40 ms', '40%', '40 ms', '40%', expect.stringContaining('(idle)')]);
  });

  it('sums the profile up in a line', async () => {
    const page = await open();
    expect(await page.getByRole('list', { name: 'Summary' }).getByRole('listitem').allInnerTexts()).toEqual([
      '100 ms wall',
      '10 samples',
      '40% idle',
    ]);
  });

  it('says so where a file holds a selection only', async () => {
    const selected = { ...wall, comments: ['profiled-fn: only --slowest 5%'] };
    const profile = { stack: 'S', function: 'F', type: 'wall', base64: gzipped(selected).toString('base64') };
    const page = await open(await fileOf('selected', { title: 'S', profiles: [profile] }));
    const facts = page.getByRole('list', { name: 'Summary' }).getByRole('listitem');
    await eventually(() => facts.last().innerText()).toBe('only --slowest 5%');
  });

  it('zooms to the frame that is clicked, and out again', async () => {
    const page = await open();
    // From the left: 30 % of the width are parseOrder, 20 % render, 10 % the handler's own, 40 % idle.
    await page.mouse.click(...(await placeOf(page, 0.1, 2)));
    await eventually(() => selectedFrame(page).innerText()).toContain('parseOrder');
    expect(await selectedFrame(page).innerText()).toContain('self 10 ms (10%), total 30 ms (30%)');
    const crumbs = page.getByRole('navigation', { name: 'Zoomed frame' }).getByRole('listitem');
    expect(await crumbs.allInnerTexts()).toEqual(['all', 'handler', 'parseOrder']);
    // Zoomed, parseOrder has the whole width, and what it calls has two thirds of it.
    await eventually(async () => {
      await page.mouse.move(...(await placeOf(page, 0.6, 3)));
      return page.locator('.tooltip-name').allInnerTexts();
    }).toEqual(['JSON.parse']);
    await page.getByRole('button', { name: 'Reset zoom' }).click();
    await eventually(() => crumbs.count()).toBe(0);
  });

  it('draws each frame in its colour, and what is searched in another', async () => {
    const page = await open();
    const colorAt = async (share: number, row: number) =>
      page.evaluate(`(() => {
        const canvas = document.querySelector('canvas');
        const x = Math.round(${share} * canvas.width);
        return [...canvas.getContext('2d').getImageData(x, ${row} * 20 + 2, 1, 1).data].join();
      })()`);
    await eventually(() => colorAt(0.9, 3)).toBe('255,255,255,255');
    const [handler, idle] = [await colorAt(0.55, 1), await colorAt(0.9, 1)];
    expect(handler).not.toBe(idle);
    await page.getByRole('searchbox', { name: 'Search' }).fill('handler');
    await eventually(() => colorAt(0.55, 1)).not.toBe(handler);
  });

  it('tells on hover what the frame is', async () => {
    const page = await open();
    await page.mouse.move(...(await placeOf(page, 0.35, 2)));
    const tooltip = page.locator('.tooltip');
    await tooltip.waitFor();
    expect((await tooltip.innerText()).split(/\s*\n\s*/)).toEqual([
      'render',
      '/var/task/node_modules/mustache/mustache.js:1',
      'mustache',
      'Total',
      '20 ms (20%)',
      'Self',
      '0 ns (0%)',
    ]);
  });

  it('is used with the keyboard alone', async () => {
    const page = await open();
    await page.getByRole('application').focus();
    for (const key of ['ArrowDown', 'ArrowDown', 'ArrowRight', 'ArrowLeft']) await page.keyboard.press(key);
    await eventually(() => selectedFrame(page).innerText()).toContain('handler');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await eventually(() => page.getByRole('listitem').filter({ hasText: 'parseOrder' }).count()).toBe(1);
    await page.keyboard.press('/');
    await page.keyboard.type('render');
    await eventually(() => searchResult(page).innerText()).toBe('20% in 1 function');
    await page.keyboard.press('Escape');
    await eventually(() => searchResult(page).innerText()).toBe('');
    await page.keyboard.press('Escape');
    await page.keyboard.press('Escape');
    await eventually(() => page.getByRole('button', { name: 'Reset zoom' }).count()).toBe(0);
  });

  it('shows the share of what is searched, counted once', async () => {
    const page = await open();
    const search = page.getByRole('searchbox', { name: 'Search' });
    await search.fill('parse');
    await eventually(() => searchResult(page).innerText()).toBe('30% in 2 functions');
    await search.fill('/^handler$|parse/');
    await eventually(() => searchResult(page).innerText()).toBe('60% in 3 functions');
    await search.fill('/(/');
    await eventually(() => searchResult(page).innerText()).toBe('Not a regular expression: Unterminated group');
    await search.fill('mustache.js');
    await eventually(() => searchResult(page).innerText()).toBe('20% in 1 function');
  });

  it('switches the value and the profile', async () => {
    const page = await open();
    await page.getByRole('radio', { name: 'cpu' }).check();
    expect(await rowOf(page, 'parseOrder')).toEqual(['10 ms', '16.7%', '30 ms', '50%', expect.any(String)]);
    await page.getByRole('radio', { name: 'samples' }).check();
    expect(await rowOf(page, 'parseOrder')).toEqual(['1', '10%', '3', '30%', expect.any(String)]);
    await page.getByLabel('Profile').selectOption('heap');
    await eventually(() => rowOf(page, 'cache')).toEqual(['3 KiB', '100%', '3 KiB', '100%', expect.any(String)]);
  });

  it('leaves idle time out on demand', async () => {
    const page = await open();
    await page.getByLabel('Idle time').uncheck();
    expect(await rowOf(page, 'parseOrder')).toEqual(['10 ms', '16.7%', '30 ms', '50%', expect.any(String)]);
    expect(await rowOf(page, '(idle)')).toEqual([]);
  });

  it('goes from a row of the table to the function in the graph', async () => {
    const page = await open();
    await page.getByRole('tab', { name: 'Top functions' }).click();
    await page.getByRole('button', { name: 'JSON.parse', exact: true }).click();
    await eventually(() => searchResult(page).innerText()).toBe('20% in 1 function');
    expect(await page.getByRole('application').count()).toBe(1);
  });

  it('sorts the table by each column', async () => {
    const page = await open();
    await page.getByRole('tab', { name: 'Top functions' }).click();
    const firstName = () => page.locator('tbody tr').first().locator('.function-name').innerText();
    expect(await firstName()).toBe('(idle)');
    await page.getByRole('button', { name: 'Function', exact: true }).click();
    expect(await page.getByRole('columnheader', { name: 'Function' }).getAttribute('aria-sort')).toBe('ascending');
    await page.getByRole('button', { name: 'Total' }).click();
    expect(await page.getByRole('columnheader', { name: 'Total' }).getAttribute('aria-sort')).toBe('descending');
    await eventually(firstName).toBe('handler');
  });

  it('keeps what was chosen in its address', async () => {
    const page = await open();
    await page.mouse.click(...(await placeOf(page, 0.1, 2)));
    await page.getByRole('radio', { name: 'cpu' }).check();
    await page.getByRole('searchbox', { name: 'Search' }).fill('JSON');
    await eventually(() => page.url()).toContain('search=JSON');
    const again = await open(page.url());
    expect(await again.getByRole('radio', { name: 'cpu' }).isChecked()).toBe(true);
    expect(await again.getByRole('searchbox', { name: 'Search' }).inputValue()).toBe('JSON');
    expect(await again.getByRole('navigation').getByRole('listitem').allInnerTexts()).toEqual([
      'all',
      'handler',
      'parseOrder',
    ]);
  });

  it('goes a step back with the browser', async () => {
    const page = await open();
    await page.getByRole('radio', { name: 'cpu' }).check();
    await eventually(() => page.url()).toContain('#value=cpu');
    await page.goBack();
    await eventually(() => page.getByRole('radio', { name: 'wall' }).isChecked()).toBe(true);
  });

  it.each([
    ['a desktop', 1280, 720],
    ['a phone', 360, 740],
  ])('fits into the window of %s, and follows when it is resized', async (_, width, height) => {
    const page = await open();
    await page.setViewportSize({ width, height });
    await page.locator('canvas').waitFor();
    const overflow = () => page.evaluate('document.documentElement.scrollWidth - window.innerWidth') as Promise<number>;
    expect(await overflow()).toBeLessThanOrEqual(0);
    await page.setViewportSize({ width: width + 100, height });
    await eventually(async () => (await page.locator('canvas').boundingBox())?.width).toBeGreaterThan(width);
    await page.getByRole('tab', { name: 'Top functions' }).click();
    await page.setViewportSize({ width, height });
    await eventually(overflow).toBeLessThanOrEqual(0);
  });
});
