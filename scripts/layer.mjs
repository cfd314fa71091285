import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** `import{a as b}from"node:c";` as esbuild writes it. */
const BUILTIN_IMPORT = /import\s*\{([^}]*)\}\s*from\s*"(node:[^"]+)";/g;

/** Globals that the layer goes on using as they were before the user's code could put others in their place. */
const INTRINSICS = [
  ...[
    'AbortSignal',
    'Array',
    'BigInt',
    'Boolean',
    'Buffer',
    'Date',
    'Error',
    'JSON',
    'Map',
    'Math',
    'Number',
    'Object',
  ],
  ...[
    'Promise',
    'Proxy',
    'Reflect',
    'Set',
    'String',
    'Symbol',
    'Uint8Array',
    'process',
    'queueMicrotask',
    'setImmediate',
  ],
];

/**
 * Makes the Lambda layer with the runtime sampler in `directory`: a file that a cold start reads, as small as it gets; one
 * that is loaded when there is work after a response; and one for the thread of the last uploads.
 *
 * @param {string} directory
 */
export async function buildLayer(directory) {
  // What the entry has loaded, the late part takes from it. The other way round, the entry knows what that is.
  const inEntry = modulesOf(await bundled('runtime/handler.ts', [lateLoader([])]));
  const shared = new Set();
  const latePart = await bundled('runtime/late-parts.ts', [takenFromEntry(inEntry, shared)], {
    format: 'cjs',
    define: { 'import.meta.url': 'layerUrl' },
    banner: { js: `'use strict';(function(require,layerModules,{${INTRINSICS}},layerUrl){const module={};` },
    footer: { js: 'return module.exports})' },
  });
  const files = {
    'handler.mjs': asEntry(await bundled('runtime/handler.ts', [lateLoader([...shared].sort())])),
    'late.js': latePart.outputFiles[0].text,
    'last-uploads-thread.mjs': asEntry(await bundled('runtime/upload/last-uploads-thread.ts', [])),
  };
  await mkdir(join(directory, 'profiled-fn'), { recursive: true });
  for (const [file, text] of Object.entries(files)) await writeFile(join(directory, 'profiled-fn', file), text);
}

/** Paths of a bundle's modules, relative to the repository. */
function modulesOf({ metafile }) {
  return new Set(Object.values(metafile.outputs).flatMap(({ inputs }) => Object.keys(inputs)));
}

/** Loads the late part in place of importing it, and hands out the entry's modules that it shares. */
function lateLoader(shared) {
  return {
    name: 'late-loader',
    setup({ onLoad }) {
      onLoad({ filter: /[\\/]runtime[\\/]late\.ts$/ }, ({ path }) => ({
        contents: "export { late } from './load-late';",
        resolveDir: dirname(path),
        loader: 'ts',
      }));
      onLoad({ filter: /[\\/]runtime[\\/]layer-entry\.ts$/ }, () => {
        const imports = shared.map((path, i) => `import * as m${i} from './${path}';`).join('');
        const modules = shared.map((path, i) => `${JSON.stringify(path)}: m${i}`).join(',');
        return {
          contents: `${imports}export const entryModules={${modules}};export const intrinsics={${INTRINSICS}};`,
          resolveDir: root,
        };
      });
    },
  };
}

/** Modules of the entry, which are not bundled a second time: they hold state, and what they took before the user's code. */
function takenFromEntry(inEntry, shared) {
  return {
    name: 'taken-from-entry',
    setup({ onLoad, onResolve, resolve }) {
      onResolve({ filter: /^\./ }, async ({ path, pluginData, ...options }) => {
        if (pluginData === 'resolving') return undefined;
        const resolved = await resolve(path, { ...options, pluginData: 'resolving' });
        const module = relative(root, resolved.path).replaceAll('\\', '/');
        if (!inEntry.has(module)) return resolved;
        shared.add(module);
        return { path: module, namespace: 'entry' };
      });
      onLoad({ filter: /.*/, namespace: 'entry' }, ({ path }) => ({
        contents: `module.exports=layerModules[${JSON.stringify(path)}]`,
      }));
    },
  };
}

function bundled(entryPoint, plugins, options = {}) {
  return build({
    absWorkingDir: root,
    entryPoints: [entryPoint],
    bundle: true,
    write: false,
    metafile: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    packages: 'external',
    minify: true,
    legalComments: 'none',
    logLevel: 'warning',
    plugins,
    ...options,
  });
}

/**
 * Modules of Node.js are required, not imported: an ES import reads every export of a module, getters too, and those of
 * node:util and node:fs load 10 ms worth of other modules into each cold start.
 */
function asEntry({ outputFiles }) {
  const text = outputFiles[0].text.replace(BUILTIN_IMPORT, (_import, names, module) => {
    return `const{${names.replace(/\s+as\s+/g, ':')}}=require("${module}");`;
  });
  const left = /import[^(.;]*from\s*"node:[^"]+"/.exec(text);
  if (left) throw new Error(`The layer has an import that is no require: ${left[0]}. Import by name: import { … }.`);
  const intrinsics = `const require=globalThis.process.getBuiltinModule??layerRequire(import.meta.url),{${INTRINSICS}}=globalThis;`;
  return `import{createRequire as layerRequire}from'node:module';${intrinsics}${text}`;
}
