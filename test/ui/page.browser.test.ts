import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { gunzipSync, gzipSync } from 'node:zlib';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { decodeProfile } from '../../profile/decode';
import { encodeProfile } from '../../profile/encode';
import type { Profile } from '../../profile/model';
import type { PageData, ProfileSource } from '../../ui/page-data';
import { renderPage } from '../../ui/render-page';
import { type BuiltPage, buildPage, singleFile } from './built-page';
import { findChromium, launchChromium } from './chromium';
import { foldedProfile, WALL_TYPES } from './folded-profile';

const HOSTILE = '<img src=x onerror=window.pwned=1></script><script>window.pwned=1</script>';
const ORDERS = '/var/task/src/orders.ts';

/** Of 100 ms, 40 are idle; in the others the handler parses for 30, renders for 20 and does 10 of its own. */
const folded = foldedProfile(WALL_TYPES, [
  [`handler@${ORDERS};parseOrder@${ORDERS};JSON.parse`, 2, 20e6, 20e6],
  [`handler@${ORDERS};parseOrder@${ORDERS}`, 1, 10e6, 10e6],
  [`handler@${ORDERS};render@/var/task/node_modules/mustache/mustache.js;${HOSTILE}@${ORDERS}`, 2, 20e6, 20e6],
  [`handler@${ORDERS}`, 1, 10e6, 10e6],
  ['(idle)', 4, 0, 40e6],
]);
/** The first two stacks are of a cold start. */
const wall = {
  ...folded,
  samples: folded.samples.map((sample, i) => ({
    ...sample,
    labels: [{ key: 'cold_start', str: String(i < 2) }, ...(i === 2 ? [{ key: 'tenant', str: HOSTILE }] : [])],
  })),
};
const heap = foldedProfile(
  [
    { type: 'inuse_objects', unit: 'count' },
    { type: 'inuse_space', unit: 'bytes' },
  ],
  [[`handler@${ORDERS};cache@${ORDERS}`, 3, 3072]],
);
/** Twice the time, of which parsing has none. */
const before = foldedProfile(WALL_TYPES, [
  [`handler@${ORDERS};removed@${ORDERS}`, 4, 40e6, 40e6],
  [`handler@${ORDERS}`, 16, 160e6, 160e6],
]);
const empty = foldedProfile(WALL_TYPES, []);

const gzipped = (profile: Profile) => gzipSync(encodeProfile(profile));
const files: { function: string; type: string; bytes: Buffer }[] = [
  { function: 'Checkout', type: 'wall', bytes: gzipped(wall) },
  { function: 'Checkout', type: 'heap', bytes: gzipped(heap) },
  { function: 'Broken', type: 'wall', bytes: gzipped(wall).subarray(0, 60) },
  { function: 'Empty', type: 'wall', bytes: gzipped(empty) },
  { function: 'Before', type: 'wall', bytes: gzipped(before) },
  { function: 'Heap', type: 'wall', bytes: gzipped(heap) },
];

function pageData(source: (bytes: Buffer, index: number) => { url: string } | { base64: string }): PageData {
  const profiles = files.map(
    ({ bytes, ...names }, i): ProfileSource => ({ stack: 'OrdersStack', ...names, ...source(bytes, i) }),
  );
  return { title: 'OrdersStack', profiles };
}

const executable = findChromium();

describe('the page in a browser', () => {
  if (executable === undefined) {
    test('was not tried: no Chromium or Chrome was found; install one or set CHROME_PATH', () => {
      expect(findChromium()).toBeUndefined();
    });
    return;
  }

  let folder: string;
  let browser: Browser;
  let context: BrowserContext;
  let built: BuiltPage;
  let singleFileUrl: string;
  let complaints: string[] = [];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'profiled-fn-page-'));
    built = await buildPage();
    const file = join(folder, 'page.html');
    await writeFile(
      file,
      singleFile(
        built,
        pageData((bytes) => ({ base64: bytes.toString('base64') })),
      ),
    );
    singleFileUrl = pathToFileURL(file).href;
    browser = await launchChromium(executable);
    context = await browser.newContext({ viewport: { width: 1280, height: 720 } });
  });

  afterAll(async () => {
    await browser?.close();
    await rm(folder, { recursive: true, force: true });
  });

  afterEach(async () => {
    for (const page of context.pages()) await page.close();
    const seen = complaints;
    complaints = [];
    expect(seen).toEqual([]);
  });

  async function open(url = singleFileUrl): Promise<Page> {
    const page = await context.newPage();
    page.on('pageerror', (error) => complaints.push(String(error)));
    page.on('console', (message) => {
      if (message.type() === 'error') complaints.push(message.text());
    });
    await page.goto(url);
    return page;
  }

  /** Text of the cells of a function's row in the table. */
  async function rowOf(page: Page, name: string): Promise<string[]> {
    await page.getByRole('tab', { name: 'Top functions' }).click();
    return page.getByRole('row').filter({ hasText: name }).getByRole('cell').allInnerTexts();
  }

  /** Where in the window the graph's `share` of the width and `row` are. */
  async function placeOf(page: Page, share: number, row: number): Promise<[x: number, y: number]> {
    // Until it is drawn, a canvas has the size that the browser gives it.
    await eventually(async () => (await page.locator('canvas').boundingBox())?.width).toBeGreaterThan(300);
    const box = await page.locator('canvas').boundingBox();
    if (!box) throw new Error('The flame graph is not on the page.');
    return [box.x + share * box.width, box.y + (row + 0.5) * 20];
  }

  const selectedFrame = (page: Page) => page.locator('.selected-frame');
  const searchResult = (page: Page) => page.locator('#search-result');
  const chosen = (url: string, fragment: Record<string, string>) => `${url}#${new URLSearchParams(fragment)}`;
  const eventually = <T>(read: () => T) => expect.poll(read, { timeout: 15_000 });

  test('has a table of the functions with their values and shares', async () => {
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

  test('sums the profile up in a line', async () => {
    const page = await open();
    expect(await page.getByRole('list', { name: 'Summary' }).getByRole('listitem').allInnerTexts()).toEqual([
      '100 ms wall',
      '10 samples',
      '40% idle',
    ]);
  });

  test('zooms to the frame that is clicked, and out again', async () => {
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

  test('draws each frame in its colour, and what is searched in another', async () => {
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

  test('tells on hover what the frame is', async () => {
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

  test('is used with the keyboard alone', async () => {
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

  test('shows the share of what is searched, counted once', async () => {
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

  test('switches the value and the profile', async () => {
    const page = await open();
    await page.getByRole('radio', { name: 'cpu' }).check();
    expect(await rowOf(page, 'parseOrder')).toEqual(['10 ms', '16.7%', '30 ms', '50%', expect.any(String)]);
    await page.getByRole('radio', { name: 'samples' }).check();
    expect(await rowOf(page, 'parseOrder')).toEqual(['1', '10%', '3', '30%', expect.any(String)]);
    await page.getByLabel('Profile').selectOption('heap');
    await eventually(() => rowOf(page, 'cache')).toEqual(['3 KiB', '100%', '3 KiB', '100%', expect.any(String)]);
  });

  test('leaves idle time out on demand', async () => {
    const page = await open();
    await page.getByLabel('Idle time').uncheck();
    expect(await rowOf(page, 'parseOrder')).toEqual(['10 ms', '16.7%', '30 ms', '50%', expect.any(String)]);
    expect(await rowOf(page, '(idle)')).toEqual([]);
  });

  test('filters by the values of labels', async () => {
    const page = await open();
    const coldStart = page.getByRole('group', { name: 'cold_start' });
    expect(await coldStart.getByRole('button').allInnerTexts()).toEqual(['false 70%', 'true 30%']);
    await coldStart.getByRole('button', { name: 'true' }).click();
    expect(await rowOf(page, 'handler')).toEqual(['0 ns', '0%', '30 ms', '100%', expect.any(String)]);
    expect(await page.locator('.filter-result').innerText()).toContain('30% shown');
    await coldStart.getByRole('button', { name: 'false' }).click();
    expect(await rowOf(page, 'handler')).toEqual(['10 ms', '10%', '60 ms', '60%', expect.any(String)]);
    await eventually(() => page.url()).toContain('label.cold_start=true&label.cold_start=false');
    await page.getByRole('button', { name: 'Clear filters' }).click();
    expect(await page.getByRole('button', { pressed: true }).count()).toBe(0);
  });

  test('filters by functions, and says when nothing is left', async () => {
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

  test('leaves out whose code is not wanted', async () => {
    const page = await open();
    await page.getByLabel('Dependencies').uncheck();
    expect(await rowOf(page, 'render')).toEqual([]);
    await page.getByLabel('Node.js').uncheck();
    expect(await rowOf(page, 'parseOrder')).toEqual(['30 ms', '30%', '30 ms', '30%', expect.any(String)]);
    await page.getByLabel('Dependencies').check();
    expect(await rowOf(page, 'render')).toHaveLength(5);
  });

  test('joins the stacks at the functions that ran, and puts the root below', async () => {
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

  test('shows who calls a function, and what it calls', async () => {
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
    await eventually(() => page.getByRole('tabpanel').innerText()).toContain('The function is not in what is shown');
  });

  test('compares with another profile', async () => {
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

  test('opens a menu on a frame, with the mouse and with the keyboard', async () => {
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

  test('copies the stack of a frame', async () => {
    const page = await open();
    await context.grantPermissions(['clipboard-read', 'clipboard-write']);
    await page.mouse.click(...(await placeOf(page, 0.1, 2)), { button: 'right' });
    await page.getByRole('menuitem', { name: 'Copy the stack' }).click();
    await eventually(() => page.evaluate('navigator.clipboard.readText()')).toBe(
      `    at parseOrder (${ORDERS}:1)\n    at handler (${ORDERS}:1)`,
    );
  });

  test('says in sentences what matters', async () => {
    const page = await open();
    await page.getByRole('tab', { name: 'Summary' }).click();
    const text = await page.getByRole('tabpanel').innerText();
    expect(text).toContain('40% of it were idle');
    expect(text).toContain('30% were in cold starts');
    await page.getByRole('tabpanel').getByRole('button', { name: 'JSON.parse' }).click();
    await eventually(() => page.getByRole('heading', { level: 2 }).innerText()).toBe('JSON.parse');
  });

  test('draws which function calls which', async () => {
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

  test('saves the profile and the picture as files', async () => {
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

  test('remembers whether the filters are open', async () => {
    const page = await open();
    await page.getByRole('button', { name: 'Filters' }).click();
    expect(await page.getByRole('region', { name: 'Filters' }).count()).toBe(0);
    const again = await open();
    await again.locator('canvas').waitFor();
    expect(await again.getByRole('region', { name: 'Filters' }).count()).toBe(0);
    await again.getByRole('button', { name: 'Filters' }).click();
  });

  test('goes from a row of the table to the function in the graph', async () => {
    const page = await open();
    await page.getByRole('tab', { name: 'Top functions' }).click();
    await page.getByRole('button', { name: 'JSON.parse', exact: true }).click();
    await eventually(() => searchResult(page).innerText()).toBe('20% in 1 function');
    expect(await page.getByRole('application').count()).toBe(1);
  });

  test('sorts the table by each column', async () => {
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

  test('shows a hostile name as text', async () => {
    const page = await open();
    expect(await rowOf(page, 'onerror')).toEqual(['20 ms', '20%', '20 ms', '20%', expect.stringContaining(HOSTILE)]);
    await page.getByRole('tab', { name: 'Flame graph' }).click();
    await page.mouse.click(...(await placeOf(page, 0.35, 3)));
    await eventually(() => selectedFrame(page).innerText()).toContain(HOSTILE);
    expect(await page.getByRole('navigation').innerText()).toContain('<img src=x onerror');
    expect(await page.evaluate(`[window.pwned, document.images.length]`)).toEqual([undefined, 0]);
  });

  test('runs nothing of what is in a profile, wherever it is shown', async () => {
    const corpus = [
      HOSTILE,
      '"><svg onload=window.pwned=1>',
      "'-window.pwned=1-'",
      'javascript:window.pwned=1',
      '{{window.pwned=1}}',
      '<style>*{background:url(//evil.example)}</style>',
      '\u202egnp.exe\u0000\u2028</title><script>window.pwned=1</script>',
      '__proto__',
      'constructor',
    ];
    const hostile = foldedProfile(
      [{ type: HOSTILE, unit: HOSTILE }],
      corpus.map((name, i): [string, number] => [
        `handler;${name}@${name};${name}@/x/node_modules/${name}/y.js`,
        100 - i,
      ]),
    );
    for (const [i, sample] of hostile.samples.entries()) sample.labels = corpus.map((key) => ({ key, str: corpus[i] }));
    const base64 = gzipped(hostile).toString('base64');
    const profiles = corpus.map((name) => ({ stack: name, function: name, type: name, base64 }));
    const file = join(folder, 'hostile.html');
    await writeFile(file, singleFile(built, { title: HOSTILE, profiles }));
    const fragment = {
      search: HOSTILE,
      focus: 'handler',
      base: `${HOSTILE}/${HOSTILE}/${HOSTILE}`,
      'label.__proto__': HOSTILE,
    };
    for (const view of ['flame', 'top', 'function', 'graph', 'summary']) {
      const page = await open(chosen(pathToFileURL(file).href, { ...fragment, view }));
      await page.getByRole('button', { name: 'Clear filters' }).click();
      await page.getByRole('tab', { selected: true }).waitFor();
      expect(await page.evaluate(`[window.pwned, {}.pwned, document.images.length, document.scripts.length]`)).toEqual([
        undefined,
        undefined,
        0,
        2,
      ]);
      await page.close();
    }
  });

  test('shows 200,000 stacks', async () => {
    const stacks = Array.from({ length: 200_000 }, (_, i): [string, number] => [
      `handler;a${i % 20};b${i % 500};c${Math.floor(i / 100)}`,
      1 + (i % 7),
    ]);
    const many = foldedProfile([{ type: 'wall', unit: 'nanoseconds' }], stacks);
    const file = join(folder, 'many.html');
    const source = { stack: 'S', function: 'F', type: 'wall', base64: gzipped(many).toString('base64') };
    await writeFile(file, singleFile(built, { title: 'S', profiles: [source] }));
    const page = await open(pathToFileURL(file).href);
    await eventually(() => page.getByRole('list', { name: 'Summary' }).innerText()).toContain('200,000 stacks');
    await page.mouse.click(...(await placeOf(page, 0.01, 2)));
    await eventually(() => selectedFrame(page).innerText()).toContain('(5%)');
    await page.getByRole('searchbox', { name: 'Search' }).fill('handler');
    await eventually(() => rowOf(page, 'handler')).toHaveLength(5);
  });

  test('keeps what was chosen in its address', async () => {
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

  test('goes a step back with the browser', async () => {
    const page = await open();
    await page.getByRole('radio', { name: 'cpu' }).check();
    await eventually(() => page.url()).toContain('#value=cpu');
    await page.goBack();
    await eventually(() => page.getByRole('radio', { name: 'wall' }).isChecked()).toBe(true);
  });

  test('says what is wrong with a broken file, and still shows the others', async () => {
    const page = await open(chosen(singleFileUrl, { stack: 'OrdersStack', function: 'Broken', profile: 'wall' }));
    await eventually(() => page.getByRole('alert').innerText()).toContain(
      'The wall profile of Broken cannot be read: its gzip data is broken or cut off. Fetch it again.',
    );
    await page.getByLabel('Function').selectOption({ label: 'Checkout' });
    await eventually(() => rowOf(page, 'parseOrder')).toHaveLength(5);
  });

  test('says that a profile is empty, and that there is none', async () => {
    const page = await open(chosen(singleFileUrl, { stack: 'OrdersStack', function: 'Empty', profile: 'wall' }));
    await eventually(() => page.getByRole('tabpanel').innerText()).toContain('This profile is empty');
    const file = join(folder, 'none.html');
    await writeFile(file, singleFile(built, { title: 'OrdersStack', profiles: [] }));
    const none = await open(pathToFileURL(file).href);
    await eventually(() => none.getByRole('tabpanel').innerText()).toContain('There is no profile');
  });

  test.each([
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

  describe('served', () => {
    let server: Server;
    let origin: string;
    const requests: string[] = [];

    beforeAll(async () => {
      const { html, contentSecurityPolicy } = renderPage(built);
      const answers: Record<string, [type: string, body: string | Buffer]> = {
        '/': ['text/html; charset=utf-8', html],
        '/page.js': ['text/javascript; charset=utf-8', built.js],
        '/page.css': ['text/css; charset=utf-8', built.css],
        '/data/index.json': ['application/json', JSON.stringify(pageData((_, i) => ({ url: `data/${i}.pb.gz` })))],
      };
      for (const [i, { bytes }] of files.entries()) answers[`/data/${i}.pb.gz`] = ['application/octet-stream', bytes];
      server = createServer((request, response) => {
        requests.push(request.url ?? '');
        const answer = answers[request.url ?? ''];
        if (!answer) return void response.writeHead(404).end();
        response.writeHead(200, { 'content-type': answer[0], 'content-security-policy': contentSecurityPolicy });
        response.end(answer[1]);
      });
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    });

    afterAll(() => new Promise((resolve) => server.close(resolve)));

    test('fetches a profile when it is chosen, and nothing else', async () => {
      const page = await open(origin);
      await eventually(() => rowOf(page, 'parseOrder')).toHaveLength(5);
      expect(requests).toEqual(['/', '/page.css', '/page.js', '/data/index.json', '/data/0.pb.gz']);
      await page.getByLabel('Profile').selectOption('heap');
      await eventually(() => rowOf(page, 'cache')).toHaveLength(5);
      expect(requests.slice(5)).toEqual(['/data/1.pb.gz']);
    });

    test('says what to do when the command has ended', async () => {
      const page = await open(origin);
      await page.locator('canvas').waitFor();
      await page.route('**/data/**', (route) => route.abort());
      await page.getByLabel('Profile').selectOption('heap');
      await eventually(() => page.getByRole('alert').innerText()).toContain('has ended: run it again');
      // The browser itself reports the request that failed.
      complaints = complaints.filter((complaint) => !complaint.includes('ERR_FAILED'));
    });
  });
});
