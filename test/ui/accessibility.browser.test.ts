import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { expect, test } from 'vitest';
import { describeInBrowser } from './page-in-browser';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** What axe-core finds on the page as it is, as `rule: selector`. */
const violations = `axe.run().then(({ violations }) =>
  violations.flatMap(({ id, nodes }) => nodes.map(({ target }) => id + ': ' + target.join(' '))))`;

describeInBrowser('axe-core', ({ open }) => {
  test.each(['light', 'dark'] as const)('finds nothing in any view, %s', async (colorScheme) => {
    const page = await open();
    await page.emulateMedia({ colorScheme });
    await page.evaluate(axe);
    const views = await page.getByRole('tab').allInnerTexts();
    expect(views.length).toBeGreaterThan(2);
    for (const view of views) {
      await page.getByRole('tab', { name: view }).click();
      expect(await page.evaluate(violations), view).toEqual([]);
    }
  });
});
