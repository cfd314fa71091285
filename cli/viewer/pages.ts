import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { assetPath } from '../../local/package-assets';
import { type RenderedPage, renderPage } from '../../ui/render-page';

/** A profile to look at. */
export interface ViewedProfile {
  /** Empty: the profile is of no stack. */
  stack: string;
  function: string;
  type: string;
  /** The pprof file, gzipped or not. */
  bytes: Uint8Array;
}

/** The page as one file that needs nothing else, profiles included. */
export async function singleFilePage(title: string, profiles: ViewedProfile[]): Promise<string> {
  const [template, css, js] = await Promise.all(['index.html', 'page.css', 'page.js'].map(uiAsset));
  const page = renderPage({
    template: template.toString('utf8'),
    css: css.toString('utf8'),
    js: js.toString('utf8'),
    data: {
      title,
      profiles: profiles.map(({ bytes, ...identity }) => ({
        ...identity,
        base64: Buffer.from(bytes).toString('base64'),
      })),
    },
    sha256: (text) => createHash('sha256').update(text).digest('base64'),
  });
  return page.html;
}

/** The page as the server gives it out, with the policy that belongs to it. */
export async function servedPage(): Promise<RenderedPage> {
  return renderPage({ template: (await uiAsset('index.html')).toString('utf8') });
}

/** A file of the viewer page. */
export async function uiAsset(name: string): Promise<Buffer> {
  return readFile(assetPath(`ui/${name}`));
}
