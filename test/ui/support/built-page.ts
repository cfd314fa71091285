import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import type { PageData } from '../../../ui/page-data';
import { renderPage } from '../../../ui/render-page';

const root = fileURLToPath(new URL('../../..', import.meta.url));

export interface BuiltPage {
  template: string;
  css: string;
  js: string;
}

/** The page of these sources, bundled in memory. */
export async function buildPage(): Promise<BuiltPage> {
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: { page: 'ui/main.tsx', style: 'ui/style.css' },
    outdir: 'out',
    write: false,
    bundle: true,
    minify: true,
    format: 'iife',
    platform: 'browser',
    jsx: 'automatic',
    jsxImportSource: 'preact',
    logLevel: 'error',
  });
  const output = (name: string) => outputFiles.find(({ path }) => path.endsWith(name))?.text ?? '';
  const template = readFileSync(new URL('../../../ui/index.html', import.meta.url), 'utf8');
  return { template, css: output('style.css'), js: output('page.js') };
}

/** The page and its data as one file. */
export function singleFile(page: BuiltPage, data: PageData): string {
  const sha256 = (text: string) => createHash('sha256').update(text).digest('base64');
  return renderPage({ ...page, data, sha256 }).html;
}
