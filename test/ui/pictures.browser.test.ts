import { readFileSync, writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { invocationProfile } from './support/invocation-profile';
import { gzipped } from './support/page-fixtures';
import { chosen, describeInBrowser, eventually } from './support/page-in-browser';

/**
 * Pictures are compared as stretches of colour along lines through them. No text is drawn, so that fonts make no
 * difference, and edges may lie a pixel off. After a change that is meant: UPDATE_PICTURES=1 npx vitest run
 * test/ui/pictures.browser.test.ts, and look at what has changed.
 */
const FILE = new URL('testdata/pictures.json', import.meta.url);

/** Stretches of a line, left to right: where each ends, in pixels, and its colour. */
type Line = [end: number, color: string][];
type Pictures = Record<string, Line[]>;

const WITHOUT_TEXT = `
  CanvasRenderingContext2D.prototype.fillText = () => {};
  CanvasRenderingContext2D.prototype.measureText = () => ({ width: 7 });
`;

const linesAt = (tops: number[]) => `(() => {
  const canvas = document.querySelector('canvas');
  const context = canvas.getContext('2d');
  return ${JSON.stringify(tops)}.map((top) => {
    const { data } = context.getImageData(0, top, canvas.width, 1);
    const line = [];
    for (let x = 0; x < canvas.width; x++) {
      const color = '#' + [0, 1, 2].map((i) => data[x * 4 + i].toString(16).padStart(2, '0')).join('');
      if (line.length > 0 && line[line.length - 1][1] === color) line[line.length - 1][0] = x + 1;
      else line.push([x + 1, color]);
    }
    // Gaps between rectangles, and edges that are blended.
    return line.filter(([end], i) => end - (line[i - 1]?.[0] ?? 0) > 2);
  });
})()`;

const FLAME_LINES = [5, 25, 45, 65];
const TIMELINE_LINES = [20, 80, 130];

describeInBrowser('pictures', ({ open, home, fileOf, context }) => {
  const pictureOf = async (url: string, theme: 'light' | 'dark', tops: number[]): Promise<Line[]> => {
    await context().addInitScript(WITHOUT_TEXT);
    const page = await open(url);
    await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' });
    await eventually(async () => (await page.locator('canvas').boundingBox())?.width ?? 0).toBeGreaterThan(1000);
    let before = '';
    // Until nothing moves any more.
    await eventually(async () => {
      const now = JSON.stringify(await page.evaluate(linesAt(tops)));
      const isStill = now === before && now.length > 100;
      before = now;
      return isStill;
    }).toBe(true);
    return JSON.parse(before) as Line[];
  };

  const invocations = async (): Promise<string> => {
    const profile = invocationProfile([
      { start: 0, millis: 150, cold: true, stacks: [['handler@/var/task/a.ts', 150]] },
      { start: 300, millis: 40, outcome: 'error' },
      { start: 500, millis: 15, instance: 'bbbb00000002' },
      { start: 900, millis: 100, outcome: 'timeout' },
    ]);
    const source = { stack: 'S', function: 'F', type: 'wall', base64: gzipped(profile).toString('base64') };
    return fileOf('pictures', { title: 'S', profiles: [source] });
  };

  it.each<[name: string, url: () => string | Promise<string>, theme: 'light' | 'dark', tops: number[]]>([
    ['flame graph', home, 'light', FLAME_LINES],
    ['flame graph, dark', home, 'dark', FLAME_LINES],
    ['bottom-up', () => chosen(home(), { direction: 'callers' }), 'light', FLAME_LINES],
    ['searched', () => chosen(home(), { search: 'parse' }), 'light', FLAME_LINES],
    ['compared', () => chosen(home(), { base: 'OrdersStack/Before/wall' }), 'light', FLAME_LINES],
    ['timeline', async () => chosen(await invocations(), { view: 'timeline' }), 'light', TIMELINE_LINES],
    [
      'timeline, the slowest chosen, dark',
      async () => chosen(await invocations(), { view: 'timeline', invocations: 'slowest 25' }),
      'dark',
      TIMELINE_LINES,
    ],
  ])('are as they were: %s', async (name, url, theme, tops) => {
    const picture = await pictureOf(await url(), theme, tops);
    if (process.env.UPDATE_PICTURES) {
      const known = JSON.parse(readFileSync(FILE, 'utf8')) as Pictures;
      writeFileSync(FILE, `${JSON.stringify({ ...known, [name]: picture }).replaceAll('],"', '],\n"')}\n`);
    }
    const expected = (JSON.parse(readFileSync(FILE, 'utf8')) as Pictures)[name];
    expect(picture.map((line) => line.map(([, color]) => color))).toEqual(
      expected.map((line) => line.map(([, color]) => color)),
    );
    for (const [i, line] of picture.entries()) {
      for (const [k, [end]] of line.entries()) expect(Math.abs(end - expected[i][k][0])).toBeLessThanOrEqual(1);
    }
  });
});
