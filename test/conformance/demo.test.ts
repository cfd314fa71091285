import { execFile, execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Profile } from '../../profile/model/profile';
import { decodeProfile } from '../../profile/pprof/decode';
import { temporaryFolder } from '../support/temporary-folder';
import { findChromium, launchChromium } from '../ui/support/chromium';
import { buildGoTool } from './support/tools';

const root = join(import.meta.dirname, '../..');
const out = temporaryFolder('profiled-fn-demo');
const page = join(out, 'orders.html');
let report: DemoReport;

/** What `profiled-fn local --json` prints, as far as it is looked at here. */
interface DemoReport {
  load: { function: string; totalMs: number }[];
}

beforeAll(async () => {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [
      join(root, 'node_modules/tsx/dist/cli.mjs'),
      join(root, 'scripts/demo.mts'),
      '--json',
      '--out',
      out,
      '--html',
      page,
    ],
    { cwd: root, maxBuffer: 64 * 1024 * 1024 },
  );
  report = JSON.parse(stdout);
  await buildGoTool('github.com/google/pprof', pprof);
});

/** Every pprof file that the demo wrote: the merged ones, and the snapshots in the cache. */
function files(): string[] {
  return readdirSync(out, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.pb.gz'))
    .map((path) => join(out, path));
}

const consolidated = (fn: string, type: string) => join(out, 'OrdersStack', fn, `${type}.consolidated.pb.gz`);
const read = (file: string): Profile => decodeProfile(gunzipSync(readFileSync(file)));

const pprof = join(out, 'pprof');

function goPprof(...args: string[]): string {
  return execFileSync(pprof, args, { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024, stdio: 'pipe' });
}

/** Sum of a sample type's values as Go's pprof prints them with -raw. */
function rawSum(text: string, index: number): number {
  const samples = text.slice(text.indexOf('Samples:'), text.indexOf('Locations'));
  return [...samples.matchAll(/^ +([\d ]+): \d/gm)].reduce(
    (sum, [, values]) => sum + Number(values.trim().split(/ +/)[index]),
    0,
  );
}

describe('Go’s pprof', () => {
  it('reads every file that was written, and finds the same totals as we do', () => {
    expect(files().length).toBeGreaterThanOrEqual(9);
    for (const file of files()) {
      expect(goPprof('-top', file), file).toMatch(/flat%/);
      const raw = goPprof('-raw', file);
      const { samples, sampleTypes } = read(file);
      for (let i = 0; i < sampleTypes.length; i++) {
        expect(rawSum(raw, i), `${file} ${sampleTypes[i].type}`).toBe(
          samples.reduce((sum, { values }) => sum + Number(values[i]), 0),
        );
      }
    }
  });
});

describe.each(['Checkout', 'Invoice', 'Report'])('the profile of %s', (fn) => {
  const total = (profile: Profile, type: string) => {
    const index = profile.sampleTypes.findIndex((sampleType) => sampleType.type === type);
    return profile.samples.reduce((sum, { values }) => sum + Number(values[index]), 0);
  };

  it('has cpu ≤ wall ≤ the time of the invocations + 5 %', () => {
    const wall = read(consolidated(fn, 'wall'));
    expect(total(wall, 'cpu')).toBeGreaterThan(0);
    expect(total(wall, 'cpu')).toBeLessThanOrEqual(total(wall, 'wall'));
    // From the invocation to its response, as the stand-in for Lambda saw it.
    const measuredMs = report.load.find((load) => load.function === fn)?.totalMs ?? 0;
    expect(total(wall, 'wall')).toBeLessThanOrEqual(1.05 * measuredMs * 1e6);
    expect(total(wall, 'wall')).toBeGreaterThan(0.5 * measuredMs * 1e6);
  });

  it('names a function for more than 90 % of the samples in which the handler was not idle', () => {
    const pseudo = new Set(['(program)', '(garbage collector)', '(anonymous)']);
    let all = 0;
    let named = 0;
    for (const { locations, values } of read(consolidated(fn, 'wall')).samples) {
      const names = locations.map(
        ({
          lines: [
            {
              fn: { name },
            },
          ],
        }) => name,
      );
      if (names[0] === '(idle)') continue;
      all += Number(values[0]);
      if (names.some((name) => !pseudo.has(name))) named += Number(values[0]);
    }
    expect(named / all).toBeGreaterThan(0.9);
  });

  it('has the example’s TypeScript files', () => {
    const filenames = read(consolidated(fn, 'wall')).samples.flatMap(({ locations }) =>
      locations.flatMap(({ lines }) => lines.map((line) => line.fn.filename)),
    );
    expect(filenames.some((file) => /^src\/.*\.ts$/.test(file))).toBe(true);
  });
});

it('the page shows a function of the example with its share', async () => {
  const path = findChromium();
  if (!path) throw new Error('No Chromium found: install one, or set CHROME_PATH.');
  const browser = await launchChromium(path);
  try {
    const tab = await browser.newPage({ viewport: { width: 1280, height: 720 } });
    await tab.goto(`file://${page}`);
    await tab.getByRole('tab', { name: 'Top functions' }).click();
    const row = tab.getByRole('row').filter({ hasText: 'bestCoupons' }).first();
    await row.waitFor();
    expect(await row.innerText()).toMatch(/\d%/);
  } finally {
    await browser.close();
  }
});
