import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { BuildOptions } from 'esbuild';
import { beforeAll, describe, expect, it } from 'vitest';
import { mergeProfiles } from '../../profile/merge/merge';
import type { Fn, Line, Location, Profile } from '../../profile/model/profile';
import { encodeProfile } from '../../profile/pprof/encode';
import type { SourceMap } from '../../profile/symbols/source-map';
import { symbolize } from '../../profile/symbols/symbolize';
import { temporaryFolder } from '../support/temporary-folder';
import { profileOfBundle } from './support/profile-of-bundle';
import { mapping, profileOf, sample } from './support/profiles';
import { mapOf, type Segment } from './support/source-maps';

const BUNDLE = '/var/task/index.js';

/** A function as the runtime describes it. */
function generated(v8Name: string, startLine: number, startColumn: number, filename = BUNDLE): Fn {
  const isModule = v8Name === '' && startLine === 1 && startColumn === 1;
  const name = v8Name || (isModule ? '(module) index.js' : `(anonymous) index.js:${startLine}`);
  return { name, systemName: `${v8Name}:${startLine}:${startColumn}`, filename, startLine };
}

const MAPPING = mapping({ filename: 'shop', buildId: 'build-1' });

/** A location in `fn`; without a line, where it begins. */
function at(fn: Fn, line = fn.startLine, mapping = MAPPING): Location {
  const column = line === fn.startLine ? Number(fn.systemName.split(':').pop()) : 0;
  return { mapping, address: 0, isFolded: false, lines: [{ fn, line, column }] };
}

/** The lines of all samples, leaf first. */
function linesOf(profile: Profile): Line[] {
  return profile.samples.flatMap(({ locations }) => locations.flatMap(({ lines }) => lines));
}

/** What becomes of one location. */
function symbolized(location: Location, map: SourceMap | undefined): Line | undefined {
  return linesOf(symbolize(profileOf(sample(1, location)), () => map))[0];
}

/** `price` in src/price.ts:7 with its body in the next lines, as a bundler that does not minify writes it. */
const priceMap = mapOf({
  sources: ['../../src/price.ts', '../../src/tax.ts'],
  lines: [
    [],
    [
      [0, 0, 6, 0],
      [9, 0, 6, 9],
    ],
    [
      [2, 0, 9, 4],
      [9, 0, 9, 11],
    ],
    [[2, 1, 3, 0]],
    [
      [2, 1, 3, 0],
      [12, 0, 10, 4],
    ],
  ],
});
const price = generated('price', 2, 15);

describe('symbolize', () => {
  it('puts original files, lines and columns in place of generated ones', () => {
    expect(symbolized(at(price), priceMap)).toEqual({
      fn: { name: 'price', systemName: 'price:7:10', filename: 'src/price.ts', startLine: 7 },
      line: 7,
      column: 10,
    });
  });

  it('takes what is leftmost on a line, which has no known column then', () => {
    expect(symbolized(at(price, 3), priceMap)).toMatchObject({ fn: { startLine: 7 }, line: 10, column: 0 });
  });

  it("takes what is leftmost of the function's own file, and its beginning where a line has nothing of it", () => {
    expect(symbolized(at(price, 5), priceMap)).toMatchObject({ fn: { filename: 'src/price.ts' }, line: 11, column: 0 });
    expect(symbolized(at(price, 4), priceMap)).toMatchObject({ fn: { filename: 'src/price.ts' }, line: 7, column: 10 });
  });

  it('names anonymous functions after their original place', () => {
    expect(symbolized(at(generated('', 2, 15)), priceMap)?.fn).toEqual({
      name: '(anonymous) price.ts:7',
      systemName: ':7:10',
      filename: 'src/price.ts',
      startLine: 7,
    });
  });

  it('reads functions of other profilers, which do not tell columns', () => {
    const foreign = { name: 'price', systemName: 'price', filename: BUNDLE, startLine: 2 };
    const location = { ...at(price), lines: [{ fn: foreign, line: 3, column: 10 }] };
    expect(symbolized(location, priceMap)).toEqual({
      fn: { name: 'price', systemName: 'price:7:0', filename: 'src/price.ts', startLine: 7 },
      line: 10,
      column: 12,
    });
  });

  it('gives the same function of two deployments one description, and keeps the deployments apart', () => {
    const moved = mapOf({ sources: ['../../src/price.ts'], lines: [[[9, 0, 6, 9]]] });
    const newer = mapping({ filename: 'shop', buildId: 'build-2' });
    const profile = profileOf(sample(1, at(price)), sample(2, at(generated('price', 1, 15), 1, newer)));
    const result = symbolize(profile, (_, buildId) => (buildId === 'build-1' ? priceMap : moved));
    const [one, other] = linesOf(result);
    expect(one?.fn).toBe(other?.fn);
    expect(result.samples.map(({ locations }) => locations[0]?.mapping?.buildId)).toEqual(['build-1', 'build-2']);
  });

  it('adds up samples whose stacks have become equal', () => {
    // A bundler that splits the code may put one module into two files.
    const twice = mapOf({ sources: ['../src/price.ts'], lines: [[[0, 0, 6, 0]], [[0, 0, 6, 0]]] });
    const profile = profileOf(sample(3, at(generated('price', 1, 3))), sample(4, at(generated('price', 2, 3))));
    expect(symbolize(profile, () => twice).samples.map(({ values }) => values)).toEqual([[7]]);
  });

  it('gives what a merge gives, to the byte', () => {
    const other = generated('other', 3, 4);
    const profile = profileOf(sample(1, at(price, 3), at(other)), sample(2, at(other)), sample(0, at(price)));
    const result = symbolize(profile, () => priceMap);
    expect(result.samples).toHaveLength(2);
    expect(encodeProfile(result)).toEqual(encodeProfile(mergeProfiles([result])));
  });

  it('does not change the profile that it is given', () => {
    const profile = profileOf(sample(1, at(price)));
    const before = structuredClone(profile);
    symbolize(profile, () => priceMap);
    expect(profile).toEqual(before);
  });

  it('asks for the map of a file of a build, and not for frames without a file', () => {
    const asked: string[][] = [];
    const idle = { ...generated('(idle)', 0, 0, ''), name: '(idle)' };
    symbolize(profileOf(sample(1, at(idle), at(price)), sample(2, { ...at(price), mapping: undefined })), (...args) => {
      asked.push(args);
      return undefined;
    });
    expect(asked).toEqual([
      [BUNDLE, 'build-1'],
      [BUNDLE, ''],
    ]);
  });

  it('returns the same profile where there is no map, or maps say nothing', () => {
    const profile = profileOf(sample(1, at(price, 3), at(generated('', 1, 1))));
    expect(symbolize(profile, () => undefined)).toBe(profile);
    expect(symbolize(profile, () => mapOf({ sources: [], lines: [] }))).toBe(profile);
  });

  it('survives places that no file has', () => {
    const wild = { name: 'x', systemName: 'x:99999999999999999999:0', filename: BUNDLE, startLine: -3 };
    const location = { ...at(price), lines: [{ fn: wild, line: -1, column: -1 }] };
    expect(symbolized(location, priceMap)).toEqual(location.lines[0]);
  });

  it('symbolizes inlined frames one by one', () => {
    const native = { name: 'native', systemName: '', filename: 'node:fs', startLine: 1 };
    const location = { ...at(price), lines: [...at(price).lines, { fn: native, line: 1, column: 0 }] };
    const result = symbolize(profileOf(sample(1, location)), (file) => (file === BUNDLE ? priceMap : undefined));
    expect(linesOf(result).map(({ fn }) => fn.filename)).toEqual(['src/price.ts', 'node:fs']);
  });
});

describe('names of functions', () => {
  // `f` stands for the identifier, `g` for a renamed object.
  const cases: [text: string, v8Name: string, parameters: string][] = [
    ['function f(a){}', 'f', '('],
    ['async function*f(a){}', 'f', '('],
    ['var f=a=>1', 'f', 'a'],
    ['var f = (a) => 1', 'f', '('],
    ['var f=async a=>1', 'f', 'async'],
    ['var f=function(a){}', 'f', '('],
    ['var f = function(a) {}', 'f', '('],
    ['var f=async function(a){}', 'f', '('],
    ['var f=function*(a){}', 'f', '('],
    ['var f = async function*(a) {}', 'f', '('],
  ];
  it.each(cases)('are the original ones where the map has them: %s', (text, v8Name, parameters) => {
    const identifier = text.indexOf(' f') + 1 || text.indexOf('*f') + 1;
    const start = text.indexOf(parameters, identifier + 1);
    const segments: Segment[] = [
      [0, 0, 4, 0],
      [identifier, 0, 4, 6, 0],
    ];
    const map = mapOf({ sources: ['a.ts'], names: ['parseOrder'], lines: [segments] });
    expect(symbolized(at(generated(v8Name, 1, start + 1)), map)?.fn).toMatchObject({
      name: 'parseOrder',
      systemName: 'parseOrder:5:7',
    });
  });

  it('are made of the original object and the property', () => {
    const map = mapOf({ sources: ['a.js'], names: ['exports'], lines: [[[0, 0, 2, 0, 0]]] });
    expect(symbolized(at(generated('g.parse', 1, 'g.parse=function('.length)), map)?.fn.name).toBe('exports.parse');
  });

  it("are V8's where the map names something else, or nothing", () => {
    const map = mapOf({
      sources: ['a.ts'],
      names: ['order'],
      lines: [
        [
          [0, 0, 4, 0],
          [9, 0, 4, 9],
          [12, 0, 4, 12, 0],
        ],
      ],
    });
    expect(symbolized(at(generated('parse', 1, 15)), map)?.fn.name).toBe('parse');
  });
});

describe('modules', () => {
  const body = generated('', 1, 1);
  const bundle = mapOf({
    sources: ['../src/price.ts', '../src/tax.ts', '../node_modules/zod/index.js'],
    lines: [[[0, 0, 0, 0]], [[0, 0, 2, 0]], [[0, 1, 4, 0]], [], [[0, 2, 0, 0]], [[4, 2, 7, 0]]],
  });

  it('that were bundled into one become as many as there are files', () => {
    const profile = profileOf(sample(1, at(body, 2)), sample(2, at(body, 3)));
    expect(linesOf(symbolize(profile, () => bundle))).toEqual([
      {
        fn: { name: '(module) src/tax.ts', systemName: ':1:1', filename: 'src/tax.ts', startLine: 1 },
        line: 5,
        column: 0,
      },
      {
        fn: { name: '(module) src/price.ts', systemName: ':1:1', filename: 'src/price.ts', startLine: 1 },
        line: 3,
        column: 0,
      },
    ]);
  });

  it('stay the bundle where nothing tells which of them it is', () => {
    expect(symbolized(at(body), bundle)?.fn).toEqual(body);
    expect(symbolized(at(body, 4), bundle)?.fn).toEqual(body);
  });

  it('are the original file where there is only one', () => {
    const compiled = mapOf({ sources: ['../src/price.ts'], lines: [[], [[0, 0, 2, 0]]] });
    expect(symbolized(at(body), compiled)).toMatchObject({ fn: { filename: 'src/price.ts' }, line: 1 });
    expect(symbolized(at(body, 2), compiled)).toMatchObject({ fn: { filename: 'src/price.ts' }, line: 3 });
  });

  it.each([
    ['named after the path', 'node_modules/zod/index.js', 4],
    ["named after the path in webpack's way", './node_modules/zod/index.js', 4],
    ['anonymous and mapped to the beginning', '', 5],
  ])("are seen in the bundler's functions around them: %s", (_, name, line) => {
    const wrapper = generated(name, line, 3);
    expect(symbolized(at(wrapper), bundle)).toMatchObject({
      fn: { name: '(module) zod/index.js', filename: 'node_modules/zod/index.js', startLine: 1 },
      line: 1,
    });
    expect(symbolized(at(wrapper, 6), bundle)).toMatchObject({ fn: { name: '(module) zod/index.js' }, line: 8 });
  });
});

/** Each function takes so much of a processor that the sampler sees it, however busy the machine is. */
const SOURCES = {
  'src/spin.ts': `
    const until = (start: NodeJS.CpuUsage): void => {
      while (process.cpuUsage(start).user < 40_000) for (let i = 0; i < 1000; i++) Math.sqrt(i);
    };
    export const spin = (): void => until(process.cpuUsage());`,
  'src/price.ts': `
    import { spin } from './spin';

    interface Order { lines: number[] }

    export class Pricer {
      readonly #order: Order;
      constructor(order: Order) {
        spin();
        this.#order = order;
      }
      total(): number {
        spin();
        return this.#order.lines.map((line) => { spin(); return line; }).length;
      }
    }`,
  'node_modules/legacy/index.js': `
    'use strict';
    exports.legacy = function (spin) { spin(); return inner(spin); };
    function inner(spin) { spin(); return 1; }`,
  'src/index.ts': `
    import { legacy } from 'legacy';
    import { Pricer } from './price';
    import { spin } from './spin';

    async function checkout(lines: number[]): Promise<number> {
      spin();
      await undefined;
      return new Pricer({ lines }).total() + legacy(spin);
    }
    export const handler = async (): Promise<number> => {
      spin();
      return checkout([1]);
    };`,
};

describe('symbolize, of what esbuild bundles and V8 samples', () => {
  const folder = temporaryFolder('symbolize');
  beforeAll(async () => {
    for (const [file, text] of Object.entries(SOURCES)) {
      await mkdir(dirname(join(folder, file)), { recursive: true });
      await writeFile(join(folder, file), text);
    }
  });

  async function placesInBundle(name: string, options: BuildOptions): Promise<string[]> {
    const result = await profileOfBundle(
      join(folder, 'src/index.ts'),
      join(folder, `cdk.out/${name}/index.js`),
      options,
    );
    const places = linesOf(result).map(({ fn }) => `${fn.name} ${fn.filename}:${fn.startLine}`);
    // V8 has a function for a class's fields, so small that it is seldom sampled.
    const isSeldom = (place: string) => place.includes('(fields)');
    return [...new Set(places)].filter((place) => /src\/|legacy/.test(place) && !isSeldom(place)).sort();
  }

  const expected = [
    '(anonymous) price.ts:14 src/price.ts:14',
    'Pricer src/price.ts:8',
    'checkout src/index.ts:6',
    'exports.legacy node_modules/legacy/index.js:3',
    'handler src/index.ts:11',
    'inner node_modules/legacy/index.js:4',
    'spin src/spin.ts:5',
    'total src/price.ts:12',
    'until src/spin.ts:2',
  ];

  it('finds every function at its place', async () => {
    expect(await placesInBundle('plain', {})).toEqual(expected);
  });

  it('finds names and places in a minified bundle, which is one line', async () => {
    expect(await placesInBundle('minified', { minify: true })).toEqual(expected);
  });
});
