import { PAGE_DATA_ID, type PageData } from './page-data';

/** The page as it is served: script, style and data are requests of their own to the same origin. */
export interface ServedPage {
  /** `ui/index.html`. */
  template: string;
}

/** The page as one file that makes no request at all. */
export interface SingleFilePage extends ServedPage {
  css: string;
  /** The bundled script; a classic script, not a module. */
  js: string;
  data: PageData;
  /** SHA-256 of the text's UTF-8, in base64: the policy admits the inlined script and style by it. */
  sha256: (text: string) => string;
}

export interface RenderedPage {
  html: string;
  /** Value of the `Content-Security-Policy` header. A single file carries the part that a `meta` element may have. */
  contentSecurityPolicy: string;
}

const STYLE_LINK = '<link rel="stylesheet" href="./page.css">';
const SCRIPT_TAG = '<script src="./page.js"></script>';
const POLICY_MARK = '<!-- content-security-policy -->';
const TITLE = '<title>profiled-fn</title>';

/**
 * Makes the viewer's page: without `data` to be served beside `page.js`, `page.css` and `data/`; with it as one file.
 *
 * No string of a profile can leave the element in which it stands, and the policy admits no script but ours.
 *
 * @throws Error when the template lacks one of the elements that are replaced.
 */
export function renderPage(page: ServedPage | SingleFilePage): RenderedPage {
  if (!('data' in page) || page.data === undefined) return servedPage(page.template);
  return singleFile(page);
}

function servedPage(template: string): RenderedPage {
  for (const element of [STYLE_LINK, SCRIPT_TAG]) requireElement(template, element);
  return {
    html: template,
    contentSecurityPolicy: policy({
      'script-src': "'self'",
      'style-src': "'self'",
      'connect-src': "'self'",
      'frame-ancestors': "'none'",
    }),
  };
}

function singleFile({ template, css, js, data, sha256 }: SingleFilePage): RenderedPage {
  const style = styleText(css);
  const script = scriptText(js);
  const contentSecurityPolicy = policy({
    'script-src': `'sha256-${sha256(script)}'`,
    'style-src': `'sha256-${sha256(style)}'`,
  });
  const json = `<script type="application/json" id="${PAGE_DATA_ID}">${jsonText(data)}</script>`;
  const replacements: [element: string, by: string][] = [
    [POLICY_MARK, `<meta http-equiv="Content-Security-Policy" content="${attributeText(contentSecurityPolicy)}">`],
    [TITLE, `<title>${attributeText(data.title)}</title>`],
    [STYLE_LINK, `<style>${style}</style>`],
    [SCRIPT_TAG, `${json}\n<script>${script}</script>`],
  ];
  // Cut first, then join: text put in is never searched for the next element.
  let rest = template;
  let html = '';
  for (const [element, by] of replacements) {
    const at = requireElement(rest, element);
    html += rest.slice(0, at) + by;
    rest = rest.slice(at + element.length);
  }
  return { html: html + rest, contentSecurityPolicy };
}

function requireElement(template: string, element: string): number {
  const at = template.indexOf(element);
  if (at < 0)
    throw new Error(`The page's template lacks ${element}, or has it in another order: build the package anew.`);
  return at;
}

/** `img-src data:` is for the icon, which is part of the page. */
function policy(directives: Record<string, string>): string {
  const all = {
    'default-src': "'none'",
    ...directives,
    'img-src': 'data:',
    'base-uri': "'none'",
    'form-action': "'none'",
  };
  return Object.entries(all)
    .map(([name, value]) => `${name} ${value}`)
    .join('; ');
}

/** A browser reads CRLF as LF before it computes the hash. */
function lineFeeds(text: string): string {
  return text.replace(/\r\n?/g, '\n');
}

function scriptText(js: string): string {
  return lineFeeds(js)
    .replace(/<(?=\/script)/gi, '\\x3C')
    .replace(/<(?=!--)/g, '\\x3C');
}

function styleText(css: string): string {
  return lineFeeds(css).replace(/<\/(?=style)/gi, '<\\/');
}

/** JSON in which no tag can begin or end. */
function jsonText(data: PageData): string {
  return JSON.stringify(data).replace(/</g, '\\u003c');
}

function attributeText(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;');
}
