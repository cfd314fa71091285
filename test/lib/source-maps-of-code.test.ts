import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { Stack } from 'aws-cdk-lib';
import { Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { NodejsFunction } from 'aws-cdk-lib/aws-lambda-nodejs';
import { describe, expect, it } from 'vitest';
import { BundleFolder } from '../../cli/source-maps/code-bundle';
import { ProfiledFunction, Profiling } from '../../lib';
import { sourceMapsOfCode } from '../../lib/source-maps-of-code';
import { parseSourceMap } from '../../profile/symbols/parse-source-map';
import { archivesOf, bundled, newApp, root } from './support/source-map-apps';

describe('code that brings its own maps', () => {
  const map = (source: string) => JSON.stringify({ version: 3, sources: [source], names: [], mappings: 'AAAA' });
  function folder(files: Record<string, string>): string {
    const path = mkdtempSync(join(root, 'code'));
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(join(path, name)), { recursive: true });
      writeFileSync(join(path, name), text);
    }
    return path;
  }
  const props = { handler: 'index.handler', runtime: Runtime.NODEJS_24_X };

  it('is published with them: of scripts in all folders, beside them and in them, but not of packages', () => {
    const app = newApp();
    const inline = `//# sourceMappingURL=data:application/json;base64,${Buffer.from(map('c.ts')).toString('base64')}\n`;
    const code = Code.fromAsset(
      folder({
        'index.js': 'exports.handler = async () => {};\n//# sourceMappingURL=index.js.map',
        'index.js.map': map('a.ts'),
        'lib/tax.mjs': '',
        'lib/tax.mjs.map': map('b.ts'),
        'lib/rate.cjs': inline,
        'plain.js': '',
        'stray.css.map': map('s.scss'),
        'node_modules/zod/index.js': '',
        'node_modules/zod/index.js.map': map('zod.ts'),
      }),
    );
    new ProfiledFunction(new Stack(app, 'Shop'), 'Price', { ...props, code });
    expect(archivesOf(app.outdir)).toEqual([
      {
        'index.js': expect.objectContaining({ sources: ['a.ts'] }),
        'lib/tax.mjs': expect.objectContaining({ sources: ['b.ts'] }),
        'lib/rate.cjs': expect.objectContaining({ sources: ['c.ts'] }),
      },
    ]);
  });

  it.each<[string, Record<string, string>]>([
    ['a comment of another style', { 'index.js': '/*# sourceMappingURL=data:application/json;base64,$ */\n' }],
    ['an older comment', { 'index.js': '//@ sourceMappingURL=data:application/json;charset=utf-8;base64,$' }],
    ['a comment behind code', { 'index.js': 'f();//# sourceMappingURL=data:application/json;base64,$' }],
    [
      'a comment before another one',
      { 'index.js': '//# sourceMappingURL=data:text/plain;base64,$\n//# debugId=1\n\n' },
    ],
    [
      'an escaped data URL',
      { 'index.js': `//# sourceMappingURL=data:application/json,${encodeURIComponent(map('a.ts'))}` },
    ],
    ['a file of another name', { 'index.js': '//# sourceMappingURL=a%20b.map?v=1', 'a b.map': map('a.ts') }],
    [
      'a file in another folder',
      { 'lib/index.js': '//# sourceMappingURL=../maps/i.map', 'maps/i.map': map('../lib/a.ts') },
    ],
  ])('is published with the map of %s, as the command finds it in the bundle', (_, files) => {
    const inline = Buffer.from(map('a.ts')).toString('base64');
    const written = Object.entries(files).map(([name, text]) => [name, text.replace('$', inline)]);
    const path = folder(Object.fromEntries(written));
    const [script = ''] = Object.keys(files);
    const maps = sourceMapsOfCode(path);
    expect(Object.keys(maps)).toEqual([script]);
    const found = new BundleFolder(path).sourceMapOf(script);
    const inBundle = parseSourceMap(found?.text ?? '', found?.path ?? '');
    const inArchive = parseSourceMap(maps[script] ?? '', `${script}.map`);
    expect(inArchive.files).toEqual(inBundle.files);
    expect(inArchive.files[0]).toMatch(/^(lib\/)?a\.ts$/);
  });

  it('is published with index maps as they are, also of another folder', () => {
    const offset = { line: 0, column: 0 };
    const index = { version: 3, sections: [{ offset, map: JSON.parse(map('a.ts')) }] };
    const path = folder({ 'index.js': '//# sourceMappingURL=maps/i.map', 'maps/i.map': JSON.stringify(index) });
    expect(parseSourceMap(sourceMapsOfCode(path)['index.js'] ?? '', 'index.js.map').files).toEqual(['maps/a.ts']);
  });

  it('is published without maps that lie outside of it, are damaged or are a string of the code', () => {
    const outside = folder({ 'secret.map': map('a.ts') });
    const path = folder({
      'index.js': `//# sourceMappingURL=../${basename(outside)}/secret.map`,
      'damaged.js': '//# sourceMappingURL=data:application/json,%E0%A4%A',
      'text.js': 'const s = "//# sourceMappingURL=data:application/json;base64,e30=";\nf();',
    });
    expect(sourceMapsOfCode(path)).toEqual({});
  });

  it('is published with them by `Profiling.of`, too, as is what NodejsFunction bundles with a map', () => {
    const app = newApp();
    const stack = new Stack(app, 'Shop');
    const code = Code.fromAsset(folder({ 'index.js': '', 'index.js.map': map('a.ts') }));
    new LambdaFunction(stack, 'Brought', { ...props, code });
    new NodejsFunction(stack, 'Bundled', { ...bundled({ sourceMap: true }), runtime: Runtime.NODEJS_24_X });
    new NodejsFunction(stack, 'Plain', { ...bundled(), runtime: Runtime.NODEJS_24_X });
    Profiling.of(app);
    app.synth();
    const sources = archivesOf(app.outdir).flatMap((archive) =>
      Object.values(archive).flatMap(({ sources }) => sources),
    );
    expect(sources.map((source) => source.replace(/^.*\//, '')).sort()).toEqual(['a.ts', 'price.ts']);
  });

  it('is left as it is where there is none, where it is no asset, and where the option says so', () => {
    const app = newApp();
    const stack = new Stack(app, 'Shop');
    const withMap = Code.fromAsset(folder({ 'index.js': '', 'index.js.map': map('a.ts') }));
    new ProfiledFunction(stack, 'Without', { ...props, code: Code.fromAsset(folder({ 'index.js': '' })) });
    new ProfiledFunction(stack, 'Inline', { ...props, code: Code.fromInline('exports.handler = async () => {};') });
    new ProfiledFunction(stack, 'Off', { ...props, code: withMap, profilingOptions: { sourceMaps: false } });
    expect(archivesOf(app.outdir)).toEqual([]);
  });
});
