import { mkdir, readFile, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { openBucket } from '../../../cli/aws/bucket';
import { sessionAt } from '../../../cli/aws/session';
import { type FetchedProfile, fetchStack, writeProfile } from '../../../cli/fetch/fetch-stack';
import { readProfile } from '../../../cli/files/pprof-file';
import { profileFigures } from '../../../cli/show/profile-figures';
import { fetchJson, fetchSummary } from '../../../cli/show/summary';
import { maxSourceMapBytes, UnusableFile } from '../../../cli/source-maps/code-bundle';
import type { FindArchive } from '../../../cli/source-maps/published-source-maps';
import { archiveName, SourceMapArchive } from '../../../cli/source-maps/source-map-archive';
import { type SourceMapReport, Symbolizer } from '../../../cli/source-maps/symbolizer';
import { assembliesAround } from '../../../cli/stacks/assemblies';
import { findStack } from '../../../cli/stacks/find-stacks';
import { packSourceMaps } from '../../../lib/source-map-archive';
import type { Profile } from '../../../profile/model/profile';
import { mapping, profileOf as profileOfStacks, sample } from '../../profile/support/profiles';
import { mapText } from '../../profile/support/source-maps';
import { keyOf } from '../../support/snapshot-key';
import { folderOfTest } from '../../support/temporary-folder';
import { bucketName, put, region, startAccount } from '../support/account';
import { packed, wallProfile } from '../support/profiles';

const hash = 'a'.repeat(64);
const otherHash = 'b'.repeat(64);

/** `render`, in line 42 of what `wallProfile` has, was written in src/render.ts. */
const map = mapText({ sources: ['../../src/render.ts'], lines: [...Array(41).fill([]), [[0, 0, 6, 0]]] });

let root: string;
beforeEach(async () => {
  root = folderOfTest('source-maps');
});

async function write(path: string, text: string): Promise<string> {
  const file = join(root, path);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, text);
  return file;
}

/** A file of the bundle. */
const writeAsset = (path: string, text: string) => write(`cdk.out/asset.${hash}/${path}`, text);

function profileOf({ file = '/var/task/index.js', buildId = hash } = {}): Profile {
  const profile = wallProfile({ file });
  const bundle = mapping({ filename: 'Orders-Checkout-1', buildId });
  for (const { locations } of profile.samples) for (const location of locations) location.mapping = bundle;
  return profile;
}

/** The original files of a profile, and what is reported of it. */
async function symbolize(profile: Profile): Promise<{ files: string[]; report: SourceMapReport }> {
  const symbolizer = new Symbolizer([join(root, 'cdk.out')]);
  const { profile: result } = await symbolizer.symbolize('Checkout', profile);
  const files = result.samples.flatMap(({ locations }) => locations.map(({ lines }) => lines[0]?.fn.filename ?? ''));
  return { files: [...new Set(files)].filter((file) => file.startsWith('src/')), report: symbolizer.report() };
}

const nothing: SourceMapReport = { symbolized: [], withoutMap: [], withoutBundle: [], unusable: [] };

describe('Symbolizer', () => {
  it('finds the map beside the bundle', async () => {
    await writeAsset('index.js.map', map);
    expect(await symbolize(profileOf())).toEqual({
      files: ['src/render.ts'],
      report: { ...nothing, symbolized: ['Checkout'] },
    });
  });

  it('finds it in a folder of the bundle, and resolves its sources from there', async () => {
    await writeAsset(
      'lib/shop/index.js.map',
      mapText({ sources: ['../src/a.ts'], lines: [...Array(41).fill([]), [[0, 0, 6, 0]]] }),
    );
    const symbolizer = new Symbolizer([join(root, 'cdk.out')]);
    const { profile: result } = await symbolizer.symbolize(
      'Checkout',
      profileOf({ file: '/var/task/lib/shop/index.js' }),
    );
    const files = result.samples.flatMap(({ locations }) => locations.map(({ lines }) => lines[0]?.fn.filename));
    expect(files).toContain('lib/src/a.ts');
  });

  it.each([
    ['in base 64', `data:application/json;base64,${Buffer.from(map).toString('base64')}`],
    [
      'in base 64, with a character set',
      `data:application/json;charset=utf-8;base64,${Buffer.from(map).toString('base64')}`,
    ],
    ['percent-encoded', `data:application/json,${encodeURIComponent(map)}`],
  ])('reads a map in the bundle itself: %s', async (_, url) => {
    await writeAsset('index.js', `render();\n//# sourceMappingURL=${url}\n\n`);
    expect((await symbolize(profileOf())).files).toEqual(['src/render.ts']);
  });

  it.each([
    ['behind code', 'render(); //# sourceMappingURL=index.map.json'],
    ['before a debug id', 'render();\n//# sourceMappingURL=index.map.json\n//# debugId=85314830-023f\n'],
    [
      'before other comments, in lines of Windows',
      'render();\r\n//# sourceMappingURL=index.map.json\r\n\r\n// end\r\n',
    ],
    ['as a block', 'render();\n/*# sourceMappingURL=index.map.json */'],
    ['in the old form', 'render();\n//@ sourceMappingURL=index.map.json'],
    ['with a query', 'render();\n//# sourceMappingURL=index.map.json?v=1#x'],
    ['as an encoded URL', 'render();\n//# sourceMappingURL=index%2Emap.json'],
  ])('finds the comment that names the map: %s (B15)', async (_, script) => {
    await writeAsset('index.js', script);
    await writeAsset('index.map.json', map);
    expect((await symbolize(profileOf())).files).toEqual(['src/render.ts']);
  });

  it('reads an index map (B15)', async () => {
    const code = join(import.meta.dirname, '..', 'testdata', 'B15-index-source-map');
    for (const name of ['index.js', 'index.js.map'])
      await writeAsset(name, await readFile(join(code, `${name}.txt`), 'utf8'));
    const place = { address: 0, isFolded: false, mapping: mapping({ filename: 'Orders', buildId: hash }) };
    const at = (name: string, line: number, column: number) => ({
      ...place,
      lines: [
        {
          fn: { name, systemName: `${name}:${line}:${column}`, filename: '/var/task/index.js', startLine: line },
          line,
          column,
        },
      ],
    });
    const profile = profileOfStacks(sample(1, at('computePrice', 27, 22), at('handler', 34, 15)));
    const symbolizer = new Symbolizer([join(root, 'cdk.out')]);
    const { profile: result, sources } = await symbolizer.symbolize('Checkout', profile);
    const lines = result.samples[0]?.locations.map(
      ({ lines: [line] }) => `${line?.fn.name} ${line?.fn.filename}:${line?.fn.startLine}`,
    );
    expect(lines).toEqual(['computePrice src/price.ts:4', 'handler src/handler.ts:2']);
    expect(sources().get('src/price.ts')).toContain('export function computePrice');
    expect(symbolizer.report()).toEqual({ ...nothing, symbolized: ['Checkout'] });
  });

  it('follows the comment at the end of the bundle to a file', async () => {
    await writeAsset('index.js', 'render();\n//# sourceMappingURL=maps/shop.json');
    await writeAsset(
      'maps/shop.json',
      mapText({ sources: ['../../../src/render.ts'], lines: [...Array(41).fill([]), [[0, 0, 6, 0]]] }),
    );
    expect((await symbolize(profileOf())).files).toEqual(['src/render.ts']);
  });

  it('takes no comment that is not at the end: it may be a text in the code', async () => {
    await writeAsset('index.js', 'const text = `\n//# sourceMappingURL=shop.map\n`;');
    await writeAsset('shop.map', map);
    expect(await symbolize(profileOf())).toEqual({ files: [], report: { ...nothing, withoutMap: ['Checkout'] } });
  });

  it.each(['https://example.com/index.js.map', 'missing.map', 'data:;base64'])(
    'leaves the profile as it is where the comment leads nowhere: %s',
    async (url) => {
      await writeAsset('index.js', `render();\n//# sourceMappingURL=${url}`);
      expect((await symbolize(profileOf())).files).toEqual([]);
    },
  );

  it("finds a stage's bundles in the assembly of its app", async () => {
    await writeAsset('index.js.map', map);
    const symbolizer = new Symbolizer([join(root, 'cdk.out/assembly-Production')]);
    await symbolizer.symbolize('Checkout', profileOf());
    expect(symbolizer.report().symbolized).toEqual(['Checkout']);
  });

  it('reads a map once for all types of a function', async () => {
    const file = await writeAsset('index.js.map', map);
    const symbolizer = new Symbolizer([join(root, 'cdk.out')]);
    expect((await symbolizer.symbolize('Checkout', profileOf())).profile).not.toEqual(profileOf());
    await rm(file);
    const heap = profileOf();
    expect((await symbolizer.symbolize('Checkout', heap)).profile).not.toBe(heap);
    const other = profileOf();
    expect((await symbolizer.symbolize('Invoice', other)).profile).toBe(other);
  });

  it('tells functions without a map from functions without a bundle', async () => {
    await writeAsset('index.js', 'render();');
    const symbolizer = new Symbolizer([join(root, 'cdk.out'), join(root, 'missing')]);
    for (const [fn, buildId] of Object.entries({ Checkout: hash, Invoice: otherHash, Inline: '' })) {
      const profile = profileOf({ buildId });
      expect((await symbolizer.symbolize(fn, profile)).profile).toBe(profile);
    }
    expect(symbolizer.report()).toEqual({ ...nothing, withoutMap: ['Checkout'], withoutBundle: ['Invoice'] });
  });

  it('reports functions sorted by name, whichever code arrived first', async () => {
    await writeAsset('index.js.map', map);
    const symbolizer = new Symbolizer([join(root, 'cdk.out')]);
    for (const fn of ['Invoice', 'Report', 'Checkout']) await symbolizer.symbolize(fn, profileOf());
    expect(symbolizer.report().symbolized).toEqual(['Checkout', 'Invoice', 'Report']);
  });

  it('says nothing of libraries that come without a map', async () => {
    await writeAsset('node_modules/zod/index.js', 'parse();');
    const profile = profileOf({ file: '/var/task/node_modules/zod/index.js' });
    expect(await symbolize(profile)).toEqual({ files: [], report: nothing });
  });

  it.each([
    ['it is not JSON', '{"version":3'],
    ['it has no mappings', '{"version":3,"sources":[]}'],
    ['its mappings are damaged', '{"version":3,"sources":[],"mappings":"A A"}'],
  ])('leaves out a damaged map and says so: %s', async (reason, text) => {
    const file = await writeAsset('index.js.map', text);
    const profile = profileOf();
    const symbolizer = new Symbolizer([join(root, 'cdk.out')]);
    expect((await symbolizer.symbolize('Checkout', profile)).profile).toBe(profile);
    expect((await symbolizer.symbolize('Invoice', profile)).profile).toBe(profile);
    expect(symbolizer.report()).toEqual({
      ...nothing,
      unusable: [
        { file, reason, remedy: expect.stringMatching(/remove the asset from cdk\.out and synthesize again$/) },
      ],
    });
  });

  it('leaves out a damaged map in the bundle itself', async () => {
    const file = await writeAsset('index.js', '//# sourceMappingURL=data:application/json,%E0%A4%A');
    expect((await symbolize(profileOf())).report.unusable).toMatchObject([
      { file, reason: 'its source map is damaged' },
    ]);
  });

  it('reads no file that is too large', async () => {
    const file = await writeAsset('index.js.map', '{}');
    await truncate(file, maxSourceMapBytes + 1);
    expect((await symbolize(profileOf())).report.unusable).toEqual([
      { file, reason: 'it is larger than 64 MiB', remedy: 'bundling: { sourcesContent: false } makes it smaller' },
    ]);
  });
});

describe('Symbolizer, with archives of source maps', () => {
  const archive = (maps: Record<string, string>) => packSourceMaps(maps);
  const published = (maps: Record<string, string>) => {
    const asked: string[] = [];
    const find: FindArchive = async (code) => {
      asked.push(code);
      return new SourceMapArchive(archive(maps), 's3://assets/a');
    };
    return { find, asked };
  };
  const filesOf = (profile: Profile) =>
    profile.samples.flatMap(({ locations }) => locations.map(({ lines }) => lines[0]?.fn.filename));

  it('finds the one in the assembly', async () => {
    await write(`cdk.out/asset.${archiveName(hash)}`, '');
    await writeFile(join(root, `cdk.out/asset.${archiveName(hash)}`), archive({ 'index.js': map }));
    await writeAsset('index.js', 'render();');
    expect(await symbolize(profileOf())).toEqual({
      files: ['src/render.ts'],
      report: { ...nothing, symbolized: ['Checkout'] },
    });
  });

  it('says what is wrong with it', async () => {
    const file = await write(`cdk.out/asset.${archiveName(hash)}`, 'damaged');
    expect((await symbolize(profileOf())).report.unusable).toMatchObject([
      { file, reason: 'it is not an archive of source maps' },
    ]);
  });

  it('takes the deployed one where nothing is here, and asks for it once', async () => {
    const { find, asked } = published({ 'index.js': map });
    const symbolizer = new Symbolizer([join(root, 'cdk.out')], find);
    const all = await Promise.all([0, 1].map(() => symbolizer.symbolize('Checkout', profileOf())));
    for (const { profile } of all) expect(filesOf(profile)).toContain('src/render.ts');
    expect(asked).toEqual([hash]);
    expect(symbolizer.report()).toEqual({ ...nothing, symbolized: ['Checkout'] });
  });

  it('takes it where the bundle is here without a map, too', async () => {
    await writeAsset('index.js', 'render();');
    const symbolizer = new Symbolizer([join(root, 'cdk.out')], published({ 'index.js': map }).find);
    expect(filesOf((await symbolizer.symbolize('Checkout', profileOf())).profile)).toContain('src/render.ts');
    expect(symbolizer.report()).toEqual({ ...nothing, symbolized: ['Checkout'] });
  });

  it.each([
    ['the map is here', profileOf()],
    ['there are only libraries', profileOf({ file: '/var/task/node_modules/zod/index.js' })],
    ['the profile names no code', profileOf({ buildId: '' })],
    ['the code is none of the function', profileOf({ file: '/opt/nodejs/index.js' })],
  ])('does not ask where %s', async (_, profile) => {
    await writeAsset('index.js.map', map);
    const { find, asked } = published({});
    await new Symbolizer([join(root, 'cdk.out')], find).symbolize('Checkout', profile);
    expect(asked).toEqual([]);
  });

  it('goes on without where it cannot be read, and says so', async () => {
    const refused = async () => {
      throw new UnusableFile('s3://assets/a', 'access denied', 'sign in as somebody else');
    };
    const symbolizer = new Symbolizer([], refused);
    const profile = profileOf();
    expect((await symbolizer.symbolize('Checkout', profile)).profile).toBe(profile);
    expect(symbolizer.report()).toEqual({
      ...nothing,
      withoutBundle: ['Checkout'],
      unusable: [{ file: 's3://assets/a', reason: 'access denied', remedy: 'sign in as somebody else' }],
    });
  });

  it('takes each deployment of a function with its own map', async () => {
    const maps = new Map([
      [hash, map],
      [otherHash, map.replace('render.ts', 'draw.ts')],
    ]);
    const find: FindArchive = async (code) =>
      new SourceMapArchive(archive({ 'index.js': maps.get(code) ?? '' }), 's3://assets/a');
    const both = { ...profileOf(), samples: [...profileOf().samples, ...profileOf({ buildId: otherHash }).samples] };
    const files = filesOf((await new Symbolizer([], find).symbolize('Checkout', both)).profile);
    expect(files).toEqual(expect.arrayContaining(['src/render.ts', 'src/draw.ts']));
  });
});

describe('Symbolizer, source text', () => {
  const withText = (texts: (string | null)[]) => JSON.stringify({ ...JSON.parse(map), sourcesContent: texts });
  const sourcesOf = async (profile: Profile) =>
    (await new Symbolizer([join(root, 'cdk.out')]).symbolize('Checkout', profile)).sources();

  it('is what the map brings, by the name that the profile has', async () => {
    await writeAsset('index.js.map', withText(['export const render = 1;']));
    await writeAsset('index.js', 'render();');
    expect(await sourcesOf(profileOf())).toEqual(new Map([['src/render.ts', 'export const render = 1;']]));
  });

  it('is the script where there is no map', async () => {
    await writeAsset('index.js', 'render();');
    expect(await sourcesOf(profileOf())).toEqual(new Map([['/var/task/index.js', 'render();']]));
  });

  it.each([
    ['the map brings none', () => writeAsset('index.js.map', map)],
    ['the map has nothing in its place', () => writeAsset('index.js.map', withText([null]))],
    ['the file is too large', () => writeAsset('index.js', 'x'.repeat(2 ** 20 + 1))],
    ['the bundle is not at hand', () => undefined],
  ])('is missing where %s', async (_, prepare) => {
    await prepare();
    expect(await sourcesOf(profileOf())).toEqual(new Map());
  });

  it('is nothing from outside of the folder of the asset', async () => {
    await writeAsset('index.js', 'render();');
    await write('secret.js', 'secret();');
    expect(await sourcesOf(profileOf({ file: '/var/task/../../secret.js' }))).toEqual(new Map());
  });
});

describe('Symbolizer, with a hostile profile', () => {
  beforeEach(async () => {
    await writeAsset('index.js', 'render();');
    await write('secret.js.map', map);
    await write('secret.js', `//# sourceMappingURL=data:application/json,${encodeURIComponent(map)}`);
    await write(`cdk.out/asset.${otherHash}/index.js.map`, map);
  });

  it.each([
    ['/var/task/../../secret.js', hash],
    ['/var/task/./../../secret.js', hash],
    ['/var/task/x/../../../secret.js', hash],
    [`/var/task/../asset.${otherHash}/index.js`, hash],
    ['/var/task/..', hash],
    ['/var/task/', hash],
    ['/var/task/index.js\0', hash],
    ['/var/task/secret.js', '../..'],
    ['/var/task/secret.js', `${hash}/../..`],
    ['/var/task/secret.js', `x/../../../${hash}`],
    ['secret.js', hash],
    ['/etc/passwd', hash],
  ])('reads nothing outside of the folder of the asset: %j of build %j', async (file, buildId) => {
    const { files, report } = await symbolize(profileOf({ file, buildId }));
    expect(files).toEqual([]);
    expect(report.symbolized).toEqual([]);
    expect(report.unusable).toEqual([]);
  });

  it('reads a path that leads to the root of the disk below the folder of the asset', async () => {
    const { files } = await symbolize(profileOf({ file: `/var/task/${join(root, 'secret.js')}` }));
    expect(files).toEqual([]);
  });

  it('follows no link out of it', async () => {
    await symlink(join(root, 'secret.js.map'), join(root, `cdk.out/asset.${hash}/index.js.map`));
    await symlink(root, join(root, `cdk.out/asset.${hash}/up`));
    expect((await symbolize(profileOf())).files).toEqual([]);
    expect((await symbolize(profileOf({ file: '/var/task/up/secret.js' }))).files).toEqual([]);
  });

  it('follows no comment out of it', async () => {
    await writeAsset('index.js', '//# sourceMappingURL=../../secret.js.map');
    expect((await symbolize(profileOf())).files).toEqual([]);
    await writeAsset('index.js', `//# sourceMappingURL=${join(root, 'secret.js.map')}`);
    expect((await symbolize(profileOf())).files).toEqual([]);
  });

  it('reads no folder in place of a file', async () => {
    await mkdir(join(root, `cdk.out/asset.${hash}/lib.js.map`));
    expect((await symbolize(profileOf({ file: '/var/task/lib.js' }))).report.unusable).toEqual([]);
  });
});

describe('assembliesAround', () => {
  const unexpected = (line: string) => expect.unreachable(line);

  it('is cdk.out where there is no project', () => {
    expect(assembliesAround(root, unexpected)).toEqual([join(root, 'cdk.out')]);
  });

  it('is where cdk.json, in a folder above, says that the app is synthesized into', async () => {
    await write('cdk.json', '{"output":"build/cdk"}');
    await mkdir(join(root, 'src/checkout'), { recursive: true });
    expect(assembliesAround(join(root, 'src/checkout'), unexpected)).toEqual([join(root, 'build/cdk')]);
  });

  it('is also the app where that is no command but an assembly', async () => {
    await write('cdk.json', '{"app":"dist/assembly"}');
    expect(assembliesAround(root, unexpected)).toContain(join(root, 'dist/assembly'));
  });

  it('is nowhere, with a word on why, where cdk.json is damaged', async () => {
    const file = await write('cdk.json', '{');
    const notes: string[] = [];
    expect(assembliesAround(root, (line) => notes.push(line))).toEqual([]);
    expect(notes).toEqual([expect.stringContaining(`${file} is not JSON`)]);
  });
});

describe('fetch', () => {
  it('writes original places, and says how many functions have them and how the others get them', async () => {
    await writeAsset('index.js.map', map);
    await write(`cdk.out/asset.${otherHash}/index.js`, 'render();');
    const aws = await startAccount([{ name: 'Orders', functions: 'Checkout=c,Invoice=i,Report=r,Mail=m' }]);
    try {
      const builds = { Checkout: hash, Invoice: otherHash, Report: otherHash, Mail: 'c'.repeat(64) };
      for (const [fn, buildId] of Object.entries(builds)) {
        put(aws, 'Orders', keyOf({ fn }), packed(profileOf({ buildId })));
      }
      const session = sessionAt(aws.endpointUrl, region, aws.adminCredentials);
      const stack = await findStack(session, 'Orders');
      const request = {
        stack,
        functions: stack.functions,
        out: join(root, 'out'),
        assemblies: [join(root, 'cdk.out')],
        selection: {},
      };
      const bucket = openBucket(session, bucketName('Orders'));
      const take = async (profile: FetchedProfile) => ({
        ...(await writeProfile(profile, stack.name, request.out)),
        figures: profileFigures(profile),
      });
      const stores = [{ bucket, prefix: 'profiled-fn' }];
      const onDisk = await fetchStack(stores, request, () => undefined, take).finally(() => bucket.close());
      const written = await readProfile(onDisk.profiles[0]?.bytes ?? new Uint8Array());
      expect(written.samples.flatMap(({ locations }) => locations.map(({ lines }) => lines[0]?.fn))).toContainEqual({
        name: 'render',
        systemName: 'render:7:0',
        filename: 'src/render.ts',
        startLine: 7,
      });

      const text = fetchSummary([onDisk], { interactive: false, progress: false, color: false, width: 200 });
      expect(text.split('\n').filter((line) => line.startsWith('source maps: '))).toEqual([
        'source maps: 1 function symbolized',
        'source maps: none in the bundles of 2 functions; bundling: { sourceMap: true } adds them',
        'source maps: none were deployed with 1 function, and the bundles are not in cdk.out; fetch where they were synthesized, or deploy with sourceMaps',
      ]);
      expect(fetchJson([onDisk])).toMatchObject({
        stacks: [
          {
            sourceMaps: {
              symbolized: ['Checkout'],
              withoutMap: ['Invoice', 'Report'],
              withoutBundle: ['Mail'],
              unusable: [],
            },
          },
        ],
      });
    } finally {
      await aws.close();
    }
  });
});
