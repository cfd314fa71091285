import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { assetPath } from '../../local/package-assets';
import type { PageData } from '../../ui/page-data';
import { type RenderedPage, renderPage } from '../../ui/render-page';

/** A profile to look at. */
export interface ViewedProfile {
  /** Empty: the profile is of no stack. */
  stack: string;
  function: string;
  type: string;
  /** The pprof file, gzipped or not. */
  bytes: Uint8Array;
  /** The text of source files, by their names in the profile. */
  sources?: ReadonlyMap<string, string>;
}

/** Most source text in a page of one file, characters: it is read with each opening. */
const maxEmbeddedText = 4 * 2 ** 20;

/** The page as one file that needs nothing else, profiles included. */
export async function singleFilePage(title: string, profiles: ViewedProfile[]): Promise<string> {
  const [template, css, js] = await Promise.all(['index.html', 'page.css', 'page.js'].map(uiAsset));
  const page = renderPage({
    template: template.toString('utf8'),
    css: css.toString('utf8'),
    js: js.toString('utf8'),
    data: embeddedData(title, profiles),
    sha256: (text) => createHash('sha256').update(text).digest('base64'),
  });
  return page.html;
}

/** Profiles of one function share most of their source files: each text is there once, as many as there is room for. */
function embeddedData(title: string, profiles: ViewedProfile[]): PageData {
  const texts = new Map<string, number>();
  let room = maxEmbeddedText;
  const indexOf = (text: string): number | undefined => {
    const known = texts.get(text);
    if (known !== undefined || text.length > room) return known;
    room -= text.length;
    texts.set(text, texts.size);
    return texts.size - 1;
  };
  const embedded = profiles.map(({ bytes, sources, ...identity }) => ({
    ...identity,
    base64: Buffer.from(bytes).toString('base64'),
    sources: Object.fromEntries(
      [...(sources ?? [])].flatMap(([file, text]) => {
        const index = indexOf(text);
        return index === undefined ? [] : [[file, index]];
      }),
    ),
  }));
  return { title, profiles: embedded, texts: [...texts.keys()] };
}

/** The page as the server gives it out, with the policy that belongs to it. */
export async function servedPage(): Promise<RenderedPage> {
  return renderPage({ template: (await uiAsset('index.html')).toString('utf8') });
}

/** A file of the viewer page. */
export async function uiAsset(name: string): Promise<Buffer> {
  return readFile(assetPath(`ui/${name}`));
}
