/**
 * Makes `assets/`, everything that ships next to the constructs:
 *
 * - `layer/`: the Lambda layer with the runtime sampler
 * - `cli/`: the `profiled-fn` command, `local/` included
 * - `ui/`: the viewer page
 * - `runtime/`: `profiled-fn/runtime`, which users import into their functions
 * - `local/`: AWS's own Lambda runtime clients, with the shim that stands in for their native part
 * - `THIRD-PARTY-LICENSES`: the licences of all that is bundled
 */
import { existsSync } from 'node:fs';
import { copyFile, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import ts from 'typescript';
import { bundles } from './bundles.mjs';
import { buildLayer } from './layer.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const out = join(root, 'assets.tmp');

/** The type declarations of a module that imports none. */
async function writeDeclarations(source, file) {
  const text = await readFile(join(root, source), 'utf8');
  const { outputText } = ts.transpileDeclaration(text, { compilerOptions: { isolatedDeclarations: true } });
  await writeFile(file, outputText);
}

/**
 * AWS's runtime client as a folder that stands for Lambda's /var/runtime. Its file is the program's main module, as on
 * Lambda, and starts by itself. No line moves: stack traces name lines.
 *
 * @param end - code that starts it, where it does not do so itself
 */
async function copyRuntimeClient(name, packageName, index, end = '') {
  const from = join(root, 'node_modules', packageName);
  const to = join(out, 'local', name);
  await mkdir(to, { recursive: true });
  const client = await readFile(join(from, index), 'utf8');
  const change = "import './rapid.mjs'; /* Added by profiled-fn: this import, and what follows the exports. */";
  await writeFile(join(to, 'index.mjs'), `${change} ${client.replace(/^#!.*/, '')}${end}`);
  for (const file of ['rapid.mjs', 'rapid-client.cjs'])
    await copyFile(join(root, 'local/lambda', file), join(to, file));
  for (const file of ['LICENSE', 'NOTICE', 'THIRD-PARTY-LICENSES']) await copyFile(join(from, file), join(to, file));
}

/** 3.x exports its entry point, 4.x starts by itself. */
const START_RIC_3 = 'await run(process.env.LAMBDA_TASK_ROOT, process.env._HANDLER);\n';

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
const results = await Promise.all(Object.values(bundles(out)).map((options) => build(options)));
await buildLayer(join(out, 'layer'));
await writeDeclarations('runtime/public.ts', join(out, 'runtime/index.d.ts'));
await copyFile(join(root, 'ui/index.html'), join(out, 'ui/index.html'));
await copyRuntimeClient('ric-3', 'aws-lambda-ric-3', 'dist/index.mjs', START_RIC_3);
await copyRuntimeClient('ric-4', 'aws-lambda-ric', 'index.mjs');
await writeLicenses(new Set(results.flatMap((result) => [...bundledPackages(result.metafile)])));

// Put in place whole: whoever reads assets/ meanwhile sees the old or the new, never a half.
const previous = `${out}.old`;
await rm(previous, { recursive: true, force: true });
if (existsSync(join(root, 'assets'))) await rename(join(root, 'assets'), previous);
await rename(out, join(root, 'assets'));
await rm(previous, { recursive: true, force: true });
