import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { expect, it } from 'vitest';
import { invocationProfile } from './support/invocation-profile';
import { gzipped, ORDERS } from './support/page-fixtures';
import { chosen, describeInBrowser } from './support/page-in-browser';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** What axe-core finds on the page as it is, as `rule: selector`. */
const violations = `axe.run().then(({ violations }) =>
  violations.flatMap(({ id, nodes }) => nodes.map(({ target }) => id + ': ' + target.join(' '))))`;

/** Invocations, waits and source text: what the other fixtures lack. */
const invocations = invocationProfile([
  { start: 0, millis: 200, cold: true, rank: 1, stacks: [[`handler@${ORDERS};(waiting: POST s3)`, 200]] },
  { start: 400, millis: 30, outcome: 'error', stacks: [[`handler@${ORDERS};parse@${ORDERS}`, 30]] },
]);

describeInBrowser('axe-core', ({ open, fileOf }) => {
  it.each(['light', 'dark'] as const)('finds nothing in any view, %s', async (colorScheme) => {
    const page = await open();
    await page.emulateMedia({ colorScheme });
    await page.evaluate(axe);
    const views = await page.getByRole('tab').allInnerTexts();
    expect(views.length).toBeGreaterThan(2);
    for (const view of views) {
      await page.getByRole('tab', { name: view }).click();
      expect(await page.evaluate(violations), view).toEqual([]);
    }
    await page.getByRole('button', { name: 'Keys' }).click();
    expect(await page.evaluate(violations), 'Keys').toEqual([]);
  });

  it.each(['light', 'dark'] as const)(
    'finds nothing where there are invocations and source text, %s',
    async (theme) => {
      const base64 = gzipped(invocations).toString('base64');
      const source = { stack: 'S', function: 'F', type: 'wall', base64, sources: { [ORDERS]: 0 } };
      const file = await fileOf('axe', { title: 'S', profiles: [source], texts: ['one line\nanother'] });
      const page = await open(chosen(file, { invocations: 'slowest 25', per: 'invocation' }));
      await page.emulateMedia({ colorScheme: theme });
      await page.evaluate(axe);
      for (const view of await page.getByRole('tab').allInnerTexts()) {
        await page.getByRole('tab', { name: view }).click();
        expect(await page.evaluate(violations), view).toEqual([]);
      }
    },
  );
});
