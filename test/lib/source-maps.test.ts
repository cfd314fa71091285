import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, DefaultStackSynthesizer, LegacyStackSynthesizer, NestedStack, Stack, Stage } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Runtime } from 'aws-cdk-lib/aws-lambda';
import { type BundlingOptions, NodejsFunction, OutputFormat, SourceMapMode } from 'aws-cdk-lib/aws-lambda-nodejs';
import { describe, expect, it } from 'vitest';
import { archiveName } from '../../cli/source-maps/source-map-archive';
import { ProfiledFunction, type ProfiledFunctionProps } from '../../lib';
import { ARCHIVE_EXTENSION } from '../../lib/contract/source-maps';
import { archiveName as nameByConstruct } from '../../lib/source-map-archive';
import { archivesOf, bundled, entry, executable, newApp, root } from './support/source-map-apps';

/** Files of the functions' code in an app. */
function codeOf(app: App): string[] {
  return readdirSync(app.outdir, { recursive: true, encoding: 'utf8' })
    .filter((path) => /asset\.[0-9a-f]{64}.index/.test(path))
    .map((path) => path.replace(/^.*asset\.[0-9a-f]{64}./, ''));
}

/** Key of the code and of its source maps, of each function of a stack. */
function keysOf(stack: Stack): { code: string; maps?: string }[] {
  return Object.values(Template.fromStack(stack).findResources('AWS::Lambda::Function')).map((resource) => ({
    code: resource.Properties.Code.S3Key,
    maps: resource.Metadata?.['profiled-fn:source-maps'],
  }));
}

/** The output that names the place of source maps. */
function placeIn(stack: Stack, id = 'ProfiledFnSourceMaps'): unknown {
  return Template.fromStack(stack).toJSON().Outputs?.[id]?.Value;
}

describe('ProfiledFunction', () => {
  it.each<[string, BundlingOptions, string]>([
    ['as it is', {}, 'index.js'],
    ['minified', { minify: true }, 'index.js'],
    ['as a module', { format: OutputFormat.ESM, minify: true }, 'index.mjs'],
  ])('makes the map of a bundle, %s, and leaves the bundle as NodejsFunction makes it', (_, bundling, script) => {
    const app = newApp();
    const before = new Stack(app, 'Before');
    new NodejsFunction(before, 'Price', { ...bundled(bundling), runtime: Runtime.NODEJS_24_X });
    const after = new Stack(app, 'After');
    new ProfiledFunction(after, 'Price', bundled(bundling));
    expect(keysOf(after)[0]?.code).toBe(keysOf(before)[0]?.code);
    expect(codeOf(app)).toEqual([script]);
    const [archive] = archivesOf(app.outdir);
    expect(Object.keys(archive ?? {})).toEqual([script]);
    expect(archive?.[script]?.sources).toEqual([expect.stringMatching(/price\.ts$/)]);
    expect(archive?.[script]?.sourcesContent?.[0]).toContain('net * 1.19');
  });

  it('publishes it as an asset, under a name that follows from the hash of the code', () => {
    const app = newApp();
    const stack = new Stack(app, 'Shop');
    new ProfiledFunction(stack, 'Price', bundled());
    const [{ code, maps } = { code: '' }] = keysOf(stack);
    const hash = code.replace('.zip', '');
    expect(maps).toBe(archiveName(hash));
    expect(maps).toBe(nameByConstruct(hash));
    const { files } = JSON.parse(readFileSync(join(app.outdir, 'Shop.assets.json'), 'utf8'));
    expect(files[archiveName(hash).slice(0, -ARCHIVE_EXTENSION.length)].source).toEqual({
      path: `asset.${maps}`,
      packaging: 'file',
    });
  });

  it('adds nothing to the stack for it but an output that names the place', () => {
    const stack = new Stack(newApp(), 'Shop');
    new ProfiledFunction(stack, 'Price', bundled());
    const without = new Stack(newApp(), 'Shop');
    new ProfiledFunction(without, 'Price', { ...bundled(), profilingOptions: { sourceMaps: false } });
    const [template, plain] = [stack, without].map((each) => Template.fromStack(each).toJSON());
    expect(Object.keys(template.Resources)).toEqual(Object.keys(plain.Resources));
    const { ProfiledFnSourceMaps, ...otherOutputs } = template.Outputs;
    expect(otherOutputs).toEqual(plain.Outputs);
    const bucket = { 'Fn::Sub': expect.stringMatching(/^cdk-hnb659fds-assets-/) };
    expect(ProfiledFnSourceMaps.Value).toEqual({ 'Fn::Join': ['', [bucket, '/']] });
  });

  it('keeps source text out where the bundling does', () => {
    const app = newApp();
    new ProfiledFunction(new Stack(app, 'Shop'), 'Price', bundled({ sourcesContent: false }));
    expect(archivesOf(app.outdir)[0]?.['index.js']).not.toHaveProperty('sourcesContent');
  });

  it('shares the archive among functions with the same code, which are bundled once', () => {
    const app = newApp();
    const [shop, other] = [new Stack(app, 'Shop'), new Stack(app, 'Other')];
    new ProfiledFunction(shop, 'Price', bundled());
    new ProfiledFunction(shop, 'Offer', bundled());
    new ProfiledFunction(other, 'Price', bundled());
    expect(archivesOf(app.outdir)).toHaveLength(1);
    const keys = [...keysOf(shop), ...keysOf(other)];
    expect(new Set(keys.map(({ maps }) => maps)).size).toBe(1);
    expect(keys[0]?.maps).toBeDefined();
  });

  it('takes the map of this bundling, not that of a former synthesis', () => {
    const app = newApp();
    new ProfiledFunction(new Stack(app, 'Shop'), 'Price', bundled({ minify: true }));
    const commented = join(root, 'commented.ts');
    writeFileSync(commented, `// A comment moves lines, and leaves the code as it is.\n${readFileSync(entry)}`);
    const again = new App({ outdir: app.outdir });
    new ProfiledFunction(new Stack(again, 'Shop'), 'Price', { ...bundled({ minify: true }), entry: commented });
    expect(archivesOf(app.outdir)).toHaveLength(1);
    expect(archivesOf(app.outdir)[0]?.['index.js']?.sources[0]).toMatch(/commented\.ts$/);
  });

  it("runs the bundling's own hooks, which find what they found before", () => {
    const app = newApp();
    const seen = join(root, 'seen.txt');
    const commandHooks = {
      beforeBundling: (_: string, outputDir: string) => [`ls "${outputDir}" > "${seen}"`],
      beforeInstall: () => [],
      afterBundling: (_: string, outputDir: string) => [`ls "${outputDir}" >> "${seen}"`],
    };
    new ProfiledFunction(new Stack(app, 'Shop'), 'Price', bundled({ commandHooks }));
    expect(readFileSync(seen, 'utf8')).toBe('index.js\n');
    expect(archivesOf(app.outdir)).toHaveLength(1);
  });

  it.each<[string, BundlingOptions]>([
    ['beside it', { sourceMap: true }],
    ['beside it, without a comment', { sourceMap: true, sourceMapMode: SourceMapMode.EXTERNAL }],
    ['in it', { sourceMap: true, sourceMapMode: SourceMapMode.INLINE }],
    ['in it, by an argument of the bundler', { esbuildArgs: { '--sourcemap': 'inline' } }],
  ])('leaves a map that the bundling was told to put %s there, and publishes it', (_, bundling) => {
    const app = newApp();
    const [before, after] = [new Stack(app, 'Before'), new Stack(app, 'After')];
    new NodejsFunction(before, 'Price', { ...bundled(bundling), runtime: Runtime.NODEJS_24_X });
    new ProfiledFunction(after, 'Price', bundled(bundling));
    expect(keysOf(after)[0]?.code).toBe(keysOf(before)[0]?.code);
    expect(archivesOf(app.outdir)[0]?.['index.js']?.sources).toEqual([expect.stringMatching(/price\.ts$/)]);
  });

  it.each<[string, ProfiledFunctionProps]>([
    ['the option says so', { profilingOptions: { sourceMaps: false } }],
    ['profiling is off', { profilingOptions: { enabled: false } }],
    ['the bundling says so', { bundling: { sourceMap: false } }],
    ['the options of the bundling are part of the hash', { bundling: { assetHash: 'release-1' } }],
  ])('makes none where %s', (_, props) => {
    const app = newApp();
    const stack = new Stack(app, 'Shop');
    new ProfiledFunction(stack, 'Price', { ...bundled(), ...props });
    expect(archivesOf(app.outdir)).toEqual([]);
    expect(keysOf(stack)[0]?.maps).toBeUndefined();
    expect(placeIn(stack)).toBeUndefined();
  });

  it('makes none in a stack that is not bundled, as for `cdk list`', () => {
    const app = newApp({ 'aws:cdk:bundling-stacks': [] });
    const stack = new Stack(app, 'Shop');
    new ProfiledFunction(stack, 'Price', bundled());
    expect(keysOf(stack)[0]?.maps).toBeUndefined();
  });

  it('makes it where a container bundles', () => {
    // Stands in for Docker: runs the command of `run` here, with the folders that it would have in the container.
    const docker = executable(
      'docker',
      `const args = process.argv.slice(2);
      if (args[0] !== 'run') process.exit(0);
      let command = args.at(-1);
      args.forEach((arg, i) => {
        if (args[i - 1] !== '-v') return;
        const [host, folder] = arg.split(':');
        command = command.replaceAll(folder, host);
      });
      require('node:child_process').execFileSync('bash', ['-c', command], { stdio: 'inherit' });`,
    );
    const plain = join(tmpdir(), `profiled-fn-docker-${process.pid}`);
    mkdirSync(plain);
    writeFileSync(join(plain, 'package-lock.json'), '{}');
    writeFileSync(join(plain, 'price.ts'), readFileSync(entry));
    process.env.CDK_DOCKER = docker;
    try {
      const app = new App({ outdir: join(plain, 'cdk.out') });
      const stack = new Stack(app, 'Shop');
      new ProfiledFunction(stack, 'Price', {
        ...bundled({ forceDockerBundling: true }),
        entry: join(plain, 'price.ts'),
        projectRoot: plain,
        depsLockFilePath: join(plain, 'package-lock.json'),
      });
      expect(codeOf(app)).toEqual(['index.js']);
      expect(archivesOf(app.outdir)[0]?.['index.js']?.sources).toEqual([expect.stringMatching(/price\.ts$/)]);
    } finally {
      delete process.env.CDK_DOCKER;
      rmSync(plain, { recursive: true });
    }
  });

  it('leaves nothing behind in the assembly', () => {
    const app = newApp();
    new ProfiledFunction(new Stack(app, 'Shop'), 'Price', bundled());
    app.synth();
    expect(existsSync(join(app.outdir, 'profiled-fn-source-map'))).toBe(false);
  });
});

describe('the output that names the place', () => {
  it('is the bucket, and the prefix of the synthesizer', () => {
    const synthesizer = new DefaultStackSynthesizer({ fileAssetsBucketName: 'assets', bucketPrefix: 'shop/' });
    const stack = new Stack(newApp(), 'Shop', { synthesizer });
    new ProfiledFunction(stack, 'Price', bundled());
    expect(placeIn(stack)).toBe('assets/shop/');
  });

  it('is one for all functions of the stack, and stands on the top-level stack', () => {
    const stack = new Stack(newApp(), 'Shop', { env: { account: '123456789012', region: 'eu-west-1' } });
    new ProfiledFunction(stack, 'Price', bundled());
    const nested = new NestedStack(stack, 'Nested');
    new ProfiledFunction(nested, 'Offer', bundled({ minify: true }));
    expect(placeIn(stack)).toBe('cdk-hnb659fds-assets-123456789012-eu-west-1/');
    expect(placeIn(stack, 'ProfiledFnSourceMaps2')).toBeUndefined();
    expect(placeIn(nested)).toBeUndefined();
  });

  it("is there in a stage, whose assets lie in the app's assembly", () => {
    const app = newApp();
    const stage = new Stage(app, 'Production');
    const stack = new Stack(stage, 'Shop');
    new ProfiledFunction(stack, 'Price', bundled());
    app.synth();
    expect(archivesOf(app.outdir)).toHaveLength(1);
    const manifest = readdirSync(stage.outdir).find((name) => name.endsWith('.assets.json')) ?? '';
    const { files } = JSON.parse(readFileSync(join(stage.outdir, manifest), 'utf8'));
    expect(Object.values(files)).toContainEqual(
      expect.objectContaining({ source: { path: expect.stringMatching(/^\.\..*\.sourcemaps$/), packaging: 'file' } }),
    );
  });

  it('is missing under the legacy synthesizer, where nothing is known of the code', () => {
    const stack = new Stack(newApp(), 'Shop', { synthesizer: new LegacyStackSynthesizer() });
    new ProfiledFunction(stack, 'Price', bundled());
    expect(placeIn(stack)).toBeUndefined();
  });
});
