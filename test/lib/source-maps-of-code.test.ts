import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Stack } from 'aws-cdk-lib';
import { Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { NodejsFunction } from 'aws-cdk-lib/aws-lambda-nodejs';
import { describe, expect, it } from 'vitest';
import { ProfiledFunction, Profiling } from '../../lib';
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
