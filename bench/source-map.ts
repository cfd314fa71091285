/**
 * What it takes to read a source map of 5 MB and to give all places of a profile their original files and lines.
 *
 *     npx tsx bench/source-map.ts [runs]
 *
 * The bundle is made by esbuild, minified, of modules of generated TypeScript; its map has their text, as maps for
 * profiled-fn have. The profile has 5,000 functions of it, sampled on two lines each. A process for each run: nothing is
 * warm.
 */

import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import { TASK_ROOT } from '../lib/contract/places';
import { emptyProfile, type Location, type Profile } from '../profile/model/profile';
import { SourceMap } from '../profile/symbols/source-map';
import { symbolize } from '../profile/symbols/symbolize';
import { Random } from '../test/profile/support/random';
import { median } from './statistics';

const bytes = 5 * 1024 * 1024;
const functions = 5000;

/** Writes a bundle and its map of at least {@link bytes}. */
function writeBundle(folder: string): void {
  const modules = 480;
  for (let i = 0; i < modules; i++) writeFileSync(join(folder, `module${i}.ts`), moduleText(i));
  const imports = Array.from({ length: modules }, (_, i) => `export * from './module${i}';`);
  writeFileSync(join(folder, 'entry.ts'), imports.join('\n'));
  const options = { bundle: true, minify: true, sourcemap: true, platform: 'node', format: 'cjs' } as const;
  buildSync({ entryPoints: [join(folder, 'entry.ts')], outfile: join(folder, 'index.js'), ...options });
}

function moduleText(module: number): string {
  const text = Array.from(
    { length: 22 },
    (_, i) => `
/** Adds up what an order holds, and what is to be paid for it. */
export function total${module}_${i}(order: { items: { price: number; count: number }[]; discount?: number }): number {
  const sum = order.items.reduce((all, item) => all + item.price * item.count, ${i});
  return Math.round(sum * (1 - (order.discount ?? 0)));
}`,
  );
  return text.join('\n');
}

/** A profile of functions of a bundle: where they are is where the bundle says `function`. */
function profileOf(bundle: string): Profile {
  const random = new Random(1);
  const places = [...bundle.matchAll(/function/g)].map(({ index }) => index);
  const lines = bundle.split('\n');
  const starts = lines.map((_, i) => lines.slice(0, i).reduce((sum, line) => sum + line.length + 1, 0));
  const samples = random
    .shuffled(places)
    .slice(0, functions)
    .flatMap((place) => {
      const line = starts.findLastIndex((start) => start <= place);
      const column = place - (starts[line] ?? 0);
      const fn = {
        name: 'f',
        systemName: `f:${line + 1}:${column + 1}`,
        filename: `${TASK_ROOT}/index.js`,
        startLine: line + 1,
      };
      const at = (offset: number): Location => ({
        address: 0,
        isFolded: false,
        lines: [{ fn, line: line + 1, column: column + 1 + offset }],
      });
      return [at(0), at(40)].map((location) => ({ locations: [location], values: [1], labels: [] }));
    });
  return { ...emptyProfile([{ type: 'samples', unit: 'count' }]), samples };
}

interface Run {
  /** Milliseconds of processor time. */
  read: number;
  symbolize: number;
  /** Functions that have an original file now. */
  symbolized: number;
  /** Highest resident memory, MB, and what it was before. */
  memory: number;
  before: number;
}

function run(folder: string): Run {
  const profile = profileOf(readFileSync(join(folder, 'index.js'), 'utf8'));
  const before = process.resourceUsage().maxRSS / 1024;
  const start = cpuMs();
  const map = new SourceMap(readFileSync(join(folder, 'index.js.map'), 'utf8'));
  const read = cpuMs();
  const { samples } = symbolize(profile, () => map);
  const end = cpuMs();
  const original = new Set(
    samples.flatMap(({ locations }) =>
      locations.flatMap(({ lines }) => lines.map(({ fn }) => fn).filter(({ filename }) => filename.endsWith('.ts'))),
    ),
  );
  return {
    read: read - start,
    symbolize: end - read,
    symbolized: original.size,
    memory: process.resourceUsage().maxRSS / 1024,
    before,
  };
}

/** Processor time of this process, milliseconds: on a busy computer it says more than the clock. */
function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

function main(): void {
  const [mode = '10', existing = ''] = process.argv.slice(2);
  if (mode === '--run') {
    process.stdout.write(JSON.stringify(run(existing)));
    return;
  }
  const folder = mkdtempSync(join(tmpdir(), 'source-map-'));
  try {
    writeBundle(folder);
    const size = readFileSync(join(folder, 'index.js.map')).length;
    if (size < bytes) throw new Error(`The map has ${size} bytes only`);
    const args = ['--import', 'tsx', import.meta.filename, '--run', folder];
    const runs = Array.from(
      { length: Number(mode) },
      (): Run => JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8' })),
    );
    const of = (value: (each: Run) => number) => median(runs.map(value)).toFixed(0);
    process.stdout.write(
      `A source map of ${(size / 2 ** 20).toFixed(1)} MB, ${runs[0]?.symbolized} functions of it; medians of ${runs.length} runs, processor time\n` +
        `  read:      ${of((each) => each.read)} ms\n` +
        `  symbolize: ${of((each) => each.symbolize)} ms\n` +
        `  memory:    ${of((each) => each.memory - each.before)} MB more\n`,
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
}

main();
