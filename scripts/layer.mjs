import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
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
 * Makes the Lambda layer with the runtime sampler in `directory`: one file that a cold start reads, as small as it gets,
 * and one for the thread of the last uploads.
 *
 * @param {string} directory
 */
export async function buildLayer(directory) {
  const files = {
    'handler.mjs': 'runtime/handler.ts',
    'last-uploads-thread.mjs': 'runtime/upload/last-uploads-thread.ts',
  };
  await mkdir(join(directory, 'profiled-fn'), { recursive: true });
  for (const [file, entryPoint] of Object.entries(files)) {
    await writeFile(join(directory, 'profiled-fn', file), await bundled(entryPoint));
  }
}

/**
 * Modules of Node.js are required, not imported: an ES import reads every export of a module, getters too, and those of
 * node:util and node:fs load 10 ms worth of other modules into each cold start.
 *
 * @param {string} entryPoint
 */
async function bundled(entryPoint) {
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: [entryPoint],
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    packages: 'external',
    minify: true,
    legalComments: 'none',
    logLevel: 'warning',
    banner: {
      js: `import{createRequire as layerRequire}from'node:module';const require=globalThis.process.getBuiltinModule??layerRequire(import.meta.url),{${INTRINSICS}}=globalThis;`,
    },
  });
  const text = outputFiles[0].text.replace(BUILTIN_IMPORT, (_import, names, module) => {
    return `const{${names.replace(/\s+as\s+/g, ':')}}=require("${module}");`;
  });
  const left = /import[^(.;]*from\s*"node:[^"]+"/.exec(text);
  if (left) throw new Error(`The layer has an import that is no require: ${left[0]}. Import by name: import { … }.`);
  return text;
}
