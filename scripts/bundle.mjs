/**
 * Makes `assets/`, everything that ships beside the constructs:
 *
 * - `layer/`: the Lambda layer with the runtime sampler
 * - `cli/`: the `profiled-fn` command, `local/` included
 * - `ui/`: the viewer page
 * - `runtime/`: `profiled-fn/runtime`, which users import into their functions
 * - `local/`: AWS's own Lambda runtime clients and the shim that stands in for their native part
 * - `THIRD-PARTY-LICENSES`: the licences of all that is bundled
 */
import { existsSync } from 'node:fs';
import { copyFile, cp, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import ts from 'typescript';
import { buildLayer } from './layer.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const out = join(root, 'assets.tmp');

/** Options that all bundles share. */
const common = {
  absWorkingDir: root,
  bundle: true,
  format: 'esm',
  minify: true,
  metafile: true,
  legalComments: 'none',
  logLevel: 'warning',
};

/** CommonJS, which every bundler, test runner and Node.js itself can import; not minified, as it is read by users. */
const userApi = {
  ...common,
  entryPoints: { index: 'runtime/public.ts' },
  outdir: join(out, 'runtime'),
  format: 'cjs',
  minify: false,
  platform: 'node',
  target: 'node20',
};

const cli = {
  ...common,
  entryPoints: { 'profiled-fn': 'cli/main.ts', 'merge-worker': 'cli/merge/merge-worker.ts' },
  outdir: join(out, 'cli'),
  outExtension: { '.js': '.mjs' },
  chunkNames: 'chunks/[name]-[hash]',
  splitting: true,
  platform: 'node',
  target: 'node20',
  // The SDK's CommonJS build cannot be split; its ESM build can.
  mainFields: ['module', 'main'],
  banner: {
    // CommonJS dependencies inside an ESM bundle still call require() for Node.js's own modules.
    js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
  },
};

const ui = {
  ...common,
  entryPoints: { page: 'ui/main.tsx' },
  outdir: join(out, 'ui'),
  format: 'iife',
  platform: 'browser',
  target: ['chrome111', 'firefox115', 'safari16.4'],
  jsx: 'automatic',
  jsxImportSource: 'preact',
};

const pageStyle = { ...common, entryPoints: { page: 'ui/style.css' }, outdir: join(out, 'ui') };

/** The type declarations of a module that imports none. */
async function writeDeclarations(source, file) {
  const text = await readFile(join(root, source), 'utf8');
  const { outputText } = ts.transpileDeclaration(text, { compilerOptions: { isolatedDeclarations: true } });
  await writeFile(file, outputText);
}

async function copyRuntimeClient(name, packageName, index) {
  const from = join(root, 'node_modules', packageName);
  const to = join(out, 'local', name);
  await mkdir(to, { recursive: true });
  await copyFile(join(from, index), join(to, 'index.mjs'));
  for (const file of ['LICENSE', 'NOTICE', 'THIRD-PARTY-LICENSES']) await copyFile(join(from, file), join(to, file));
}

/** The package folders of `node_modules` that an esbuild metafile names. */
function bundledPackages(metafile) {
  const folders = new Set();
  for (const input of Object.keys(metafile.inputs)) {
    const match = /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(input);
    if (match) folders.add(match[1]);
  }
  return folders;
}

async function licenseText(folder) {
  const manifest = JSON.parse(await readFile(join(root, folder, 'package.json'), 'utf8'));
  const file = (await readdir(join(root, folder))).find((name) => /^licen[cs]e(\.|$)/i.test(name));
  const text = file ? await readFile(join(root, folder, file), 'utf8') : `Licence: ${manifest.license}\n`;
  return { title: `${manifest.name} ${manifest.version} (${manifest.license})`, text: text.trim() };
}

async function writeLicenses(folders) {
  const byText = new Map();
  for (const folder of [...folders].sort()) {
    const { title, text } = await licenseText(folder);
    byText.set(text, [...(byText.get(text) ?? []), title]);
  }
  const sections = [...byText].map(([text, titles]) => `${[...new Set(titles)].join('\n')}\n\n${text}\n`);
  await writeFile(join(out, 'THIRD-PARTY-LICENSES'), sections.join(`\n${'-'.repeat(80)}\n\n`));
}

await rm(out, { recursive: true, force: true });
const results = await Promise.all([userApi, cli, ui, pageStyle].map((options) => build(options)));
await buildLayer(join(out, 'layer'));
await writeDeclarations('runtime/public.ts', join(out, 'runtime/index.d.ts'));
await copyFile(join(root, 'ui/index.html'), join(out, 'ui/index.html'));
await copyRuntimeClient('ric-3', 'aws-lambda-ric-3', 'dist/index.mjs');
await copyRuntimeClient('ric-4', 'aws-lambda-ric', 'index.mjs');
for (const file of await readdir(join(root, 'local/lambda'))) {
  if (/\.[cm]js$/.test(file)) await cp(join(root, 'local/lambda', file), join(out, 'local', file));
}
await writeLicenses(new Set(results.flatMap((result) => [...bundledPackages(result.metafile)])));

// Put in place whole: whoever reads assets/ meanwhile sees the old or the new, never a half.
const previous = `${out}.old`;
await rm(previous, { recursive: true, force: true });
if (existsSync(join(root, 'assets'))) await rename(join(root, 'assets'), previous);
await rename(out, join(root, 'assets'));
await rm(previous, { recursive: true, force: true });
