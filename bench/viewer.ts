/**
 * How long does the page take to show a large profile? The viewer as one file, and speedscope on the same profile, in
 * headless Chromium with software rendering, by turns in the same run; the medians of as many runs of each.
 *
 * - painted: from the navigation to the end of the last long task, when the profile has been painted
 * - processor: what the page's main thread took of a processor for that, which other load does not change much
 * - filter: from a click on a label's chip to the frame that shows the result, and what that took of a processor
 * - frames: time between two animation frames while the view zooms and pans, and what one took of a processor
 * - heap: of JavaScript, typed arrays included, after garbage collection
 *
 * speedscope is measured where `SPEEDSCOPE_RELEASE` names its `dist/release` (npm i --no-save --prefix <folder> speedscope),
 * or it is installed here.
 *
 * Times include all else that runs on the machine: see the load average.
 *
 * Usage: npx tsx bench/viewer.ts [<stacks> …, default 50000 112000]
 */
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import { extname, join, normalize } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import type { CDPSession, Page } from 'playwright-core';
import { encodeProfile } from '../profile/pprof/encode';
import { buildPage, singleFile } from '../test/ui/support/built-page';
import { findChromium, launchChromium } from '../test/ui/support/chromium';
import { generatedProfile } from './generated-profile';
import { percentile } from './statistics';

const RUNS = 5;
const SPEEDSCOPE =
  process.env.SPEEDSCOPE_RELEASE ?? join(import.meta.dirname, '../node_modules/speedscope/dist/release');
const TYPES: Record<string, string> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.wasm': 'application/wasm',
};

/** Runs in the page before its own scripts: notes when there is a picture, and the ends of tasks of more than 50 ms. */
const WATCH = `
  window.lastLongTaskEnd = 0;
  new PerformanceObserver((list) => {
    for (const task of list.getEntries()) window.lastLongTaskEnd = task.startTime + task.duration;
  }).observe({ type: 'longtask', buffered: true });
  const waitForPicture = () => {
    if (document.querySelector('canvas')) requestAnimationFrame(() => (window.firstPicture = performance.now()));
    else requestAnimationFrame(waitForPicture);
  };
  requestAnimationFrame(waitForPicture);
`;

/** Resolves with the times between two frames while \`step\` is called at each, for a second and a half. */
const FRAMES = `(async () => {
  const scroller = document.querySelector('.flame-scroller');
  const canvas = document.querySelector('canvas');
  const box = canvas.getBoundingClientRect();
  const times = [];
  let before = await new Promise(requestAnimationFrame);
  for (let i = 0; i < 90; i++) {
    // One zoom after another, in and out, and panning and scrolling between them.
    if (i % 30 === 0) canvas.dispatchEvent(new MouseEvent('click', { bubbles: true, clientX: box.x + 30, clientY: box.y + 250 }));
    if (i % 30 === 15) document.dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape' }));
    scroller.scrollTop += i % 60 < 30 ? 8 : -8;
    if (i % 30 > 8 && i % 30 < 15) canvas.dispatchEvent(new WheelEvent('wheel', { deltaX: 20, cancelable: true }));
    const now = await new Promise(requestAnimationFrame);
    times.push(now - before);
    before = now;
  }
  return times;
})()`;

/** Resolves with the time from the click on the first chip to the second frame after it. */
const FILTER = `(async () => {
  const chip = document.querySelector('.chip');
  if (!chip) return undefined;
  const start = performance.now();
  chip.click();
  await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
  return performance.now() - start;
})()`;

interface Opened {
  paintedMs: number;
  processorMs: number;
  heapMb: number;
  filterMs?: number;
  filterProcessorMs?: number;
  frames?: number[];
  frameProcessorMs?: number;
}

async function main(sizes: number[]): Promise<void> {
  const executable = findChromium();
  if (executable === undefined) throw new Error('No Chromium or Chrome was found: install one or set CHROME_PATH.');
  const folder = await mkdtemp(join(tmpdir(), 'profiled-fn-bench-'));
  const built = await buildPage();
  const pageBytes = gzipSync(built.template + built.css + built.js, { level: 9 }).length;
  console.log(`the page without data: ${(pageBytes / 1024).toFixed(1)} KiB gzipped`);
  const rows: string[][] = [];
  for (const stacks of sizes) {
    const bytes = gzipSync(encodeProfile(generatedProfile(stacks)));
    console.log(`${stacks} stacks: ${(bytes.length / 2 ** 20).toFixed(2)} MiB gzipped`);
    const source = { stack: 'Bench', function: 'Function', type: 'wall', base64: bytes.toString('base64') };
    const file = join(folder, `${stacks}.html`);
    await writeFile(file, singleFile(built, { title: 'Bench', profiles: [source] }));
    const viewers = new Map([['profiled-fn', pathToFileURL(file).href]]);
    const server = existsSync(SPEEDSCOPE) ? await serve(bytes) : undefined;
    if (server) {
      const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
      viewers.set('speedscope', `${origin}/index.html#profileURL=${origin}/profile.pb.gz`);
    }
    const runs = new Map([...viewers.keys()].map((viewer): [string, Opened[]] => [viewer, []]));
    for (let i = 0; i < RUNS; i++) {
      for (const [viewer, url] of viewers) runs.get(viewer)?.push(await open(executable, url));
    }
    server?.close();
    for (const [viewer, opened] of runs) rows.push(rowOf(viewer, stacks, opened));
  }
  await rm(folder, { recursive: true });
  const load = loadavg()[0].toFixed(1);
  console.log(`\n${table(rows)}\n\nmedians of ${RUNS}; load average: ${load} on ${availableParallelism()} processors`);
}

/** A browser of its own each time, so that nothing is compiled or cached from the time before. */
async function open(executable: string, url: string): Promise<Opened> {
  const browser = await launchChromium(executable);
  try {
    const page = await browser.newPage({ viewport: { width: 1280, height: 720 } });
    await page.addInitScript(WATCH);
    const session = await page.context().newCDPSession(page);
    await session.send('Performance.enable', { timeDomain: 'threadTicks' });
    await page.goto(url, { waitUntil: 'commit' });
    await page.locator('canvas').first().waitFor({ timeout: 120_000 });
    const paintedMs = await lastLongTaskEnd(page);
    const processorMs = await taskMs(session);
    const heapMb = await usedHeapMb(session);
    if (!url.startsWith('file:')) return { paintedMs, processorMs, heapMb };
    const beforeFrames = await taskMs(session);
    const frames = (await page.evaluate(FRAMES)) as number[];
    const beforeFilter = await taskMs(session);
    const filterMs = (await page.evaluate(FILTER)) as number | undefined;
    const filterProcessorMs = (await taskMs(session)) - beforeFilter;
    const frameProcessorMs = (beforeFilter - beforeFrames) / frames.length;
    return { paintedMs, processorMs, heapMb, filterMs, filterProcessorMs, frames, frameProcessorMs };
  } finally {
    await browser.close();
  }
}

/** What the main thread has taken of a processor since the navigation. */
async function taskMs(session: CDPSession): Promise<number> {
  const { metrics } = await session.send('Performance.getMetrics');
  return 1000 * (metrics.find(({ name }) => name === 'TaskDuration')?.value ?? Number.NaN);
}

/** Milliseconds from the navigation, when there has been no long task for a second and a half. */
async function lastLongTaskEnd(page: Page): Promise<number> {
  // Not with waitForFunction: the page's policy forbids what that does.
  const quiet =
    'window.firstPicture && performance.now() - Math.max(window.firstPicture, window.lastLongTaskEnd) > 1500';
  while (!(await page.evaluate(quiet))) await delay(250);
  return await page.evaluate('Math.max(window.firstPicture, window.lastLongTaskEnd)');
}

async function usedHeapMb(session: CDPSession): Promise<number> {
  await session.send('HeapProfiler.collectGarbage');
  const { usedSize, backingStorageSize } = await session.send('Runtime.getHeapUsage');
  // Typed arrays are outside of the heap proper.
  return (usedSize + backingStorageSize) / 2 ** 20;
}

async function serve(profile: Buffer): Promise<Server> {
  const server = createServer(async (request, response) => {
    const path = normalize(new URL(request.url ?? '/', 'http://localhost').pathname);
    if (path === '/profile.pb.gz') return void response.end(profile);
    try {
      const body = await readFile(join(SPEEDSCOPE, path));
      response.setHeader('content-type', TYPES[extname(path)] ?? 'application/octet-stream');
      response.end(body);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

function rowOf(viewer: string, stacks: number, opened: readonly Opened[]): string[] {
  const median = (pick: (one: Opened) => number | undefined): number | undefined => {
    const values = opened.map(pick).filter((value) => value !== undefined);
    return values.length === 0 ? undefined : percentile(values, 50);
  };
  const text = (value: number | undefined, unit: string, digits: number): string =>
    value === undefined ? '–' : `${value.toFixed(digits)} ${unit}`;
  const seconds = (pick: (one: Opened) => number): string => text((median(pick) ?? Number.NaN) / 1000, 's', 2);
  const frame = (percent: number) => median(({ frames }) => frames && percentile(frames, percent));
  return [
    viewer,
    stacks.toLocaleString('en'),
    seconds(({ paintedMs }) => paintedMs),
    seconds(({ processorMs }) => processorMs),
    text(
      median(({ heapMb }) => heapMb),
      'MiB',
      0,
    ),
    text(
      median(({ filterMs }) => filterMs),
      'ms',
      0,
    ),
    text(
      median(({ filterProcessorMs }) => filterProcessorMs),
      'ms',
      0,
    ),
    text(frame(50), 'ms', 1),
    text(frame(95), 'ms', 1),
    text(
      median(({ frameProcessorMs }) => frameProcessorMs),
      'ms',
      1,
    ),
  ];
}

function table(rows: string[][]): string {
  const header = [
    'viewer',
    'stacks',
    'painted',
    'processor',
    'heap',
    'filter',
    '– proc.',
    'frame p50',
    'p95',
    '– proc.',
  ];
  return [header, ...rows].map((cells) => cells.map((cell) => cell.padStart(12)).join('')).join('\n');
}

const sizes = process.argv.slice(2).map(Number);
void main(sizes.length > 0 ? sizes : [50_000, 112_000]);
