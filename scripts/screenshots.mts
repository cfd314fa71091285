/**
 * Takes the pictures of the README and the guides from the example's own profiles, in headless Chromium.
 *
 * Usage: npm run demo && npx tsx scripts/screenshots.mts [<folder>, default docs/images]
 */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { findChromium, launchChromium } from '../test/ui/support/chromium';

interface Shot {
  name: string;
  /** What the page's address chooses. */
  chosen: Record<string, string>;
  device?: BrowserContextOptions;
  /** What is done before the picture is taken. */
  prepare?: (page: Page) => Promise<void>;
}

const root = join(import.meta.dirname, '..');
const page = pathToFileURL(join(root, '.profiled-fn/orders.html'));
const stack = 'OrdersStack';
const checkout = { stack, function: 'Checkout', profile: 'wall' };
const desktop = { viewport: { width: 1280, height: 720 } };
const phone = { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, hasTouch: true, isMobile: true };

const shots: Shot[] = [
  {
    name: 'flame-graph',
    chosen: checkout,
    prepare: hoverOwnCode,
  },
  { name: 'flame-graph-dark', chosen: checkout, device: { ...desktop, colorScheme: 'dark' } },
  { name: 'top-functions', chosen: { ...checkout, view: 'top' } },
  { name: 'callers-and-callees', chosen: { ...checkout, view: 'function' } },
  { name: 'call-graph', chosen: { ...checkout, view: 'graph' }, prepare: hideFilters },
  { name: 'source', chosen: { ...checkout, view: 'source' }, prepare: hideFilters },
  { name: 'timeline', chosen: { ...checkout, view: 'timeline', invocations: 'slowest 5' }, prepare: hideFilters },
  { name: 'comparison', chosen: { ...checkout, base: `${stack}/Report/wall` }, prepare: hideFilters },
  { name: 'summary', chosen: { ...checkout, view: 'summary' }, prepare: hideFilters },
  { name: 'phone-flame-graph', chosen: checkout, device: phone },
  { name: 'phone-timeline', chosen: { ...checkout, view: 'timeline' }, device: phone },
  { name: 'phone-source', chosen: { ...checkout, view: 'source' }, device: phone },
];

/** Points at a frame of the example's own code, wherever this profile has one. */
async function hoverOwnCode(of: Page): Promise<void> {
  for (let x = 40; x < 1240; x += 30) {
    await of.mouse.move(x, 262);
    await of.waitForTimeout(30);
    const [origin] = await of.locator('.tooltip-origin').allInnerTexts();
    if (origin === 'Your code') return;
  }
  throw new Error('No frame of the example’s own code is in the third row: run the demo again.');
}

async function hideFilters(of: Page): Promise<void> {
  await of.getByRole('button', { name: /^Filters/ }).click();
}

async function take(
  browser: Browser,
  { name, chosen, device = desktop, prepare }: Shot,
  folder: string,
): Promise<void> {
  const context = await browser.newContext({ ...device, reducedMotion: 'reduce' });
  try {
    const opened = await context.newPage();
    await opened.goto(`${page}#${new URLSearchParams(chosen)}`);
    await opened.getByRole('tabpanel').waitFor();
    await opened.waitForTimeout(500); // fonts and the first frames
    await prepare?.(opened);
    await opened.waitForTimeout(300);
    await opened.screenshot({ path: join(folder, `${name}.png`) });
  } finally {
    await context.close();
  }
}

const chromium = findChromium();
if (!chromium) throw new Error('No Chromium found: install one, or set CHROME_PATH.');
const folder = process.argv[2] ?? join(root, 'docs/images');
await mkdir(folder, { recursive: true });
const browser = await launchChromium(chromium);
try {
  for (const shot of shots) await take(browser, shot, folder);
} finally {
  await browser.close();
}
