/**
 * How long does the page take to show a large profile? The viewer as one file, and speedscope on the same profile, in
 * headless Chromium with software rendering, one after the other in the same run.
 *
 * - painted: from the navigation to the end of the last long task, when the profile has been painted
 * - processor: what the page's main thread took of a processor for that, which other load does not change much
 * - filter: from a click on a label's chip to the frame that shows the result
 * - frames: time between two animation frames while the view zooms and pans
 * - heap: of JavaScript, typed arrays included, after garbage collection
 *
 * speedscope is measured when it is installed: npm i --no-save speedscope
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
import { encodeProfile } from '../profile/encode';
import { buildPage, singleFile } from '../test/ui/built-page';
import { findChromium, launchChromium } from '../test/ui/chromium';
import { generatedProfile } from './generated-profile';
import { percentile } from './statistics';

const RUNS = 5;
/** Odd, as the median of an even number would favour one side. */
const RUNS_OF_OTHERS = 3;
const SPEEDSCOPE =
  process.env.SPEEDSCOPE_RELEASE ?? join(import.meta.dirname, '../node_modules/speedscope/dist/release');
const TYPES: Record<string, string> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.wasm': 'application/wasm',
};

/** Runs in the page before its own scripts: notes the ends of tasks of more than 50 ms. */
const WATCH_LONG_TASKS = `
  window.lastLongTaskEnd = 0;
  new PerformanceObserver((list) => {
    for (const task of list.getEntries()) window.lastLongTaskEnd = task.startTime + task.duration;
  }).observe({ type: 'longtask', buffered: true });
`;

/** Resolves with the times between two frames while \`step\` is called at each, for a second and a half. */
const FRAMES = `(async () => {
  const scroller = document.querySelector('.flame-scroller');
  const canvas = document.querySelector('canvas');
  const box = canvas.getBoundingClientRect();
  const times = [];
  let before = await new Promise(requestAnimationFrame);
  for (let i = 0; i < 90; i++) {
    // One zoom after another, in and out, and scrolling between them.
    if (i % 30 === 0) canvas.dispatchEvent(new MouseEvent('click', { bubbles: true, clientX: box.x + 30, clientY: box.y + 250 }));
    if (i % 30 === 15) document.dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape' }));
    scroller.scrollTop += i % 60 < 30 ? 8 : -8;
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

interface Measured {
  viewer: string;
  stacks: number;
  paintedMs: number;
  processorMs: number;
  heapMb: number;
  filterMs?: number;
  frames?: number[];
}

async function main(sizes: number[]): Promise<void> {
  const executable = findChromium();
  if (executable === undefined) throw new Error('No Chromium or Chrome was found: install one or set CHROME_PATH.');
  const folder = await mkdtemp(join(tmpdir(), 'profiled-fn-bench-'));
  const built = await buildPage();
  const pageBytes = gzipSync(built.template + built.css + built.js, { level: 9 }).length;
  console.log(`the page without data: ${(pageBytes / 1024).toFixed(1)} KiB gzipped`);
  const results: Measured[] = [];
  for (const stacks of sizes) {
    const bytes = gzipSync(encodeProfile(generatedProfile(stacks)));
    console.log(`${stacks} stacks: ${(bytes.length / 2 ** 20).toFixed(2)} MiB gzipped`);
    const source = { stack: 'Bench', function: 'Function', type: 'wall', base64: bytes.toString('base64') };
    const file = join(folder, `${stacks}.html`);
    await writeFile(file, singleFile(built, { title: 'Bench', profiles: [source] }));
    const measure = async (viewer: string, url: string, runs: number, shown: string): Promise<void> => {
      const all: Measured[] = [];
      for (let i = 0; i < runs; i++) all.push({ viewer, stacks, ...(await open(executable, url, shown)) });
      all.sort((a, b) => a.paintedMs - b.paintedMs);
      results.push(all[Math.floor(all.length / 2)]);
    };
    await measure('profiled-fn', pathToFileURL(file).href, RUNS, 'canvas');
    if (!existsSync(SPEEDSCOPE)) continue;
    const server = await serve(bytes);
    const { port } = server.address() as AddressInfo;
    const origin = `http://127.0.0.1:${port}`;
    await measure('speedscope', `${origin}/index.html#profileURL=${origin}/profile.pb.gz`, RUNS_OF_OTHERS, 'canvas');
    server.close();
  }
  await rm(folder, { recursive: true });
  console.log(
    `\n${table(results)}\n\nload average: ${loadavg()[0].toFixed(1)} on ${availableParallelism()} processors`,
  );
}

/** A browser of its own each time, so that nothing is compiled or cached from the time before. */
async function open(
  executable: string,
  url: string,
  shown: string,
): Promise<Pick<Measured, 'paintedMs' | 'processorMs' | 'heapMb' | 'filterMs' | 'frames'>> {
  const browser = await launchChromium(executable);
  try {
    const page = await browser.newPage({ viewport: { width: 1280, height: 720 } });
    await page.addInitScript(WATCH_LONG_TASKS);
    const session = await page.context().newCDPSession(page);
    await session.send('Performance.enable', { timeDomain: 'threadTicks' });
    await page.goto(url, { waitUntil: 'commit' });
    await page.locator(shown).first().waitFor({ timeout: 120_000 });
    const paintedMs = await lastLongTaskEnd(page);
    const { metrics } = await session.send('Performance.getMetrics');
    const processorMs = 1000 * (metrics.find(({ name }) => name === 'TaskDuration')?.value ?? Number.NaN);
    const heapMb = await usedHeapMb(session);
    if (!url.startsWith('file:')) return { paintedMs, processorMs, heapMb };
    const frames = (await page.evaluate(FRAMES)) as number[];
    const filterMs = (await page.evaluate(FILTER)) as number | undefined;
    return { paintedMs, processorMs, heapMb, filterMs, frames };
  } finally {
    await browser.close();
  }
}

/** Milliseconds from the navigation, when there has been no long task for a second and a half. */
async function lastLongTaskEnd(page: Page): Promise<number> {
  // Not with waitForFunction: the page's policy forbids what that does.
  while (!(await page.evaluate('performance.now() - window.lastLongTaskEnd > 1500'))) await delay(250);
  return (await page.evaluate('window.lastLongTaskEnd')) as number;
}

async function usedHeapMb(session: CDPSession): Promise<number> {
  await session.send('HeapProfiler.collectGarbage');
  const { usedSize, backingStorageSize } = await session.send('Runtime.getHeapUsage');
  // Typed arrays lie outside of the heap proper.
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

function table(results: Measured[]): string {
  const header = ['viewer', 'stacks', 'painted', 'processor', 'heap', 'label filter', 'frame p50', 'frame p95'];
  const rows = results.map(({ viewer, stacks, paintedMs, processorMs, heapMb, filterMs, frames }) => [
    viewer,
    stacks.toLocaleString('en'),
    `${(paintedMs / 1000).toFixed(2)} s`,
    `${(processorMs / 1000).toFixed(2)} s`,
    `${heapMb.toFixed(0)} MiB`,
    filterMs === undefined ? '–' : `${filterMs.toFixed(0)} ms`,
    frames ? `${percentile(frames, 50).toFixed(1)} ms` : '–',
    frames ? `${percentile(frames, 95).toFixed(1)} ms` : '–',
  ]);
  return [header, ...rows].map((cells) => cells.map((cell) => cell.padStart(13)).join('')).join('\n');
}

const sizes = process.argv.slice(2).map(Number);
void main(sizes.length > 0 ? sizes : [50_000, 112_000]);
