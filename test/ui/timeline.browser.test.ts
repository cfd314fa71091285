import { expect, it } from 'vitest';
import { invocationProfile, type TestInvocation } from './support/invocation-profile';
import { gzipped } from './support/page-fixtures';
import { chosen, describeInBrowser, eventually, placeOf, rowOf } from './support/page-in-browser';

const HANDLER = 'handler@/var/task/src/orders.ts';

/** A second of two instances: a cold start, an error, and two invocations that cannot be distinguished. */
const invocations: TestInvocation[] = [
  { start: 0, millis: 200, cold: true, rank: 1, stacks: [[`${HANDLER};connect`, 200]] },
  { start: 400, millis: 30, bucket: 32, rank: 2, outcome: 'error', stacks: [[`${HANDLER};fail`, 30]] },
  { start: 500, millis: 20, bucket: 23, labels: { tenant: 'a' }, stacks: [[`${HANDLER};alike`, 20]] },
  { start: 600, millis: 21, bucket: 23, labels: { tenant: '<b>' }, stacks: [[`${HANDLER};alike`, 21]] },
  { start: 980, millis: 20, bucket: 23, instance: 'bbbb00000002', stacks: [[`${HANDLER};other`, 20]] },
];

describeInBrowser('the timeline in a browser', ({ open, home, fileOf }) => {
  const openTimeline = async (fragment: Record<string, string> = { view: 'timeline' }, told?: string[]) => {
    const base64 = gzipped(invocationProfile(invocations, told)).toString('base64');
    const source = { stack: 'S', function: 'F', type: 'wall', base64 };
    return open(chosen(await fileOf('timeline', { title: 'S', profiles: [source] }), fragment));
  };
  type Page = Awaited<ReturnType<typeof open>>;
  const status = (page: Page) => page.locator('.timeline-choice').innerText();
  /** Where the picture has a moment, as a share of the second that it shows. */
  const moment = async (page: Page, share: number): Promise<[x: number, y: number]> => {
    const box = await page.locator('canvas').boundingBox();
    if (!box || box.width < 400) throw new Error('The timeline is not drawn.');
    return [box.x + 64 + share * (box.width - 76), box.y + 138];
  };
  const drawn = (page: Page) =>
    eventually(async () => (await page.locator('canvas').boundingBox())?.width ?? 0).toBeGreaterThan(400);

  it('has each invocation in a table', async () => {
    const page = await openTimeline();
    const rows = page.getByRole('table', { name: 'Invocations' }).getByRole('row');
    expect(await rows.count()).toBe(6);
    expect((await rows.nth(2).getByRole('cell').allInnerTexts()).slice(1)).toEqual([
      '30 ms',
      '15 ms',
      'Error',
      '7',
      'aaaa00000001',
      '',
    ]);
    await page.getByRole('button', { name: 'Duration' }).click();
    expect(await rows.nth(1).innerText()).toContain('Cold start');
    expect(await page.locator('.invocation-table').innerText()).toContain('tenant: <b>');
    expect(await status(page)).toContain('5 invocations, 291 ms.');
  });

  it('shows the samples of the invocation that is clicked, in every view', async () => {
    const page = await openTimeline();
    await drawn(page);
    await page.mouse.click(...(await moment(page, 0.1)));
    await eventually(() => status(page)).toContain(
      '1 invocation of 5: 200 ms, 68.7% of the time in invocations. All views show exactly their samples.',
    );
    expect(await rowOf(page, 'connect')).toHaveLength(5);
    expect(await rowOf(page, 'fail')).toEqual([]);
    await eventually(() => page.url()).toContain('invocations=at+');
    await page.getByRole('button', { name: '1 of 5 invocations' }).click();
    expect(await rowOf(page, 'fail')).toHaveLength(5);
  });

  it('says where samples cannot be told apart', async () => {
    const page = await openTimeline();
    await drawn(page);
    await page.mouse.click(...(await moment(page, 0.51)));
    await eventually(() => status(page)).toContain('All views show the invocations like this one: 1 invocation more');
    expect((await rowOf(page, 'alike'))[0]).toBe('41 ms');
    expect(await rowOf(page, 'other')).toEqual([]);
    const merged = await openTimeline({ view: 'timeline', invocations: 'slowest 1' }, []);
    await eventually(() => status(merged)).toContain('exactly');
  });

  it('chooses the stretch that is dragged over', async () => {
    const page = await openTimeline();
    await drawn(page);
    const [from, y] = await moment(page, 0.3);
    const [to] = await moment(page, 0.55);
    await page.mouse.move(from, y);
    await page.mouse.down();
    await page.mouse.move(to, y, { steps: 3 });
    await page.mouse.up();
    await eventually(() => status(page)).toContain('2 invocations of 5: 50 ms');
    await eventually(() => page.url()).toContain('invocations=from');
    await page.getByRole('button', { name: 'Show in the flame graph' }).click();
    await eventually(() => page.url()).not.toContain('view=timeline');
    expect(await page.getByRole('tab', { selected: true }).innerText()).toBe('Flame graph');
    await page.goBack();
    await eventually(() => status(page)).toContain('2 invocations of 5');
    await page.getByRole('button', { name: 'All invocations' }).click();
    expect(await status(page)).toContain('5 invocations, 291 ms.');
  });

  it('chooses the slowest', async () => {
    const page = await openTimeline();
    await page.getByRole('button', { name: '25 %' }).click();
    await eventually(() => status(page)).toContain('2 invocations of 5: 230 ms');
    expect((await rowOf(page, 'handler'))[2]).toBe('230 ms');
    await page.getByRole('tab', { name: 'Timeline' }).click();
    await page.getByRole('button', { name: '25 %' }).click();
    await eventually(() => status(page)).toContain('5 invocations, 291 ms.');
  });

  it('lends its choice of the slowest to the filters of all views', async () => {
    const page = await openTimeline({});
    const slowest = page.getByRole('group', { name: 'Slowest', exact: true });
    await slowest.getByRole('spinbutton').fill('33.5');
    await page.keyboard.press('Enter');
    await eventually(() => page.url()).toContain('invocations=slowest+33.5');
    expect((await rowOf(page, 'handler'))[2]).toBe('230 ms');
    await slowest.getByRole('button', { name: '1 %', exact: true }).click();
    await eventually(async () => (await rowOf(page, 'handler'))[2]).toBe('200 ms');
    await page.getByRole('button', { name: 'Clear filters' }).click();
    await eventually(async () => (await rowOf(page, 'handler'))[2]).toBe('291 ms');
    expect(await slowest.getByRole('spinbutton').inputValue()).toBe('');
  });

  it('is used with the keyboard alone', async () => {
    const page = await openTimeline();
    await drawn(page);
    await page.getByRole('application').focus();
    for (const key of ['ArrowRight', 'ArrowRight']) await page.keyboard.press(key);
    await eventually(() => page.locator('.timeline-told').innerText()).toContain('Error');
    await page.keyboard.press('Enter');
    await eventually(() => status(page)).toContain('1 invocation of 5: 30 ms');
    await page.keyboard.press('Shift+ArrowRight');
    await eventually(() => status(page)).toContain('2 invocations of 5: 50 ms');
    await page.keyboard.press('Escape');
    await eventually(() => status(page)).toContain('5 invocations, 291 ms.');
  });

  it('follows the labels’ choices, and divides by the invocations that are left', async () => {
    const page = await openTimeline();
    await page.getByRole('group', { name: 'outcome' }).getByRole('button', { name: 'ok' }).click();
    await eventually(() => status(page)).toContain('4 invocations, 261 ms.');
    await page.getByLabel('Per invocation').check();
    await eventually(async () => (await rowOf(page, 'handler'))[2]).toBe('65.3 ms');
    await eventually(() => page.url()).toContain('per=invocation');
  });

  it('is why the flame graph tells values for each invocation', async () => {
    const page = await openTimeline({});
    await page.mouse.move(...(await placeOf(page, 0.1, 1)));
    await eventually(() => page.locator('.tooltip').innerText()).toMatch(/handler[\s\S]*Per invocation\s+58.2 ms/);
  });

  it('says so where a profile has no records', async () => {
    const page = await open(chosen(home(), { view: 'timeline' }));
    await eventually(() => page.getByRole('tabpanel').innerText()).toContain('There are no invocations to show');
    expect(await page.getByLabel('Per invocation').count()).toBe(0);
  });
});
