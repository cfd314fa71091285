import { readFile } from 'node:fs/promises';
import { gunzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { decodeProfile } from '../../profile/pprof/decode';
import { encodeProfile } from '../../profile/pprof/encode';
import { ORDERS, wall } from './support/page-fixtures';
import { describeInBrowser, eventually, placeOf, rowOf, selectedFrame } from './support/page-in-browser';

describeInBrowser('the views and filters of the page in a browser', ({ open, context }) => {
  it('filters by the values of labels', async () => {
    const page = await open();
    const coldStart = page.getByRole('group', { name: 'cold_start' });
    expect(await coldStart.getByRole('button').allInnerTexts()).toEqual(['false 70% · 7', 'true 30% · 3']);
    await coldStart.getByRole('button', { name: 'true' }).click();
    expect(await rowOf(page, 'handler')).toEqual(['0 ns', '0%', '30 ms', '100%', expect.any(String)]);
    expect(await page.locator('.filter-result').innerText()).toContain('30% shown');
    await coldStart.getByRole('button', { name: 'false' }).click();
    expect(await rowOf(page, 'handler')).toEqual(['10 ms', '10%', '60 ms', '60%', expect.any(String)]);
    await eventually(() => page.url()).toContain('label.cold_start=true&label.cold_start=false');
    await page.getByRole('button', { name: 'Clear filters' }).click();
    expect(await page.getByRole('button', { pressed: true }).count()).toBe(0);
  });

  it('filters by functions, and says when nothing is left', async () => {
    const page = await open();
    const field = page.getByRole('searchbox', { name: 'Function to filter by' });
    await page.getByLabel('Kind of filter').selectOption('Hide');
    await field.fill('/^parseOrder$/');
    await field.press('Enter');
    expect(await rowOf(page, 'handler')).toEqual(['20 ms', '20%', '60 ms', '60%', expect.any(String)]);
    await page.getByLabel('Kind of filter').selectOption('Focus');
    await field.fill('nowhere');
    await field.press('Enter');
    await eventually(() => page.getByRole('tabpanel').innerText()).toContain('No sample passes the filters');
    await page.getByRole('button', { name: 'Focus: nowhere' }).click();
    expect(await rowOf(page, 'handler')).toHaveLength(5);
    expect(await rowOf(page, 'parseOrder')).toEqual([]);
  });

  it('leaves out whose code is not wanted', async () => {
    const page = await open();
    await page.getByLabel('Dependencies').uncheck();
    expect(await rowOf(page, 'render')).toEqual([]);
    await page.getByLabel('Node.js').uncheck();
    expect(await rowOf(page, 'parseOrder')).toEqual(['30 ms', '30%', '30 ms', '30%', expect.any(String)]);
    await page.getByLabel('Dependencies').check();
    expect(await rowOf(page, 'render')).toHaveLength(5);
  });

  it('joins the stacks at the functions that ran, and puts the root below', async () => {
    const page = await open();
    await page.getByRole('button', { name: 'Bottom-up' }).click();
    await page.getByRole('button', { name: 'Flip' }).click();
    const box = await page.locator('canvas').boundingBox();
    // From the left: 40 % idle, 20 % JSON.parse; its caller is above it.
    await page.mouse.click((box?.x ?? 0) + 0.5 * (box?.width ?? 0), (box?.y ?? 0) + (box?.height ?? 0) - 50);
    await eventually(() => selectedFrame(page).innerText()).toContain('parseOrder');
    await page.getByRole('application').focus();
    await page.keyboard.press('ArrowUp');
    await eventually(() => selectedFrame(page).innerText()).toContain('handler');
    await page.keyboard.press('ArrowDown');
    await eventually(() => selectedFrame(page).innerText()).toContain('parseOrder');
  });

  it('shows who calls a function, and what it calls', async () => {
    const page = await open();
    await page.getByRole('tab', { name: 'Top functions' }).click();
    await page.getByRole('button', { name: 'Callers and callees of parseOrder' }).click();
    const calls = (title: string) => page.getByRole('table', { name: title }).getByRole('row').allInnerTexts();
    const spaced = (rows: string[]) => rows.map((row) => row.replace(/\s+/g, ' '));
    await eventually(async () => spaced(await calls('Callers'))).toEqual(['30 ms 100% handler']);
    expect(spaced(await calls('Callees'))).toEqual(['20 ms 66.7% JSON.parse', '10 ms 33.3% (itself)']);
    expect(await page.getByRole('application').count()).toBe(2);
    await page.getByRole('button', { name: 'handler' }).click();
    await eventually(async () => spaced(await calls('Callers'))).toEqual(['60 ms 100% (nothing)']);
    await page.getByLabel('Kind of filter').selectOption('Ignore');
    await page.getByRole('searchbox', { name: 'Function to filter by' }).fill('handler');
    await page.keyboard.press('Enter');
    await eventually(() => page.getByRole('tabpanel').innerText()).toContain(
      'The function is not in the shown profile',
    );
  });

  it('compares with another profile', async () => {
    const page = await open();
    await page.getByLabel('Compare with').selectOption('Before');
    await eventually(async () => (await rowOf(page, 'parseOrder')).slice(0, 8)).toEqual([
      '10 ms',
      '10%',
      '+10 ms',
      '+10%',
      '30 ms',
      '30%',
      '+30 ms',
      '+30%',
    ]);
    expect((await rowOf(page, 'removed')).slice(0, 4)).toEqual(['0 ns', '0%', '-20 ms', '-20%']);
    await page.getByLabel('Absolute').check();
    expect((await rowOf(page, 'removed')).slice(0, 4)).toEqual(['0 ns', '0%', '-40 ms', '-40%']);
    await page.getByRole('tab', { name: 'Flame graph' }).click();
    await page.mouse.click(...(await placeOf(page, 0.1, 1)));
    await eventually(() => selectedFrame(page).innerText()).toContain('base 200 ms (100%), change -140 ms (-140%)');
    expect(await page.getByRole('list', { name: 'Colours' }).innerText()).toContain('More than in the base');
    await page.getByLabel('Compare with').selectOption('Heap');
    await eventually(() => page.getByRole('alert').innerText()).toContain('cannot be compared');
    await page.getByLabel('Compare with').selectOption('Broken');
    await eventually(() => page.getByRole('alert').innerText()).toContain('cannot be read');
    expect(await rowOf(page, 'parseOrder')).toHaveLength(5);
  });

  it('opens a menu on a frame, with the mouse and with the keyboard', async () => {
    const page = await open();
    await page.mouse.click(...(await placeOf(page, 0.1, 2)), { button: 'right' });
    await page.getByRole('menuitem', { name: 'Focus' }).click();
    await eventually(() => page.locator('.filter-result').innerText()).toContain('30% shown');
    await page.getByRole('application').focus();
    for (const key of ['ArrowDown', 'ArrowDown', 'm', 'ArrowDown', 'Escape']) await page.keyboard.press(key);
    expect(await page.getByRole('menu').count()).toBe(0);
    expect(await page.evaluate('document.activeElement.getAttribute("role")')).toBe('application');
    for (const key of ['m', 'End', 'Home', 'Enter']) await page.keyboard.press(key);
    await eventually(() => page.getByRole('tab', { selected: true }).innerText()).toBe('Callers & callees');
  });

  it('copies the stack of a frame', async () => {
    const page = await open();
    await context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await page.mouse.click(...(await placeOf(page, 0.1, 2)), { button: 'right' });
    await page.getByRole('menuitem', { name: 'Copy the stack' }).click();
    await eventually(() => page.evaluate('navigator.clipboard.readText()')).toBe(
      `    at parseOrder (${ORDERS}:1)\n    at handler (${ORDERS}:1)`,
    );
  });

  it('says in sentences what matters', async () => {
    const page = await open();
    await page.getByRole('tab', { name: 'Summary' }).click();
    const text = await page.getByRole('tabpanel').innerText();
    expect(text).toContain('40% of it were idle');
    expect(text).toContain('30% were in cold starts');
    await page.getByRole('tabpanel').getByRole('button', { name: 'JSON.parse' }).click();
    await eventually(() => page.getByRole('heading', { level: 2 }).innerText()).toBe('JSON.parse');
  });

  it('draws which function calls which', async () => {
    const page = await open();
    await page.getByRole('tab', { name: 'Call graph' }).click();
    const box = page.getByRole('link', { name: 'parseOrder 10% of 30%' });
    const above = await page.getByRole('link', { name: /^handler 10%/ }).boundingBox();
    expect((await box.boundingBox())?.y).toBeGreaterThan(above?.y ?? Number.NaN);
    expect(await page.locator('.call title').allTextContents()).toContain('parseOrder → JSON.parse: 20 ms (20%)');
    await box.focus();
    await page.keyboard.press('Enter');
    await eventually(() => page.getByRole('heading', { level: 2 }).innerText()).toBe('parseOrder');
  });

  it('saves the profile and the picture as files', async () => {
    const page = await open();
    const saved = async (item: string): Promise<{ name: string; bytes: Buffer }> => {
      await page.getByRole('button', { name: 'Download' }).click();
      const [download] = await Promise.all([
        page.waitForEvent('download'),
        page.getByRole('menuitem', { name: item }).click(),
      ]);
      return { name: download.suggestedFilename(), bytes: await readFile(await download.path()) };
    };
    const pprof = await saved('pprof');
    expect(pprof.name).toBe('Checkout-wall.pb.gz');
    expect(decodeProfile(gunzipSync(pprof.bytes))).toEqual(decodeProfile(encodeProfile(wall)));
    const speedscope = JSON.parse((await saved('speedscope')).bytes.toString());
    expect(speedscope.profiles.map(({ endValue }: { endValue: number }) => endValue)).toEqual([10, 60e6, 100e6]);
    const svg = (await saved('SVG')).bytes.toString();
    expect(svg).toContain('<title>parseOrder');
    expect(svg).toContain('&lt;img src=x onerror');
    expect(svg).not.toContain('<img');
    expect((await saved('PNG')).bytes.subarray(1, 4).toString()).toBe('PNG');
  });

  it('remembers whether the filters are open', async () => {
    const page = await open();
    await page.getByRole('button', { name: 'Filters' }).click();
    expect(await page.getByRole('region', { name: 'Filters' }).count()).toBe(0);
    const again = await open();
    await again.locator('canvas').waitFor();
    expect(await again.getByRole('region', { name: 'Filters' }).count()).toBe(0);
    await again.getByRole('button', { name: 'Filters' }).click();
  });
});
