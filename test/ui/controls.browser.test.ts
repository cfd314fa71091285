import { expect, it } from 'vitest';
import { chosen, describeInBrowser, eventually, placeOf, selectedFrame } from './support/page-in-browser';

describeInBrowser('the controls of the page in a browser', ({ open, home, context }) => {
  const tooltipAt = async (page: Awaited<ReturnType<typeof open>>, share: number, row: number) => {
    await page.mouse.move(...(await placeOf(page, share, row)));
    return page.locator('.tooltip-name').allInnerTexts();
  };

  it('switch the theme, and remember it', async () => {
    const page = await open();
    await page.emulateMedia({ colorScheme: 'light' });
    const background = () => page.evaluate('getComputedStyle(document.body).backgroundColor');
    expect(await background()).toBe('rgb(255, 255, 255)');
    await page.getByLabel('Theme').selectOption('Dark');
    await eventually(background).toBe('rgb(23, 24, 28)');
    const again = await open();
    expect(await again.getByLabel('Theme').inputValue()).toBe('dark');
    await again.getByLabel('Theme').selectOption('System');
    await again.emulateMedia({ colorScheme: 'dark' });
    await eventually(() => again.evaluate('document.documentElement.dataset.theme')).toBe('dark');
    await again.emulateMedia({ colorScheme: 'light' });
    await eventually(() => again.evaluate('document.documentElement.dataset.theme')).toBe('light');
  });

  it('are told by the key ?, and have keys in every view', async () => {
    const page = await open();
    const selectedTab = () => page.getByRole('tab', { selected: true }).innerText();
    const help = page.getByRole('dialog', { name: 'Keys' });
    await page.getByRole('application').waitFor();
    await page.keyboard.press('?');
    await eventually(() => help.innerText()).toContain('bottom-up, or top-down again');
    await page.keyboard.press('2'); // belongs to the dialog now
    await page.keyboard.press('Escape');
    await eventually(() => help.isVisible()).toBe(false);
    expect(await selectedTab()).toBe('Flame graph');
    await page.keyboard.press('b');
    await eventually(() => page.getByRole('button', { name: 'Bottom-up', pressed: true }).count()).toBe(1);
    await page.keyboard.press('f');
    await eventually(() => page.getByRole('region', { name: 'Filters' }).count()).toBe(0);
    await page.keyboard.press('f');
    await eventually(() => page.getByRole('region', { name: 'Filters' }).count()).toBe(1);
    await page.keyboard.press('2');
    await eventually(selectedTab).toBe('Top functions');
    await page.getByRole('searchbox', { name: 'Search' }).fill('');
    await page.keyboard.type('7?');
    expect([await selectedTab(), await help.isVisible()]).toEqual(['Top functions', false]);
    await page.getByRole('button', { name: 'Keys' }).click();
    await help.getByRole('button', { name: 'Close' }).click();
    await eventually(() => help.isVisible()).toBe(false);
  });

  it('remember on which side the root is', async () => {
    const page = await open();
    const flip = (of: typeof page) => of.getByRole('button', { name: 'Flip' });
    await flip(page).click();
    const again = await open();
    expect(await flip(again).getAttribute('aria-pressed')).toBe('true');
    expect(again.url()).toContain('root=below');
    await flip(again).click();
    expect(await flip(await open()).getAttribute('aria-pressed')).toBe('false');
  });

  it('go back and forward step by step, with buttons and with keys', async () => {
    const page = await open();
    const crumbs = page.getByRole('navigation', { name: 'Zoomed frame' }).getByRole('listitem');
    const [back, forward] = ['Back', 'Forward'].map((name) => page.getByRole('button', { name, exact: true }));
    expect(await back.isDisabled()).toBe(true);
    await page.mouse.click(...(await placeOf(page, 0.1, 2)));
    await eventually(() => crumbs.count()).toBe(3);
    await back.click();
    await eventually(() => crumbs.count()).toBe(0);
    expect(await back.isDisabled()).toBe(true);
    await forward.click();
    await eventually(() => crumbs.count()).toBe(3);
    expect(await forward.isDisabled()).toBe(true);
    await page.keyboard.press('Backspace');
    await eventually(() => crumbs.count()).toBe(0);
    await page.keyboard.press('Shift+Backspace');
    await eventually(() => crumbs.count()).toBe(3);
  });

  it('move to where they zoom, unless the user’s system asks for less motion', async () => {
    const page = await open();
    await page.emulateMedia({ reducedMotion: 'no-preference' });
    await page.mouse.click(...(await placeOf(page, 0.1, 2)));
    await eventually(() => tooltipAt(page, 0.95, 2)).toEqual(['parseOrder']);
    await page.emulateMedia({ reducedMotion: 'reduce' });
    await page.getByRole('button', { name: 'Reset zoom' }).click();
    await eventually(() => tooltipAt(page, 0.95, 1)).toEqual(['(idle)']);
  });

  it('zoom freely with the wheel and with keys, pan, and come back', async () => {
    const page = await open();
    await eventually(() => tooltipAt(page, 0.35, 2)).toEqual(['render']);
    await page.mouse.move(...(await placeOf(page, 0.35, 2)));
    await page.keyboard.down('Control');
    for (let i = 0; i < 8; i++) await page.mouse.wheel(0, -120);
    await page.keyboard.up('Control');
    await eventually(() => tooltipAt(page, 0.05, 2)).toEqual(['render']);
    await page.mouse.wheel(100_000, 0);
    await eventually(() => tooltipAt(page, 0.5, 1)).toEqual(['(idle)']);
    await page.getByRole('application').focus();
    await page.keyboard.press('Escape');
    await eventually(() => tooltipAt(page, 0.05, 2)).toEqual(['parseOrder']);
    // Around the middle, in the handler's own time.
    for (let i = 0; i < 6; i++) await page.keyboard.press('+');
    await eventually(() => tooltipAt(page, 0.05, 2)).toEqual(['render']);
    for (let i = 0; i < 6; i++) await page.keyboard.press('-');
    await eventually(() => tooltipAt(page, 0.05, 2)).toEqual(['parseOrder']);
  });

  it('drag the graph without zooming to what is dropped on', async () => {
    const page = await open();
    await page.mouse.click(...(await placeOf(page, 0.1, 2)));
    await eventually(() => tooltipAt(page, 0.95, 2)).toEqual(['parseOrder']);
    const [x, y] = await placeOf(page, 0.9, 2);
    await page.mouse.move(x, y);
    await page.mouse.down();
    await page.mouse.move(x - 700, y, { steps: 5 });
    await page.mouse.up();
    await eventually(() => tooltipAt(page, 0.95, 2)).toEqual(['render']);
    expect(await page.getByRole('navigation', { name: 'Zoomed frame' }).getByRole('listitem').count()).toBe(3);
  });

  it('are used with fingers: a tap tells, another one zooms, two spread apart zoom freely', async () => {
    const browser = context().browser();
    if (!browser) throw new Error('The context has no browser.');
    const phone = await browser.newContext({
      viewport: { width: 390, height: 844 },
      hasTouch: true,
      isMobile: true,
      reducedMotion: 'reduce',
    });
    try {
      const page = await phone.newPage();
      await page.goto(home());
      const at = await placeOf(page, 0.1, 2);
      await page.touchscreen.tap(...at);
      await eventually(() => selectedFrame(page).innerText()).toContain('total 30 ms (30%)');
      expect(await page.getByRole('navigation').count()).toBe(0);
      await page.getByRole('button', { name: 'More' }).tap();
      expect(await page.getByRole('menuitem', { name: 'Callers and callees' }).count()).toBe(1);
      await page.keyboard.press('Escape');
      await page.touchscreen.tap(...at);
      await eventually(() => page.getByRole('navigation').getByRole('listitem').count()).toBe(3);
      await page.getByRole('button', { name: 'Reset zoom' }).tap();
      await eventually(() => page.getByRole('navigation').count()).toBe(0);
      const box = await page.locator('canvas').boundingBox();
      if (!box) throw new Error('The flame graph is not on the page.');
      // The 10 % of the handler's own time are between the fingers, and fill the width afterwards.
      const session = await phone.newCDPSession(page);
      const touch = (type: string, ...shares: number[]) =>
        session.send('Input.dispatchTouchEvent', {
          type,
          touchPoints: shares.map((share, id) => ({ x: box.x + share * box.width, y: box.y + 50, id })),
        } as never);
      await touch('touchStart', 0.51);
      await touch('touchStart', 0.51, 0.59);
      for (const [left, right] of [
        [0.4, 0.65],
        [0.2, 0.8],
        [0.05, 0.95],
      ])
        await touch('touchMove', left, right);
      await touch('touchEnd');
      await page.touchscreen.tap(...(await placeOf(page, 0.1, 1)));
      await eventually(() => selectedFrame(page).innerText()).toContain('handler');
      await page.touchscreen.tap(...(await placeOf(page, 0.5, 2)));
      expect(await selectedFrame(page).innerText()).toContain('handler');
    } finally {
      await phone.close();
    }
  });

  it.each(['flame', 'top', 'function', 'graph', 'source', 'timeline', 'summary'])(
    'leave room for the view %s on a phone and on a small desktop, without scrolling sideways',
    async (view) => {
      const page = await open(chosen(home(), { view }));
      for (const [width, height] of [
        [390, 844],
        [1280, 720],
      ]) {
        await page.setViewportSize({ width, height });
        await page.getByRole('tabpanel').waitFor();
        const overflow = () => page.evaluate('document.documentElement.scrollWidth - window.innerWidth');
        await eventually(overflow).toBeLessThanOrEqual(0);
        expect((await page.getByRole('tabpanel').boundingBox())?.height ?? 0).toBeGreaterThan(height / 4);
      }
    },
  );

  it('compare in the call graph and in the summary, too', async () => {
    const base = 'OrdersStack/Before/wall';
    const page = await open(chosen(home(), { view: 'graph', base }));
    await eventually(() => page.getByRole('link', { name: /^handler/ }).textContent()).toContain('60%, change -40%');
    const fill = await page
      .getByRole('link', { name: /^parseOrder/ })
      .locator('rect')
      .getAttribute('fill');
    expect(fill).not.toBe(
      await page
        .getByRole('link', { name: /^handler/ })
        .locator('rect')
        .getAttribute('fill'),
    );
    await page.getByRole('tab', { name: 'Summary' }).click();
    const summary = await page.getByRole('tabpanel').innerText();
    expect(summary).toContain('The base has 200 ms: this is 50% less. Below, shares of the two are compared.');
    expect(summary).toMatch(/Largest changes of self\s+handler\s*src\/orders\.ts:1\s*-70 ms/);
  });
});
