import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

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

/** Options of esbuild for each bundle but the layer's; `out` is the folder that stands for `assets/`. */
export function bundles(out) {
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
    entryPoints: { 'profiled-fn': 'cli/main.ts', 'merge-worker': 'cli/fetch/merge-worker.ts' },
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

  return { userApi, cli, ui, pageStyle };
}
