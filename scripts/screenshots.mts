/**
 * Takes the pictures of the README and the guides from the example's own profile, in headless Chromium.
 *
 * Usage: npm run demo && npx tsx scripts/screenshots.mts
 */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { findChromium, launchChromium } from '../test/ui/chromium';

const root = join(import.meta.dirname, '..');
const images = join(root, 'docs/images');

const chromium = findChromium();
if (!chromium) throw new Error('No Chromium found: install one, or set CHROME_PATH.');
const browser = await launchChromium(chromium);
try {
  await mkdir(images, { recursive: true });
  const page = await browser.newPage({ viewport: { width: 1280, height: 640 } });
  await page.goto(`file://${join(root, '.profiled-fn/orders.html')}`);
  await page.getByRole('tab', { name: 'Flame graph' }).waitFor();
  await page.waitForTimeout(500); // fonts and the first frames
  await page.screenshot({ path: join(images, 'flame-graph.png') });
  await page.getByRole('tab', { name: 'Top functions' }).click();
  await page.waitForTimeout(200);
  await page.screenshot({ path: join(images, 'top-functions.png') });
} finally {
  await browser.close();
}
