import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { PageData } from '../../../ui/page-data';
import { temporaryFolder } from '../../support/temporary-folder';
import { type BuiltPage, buildPage, singleFile } from './built-page';
import { findChromium, launchChromium } from './chromium';
import { pageData } from './page-fixtures';

/** However slow the machine is. */
const PATIENCE_MS = 300_000;

/** What a test of the page has. */
export interface PageInBrowser {
  /** Opens the page of the fixtures, or another; what it complains of fails the test. */
  open: (url?: string) => Promise<Page>;
  /** Address of the page of the fixtures. */
  home: () => string;
  /** Address of a page with this data, as one file. */
  fileOf: (name: string, data: PageData) => Promise<string>;
  built: () => BuiltPage;
  context: () => BrowserContext;
  /** Forgets complaints that are expected. */
  forgive: (text: string) => void;
}

/** Describes tests of the page in the Chromium that is found; without one, a test says so. */
export function describeInBrowser(title: string, define: (it: PageInBrowser) => void): void {
  const executable = findChromium();
  describe(title, () => {
    if (executable === undefined) {
      it('was not tried: no Chromium or Chrome was found; install one or set CHROME_PATH', () => {
        expect(findChromium()).toBeUndefined();
      });
      return;
    }
    const folder = temporaryFolder('profiled-fn-page');
    let browser: Browser;
    let context: BrowserContext;
    let built: BuiltPage;
    let fixturesUrl: string;
    let complaints: string[] = [];

    const fileOf = async (name: string, data: PageData): Promise<string> => {
      const file = join(folder, `${name}.html`);
      await writeFile(file, singleFile(built, data));
      return pathToFileURL(file).href;
    };
    const open = async (url = fixturesUrl): Promise<Page> => {
      const page = await context.newPage();
      page.on('pageerror', (error) => complaints.push(String(error)));
      page.on('console', (message) => {
        if (message.type() === 'error') complaints.push(message.text());
      });
      await page.goto(url);
      return page;
    };
    const forgive = (text: string): void => {
      complaints = complaints.filter((complaint) => !complaint.includes(text));
    };

    beforeAll(async () => {
      built = await buildPage();
      fixturesUrl = await fileOf(
        'page',
        pageData((bytes) => ({ base64: bytes.toString('base64') })),
      );
      browser = await launchChromium(executable);
      // What comes while the graph still moves would be where no test meant it to be.
      context = await browser.newContext({ viewport: { width: 1280, height: 720 }, reducedMotion: 'reduce' });
      context.setDefaultTimeout(PATIENCE_MS);
    });

    afterAll(async () => {
      await browser?.close();
    });

    afterEach(async () => {
      // What a test has the page remember is nothing to the next.
      await context.pages()[0]?.evaluate('localStorage.clear()');
      for (const page of context.pages()) await page.close();
      const seen = complaints;
      complaints = [];
      expect(seen).toEqual([]);
    });

    define({ open, home: () => fixturesUrl, fileOf, built: () => built, context: () => context, forgive });
  });
}

/** Text of the cells of a function's row in the table. */
export async function rowOf(page: Page, name: string): Promise<string[]> {
  await page.getByRole('tab', { name: 'Top functions' }).click();
  return page.getByRole('row').filter({ hasText: name }).getByRole('cell').allInnerTexts();
}

/** Where in the window the graph's `share` of the width and `row` are. */
export async function placeOf(page: Page, share: number, row: number): Promise<[x: number, y: number]> {
  // Until it is drawn, a canvas has the size that the browser gives it.
  await eventually(async () => (await page.locator('canvas').boundingBox())?.width).toBeGreaterThan(300);
  const box = await page.locator('canvas').boundingBox();
  if (!box) throw new Error('The flame graph is not on the page.');
  return [box.x + share * box.width, box.y + (row + 0.5) * 20];
}

export const selectedFrame = (page: Page) => page.locator('.selected-frame');
export const searchResult = (page: Page) => page.locator('#search-result');
export const chosen = (url: string, fragment: Record<string, string>) => `${url}#${new URLSearchParams(fragment)}`;
/** As `expect`, of what becomes true in time. */
export const eventually = (read: () => unknown): ReturnType<typeof expect.poll> =>
  expect.poll(read, { timeout: PATIENCE_MS });
