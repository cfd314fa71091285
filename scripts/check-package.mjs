/**
 * Packs the package as npm would publish it and uses it as a stranger would: what is in it, what it adds to a user's
 * tree, whether the command starts, and whether an app in plain JavaScript synthesizes with it.
 *
 * Needs `npx projen compile` to have run.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const work = mkdtempSync(join(tmpdir(), 'profiled-fn-package-'));
const installed = join(work, 'node_modules/profiled-fn');
let passed = 0;
const failed = [];

function check(what, holds) {
  if (holds) passed++;
  else failed.push(what);
  console.log(`${holds ? '✓' : '✗'} ${what}`);
}

function run(command, args, options = {}) {
  return execFileSync(command, args, { cwd: work, encoding: 'utf8', ...options });
}

try {
  const [{ filename }] = JSON.parse(
    run('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', work], { cwd: root }),
  );
  mkdirSync(installed, { recursive: true });
  run('tar', ['xzf', join(work, filename), '--strip-components=1', '-C', installed]);
  const files = readdirSync(installed, { recursive: true, encoding: 'utf8' });
  const manifest = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8'));

  for (const file of [
    '.jsii',
    'API.md',
    'LICENSE',
    'README.md',
    'lib/index.js',
    'lib/index.d.ts',
    'assets/layer/profiled-fn/handler.mjs',
    'assets/layer/profiled-fn/late.js',
    'assets/layer/profiled-fn/last-uploads-thread.mjs',
    'assets/runtime/index.js',
    'assets/runtime/index.d.ts',
    'assets/cli/profiled-fn.mjs',
    'assets/ui/index.html',
    'assets/ui/page.js',
    'assets/ui/page.css',
    'assets/local/ric-3/index.mjs',
    'assets/local/ric-3/LICENSE',
    'assets/local/ric-4/index.mjs',
    'assets/local/ric-4/NOTICE',
    'assets/THIRD-PARTY-LICENSES',
  ]) {
    check(`has ${file}`, files.includes(file));
  }
  check('has no TypeScript sources', !files.some((file) => /\.ts$/.test(file) && !file.endsWith('.d.ts')));
  check('has no tests, benchmarks or examples', !files.some((file) => /^(test|bench|examples|scripts)\//.test(file)));
  check('adds no dependency', Object.keys(manifest.dependencies ?? {}).length === 0 && !manifest.bundledDependencies);

  // The peers, as a user's app has them.
  for (const peer of Object.keys(manifest.peerDependencies)) {
    symlinkSync(join(root, 'node_modules', peer), join(work, 'node_modules', peer));
  }
  const imported = run(process.execPath, [
    '--input-type=module',
    '-e',
    "console.log(Object.keys(await import('profiled-fn/runtime')).join())",
  ]);
  check('profiled-fn/runtime can be imported', imported.includes('setLabels'));
  const command = join(installed, manifest.bin['profiled-fn']);
  // As npm's link to it does: by itself, without naming Node.js.
  check('the command starts', run(command, ['--help']).includes('fetch'));

  writeFileSync(join(work, 'package-lock.json'), '{}');
  writeFileSync(join(work, 'shop.Checkout.js'), 'exports.handler = async () => 1;');
  writeFileSync(
    join(work, 'shop.js'),
    `const { App, Stack } = require('aws-cdk-lib');
     const { ProfiledFunction } = require('profiled-fn');
     const app = new App({ outdir: 'cdk.out' });
     new ProfiledFunction(new Stack(app, 'Shop'), 'Checkout');
     app.synth();`,
  );
  // NodejsFunction takes the app's own esbuild.
  for (const path of ['esbuild', '.bin'])
    symlinkSync(join(root, 'node_modules', path), join(work, 'node_modules', path));
  run(process.execPath, ['shop.js']);
  const template = JSON.parse(readFileSync(join(work, 'cdk.out/Shop.template.json'), 'utf8'));
  const fn = Object.values(template.Resources).find(
    ({ Type, Properties }) => Type === 'AWS::Lambda::Function' && Properties.Layers,
  );
  check('an app in JavaScript synthesizes', fn?.Properties.Handler === '/opt/profiled-fn/handler.handler');
  const local = run(process.execPath, [command, 'local', '--count', '2', '--', 'cdk.out']);
  check('and its function runs with `profiled-fn local`', /Checkout +2 +0 /.test(local));
} finally {
  rmSync(work, { recursive: true, force: true });
}

console.log(`${passed} passed, ${failed.length} failed`);
process.exitCode = failed.length === 0 ? 0 : 1;
