import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { PageData } from '../../ui/page-data';
import { renderPage } from '../../ui/render-page';

const template = readFileSync(new URL('../../ui/index.html', import.meta.url), 'utf8');
const sha256 = (text: string) => createHash('sha256').update(text).digest('base64');
const data: PageData = {
  title: '</title><script>alert(1)</script>',
  profiles: [{ stack: 'S', function: '</script><img src=x onerror=alert(1)><!--', type: 'wall', base64: 'AAAA' }],
};

function between(html: string, start: string, end: string): string {
  const from = html.indexOf(start) + start.length;
  expect(from).toBeGreaterThanOrEqual(start.length);
  return html.slice(from, html.indexOf(end, from));
}

describe('the served page', () => {
  const { html, contentSecurityPolicy } = renderPage({ template });

  it('asks for its script and style where it came from', () => {
    expect(html).toContain('src="./page.js"');
    expect(html).toContain('href="./page.css"');
  });

  it('may ask for nothing anywhere else', () => {
    expect(contentSecurityPolicy.split('; ')).toEqual([
      "default-src 'none'",
      "script-src 'self'",
      "style-src 'self'",
      "connect-src 'self'",
      "frame-ancestors 'none'",
      'img-src data:',
      "base-uri 'none'",
      "form-action 'none'",
    ]);
  });
});

describe('the single file', () => {
  const js = 'const a = "</script><!--"; const b = "$&$1";\r\nrun(a, b);';
  const css = 'a::after { content: "</style>" }';
  const { html, contentSecurityPolicy } = renderPage({ template, css, js, data, sha256 });

  it('has the data unchanged, in an element that no string can leave', () => {
    const json = between(html, '<script type="application/json" id="profiled-fn-data">', '</script>');
    expect(json).not.toContain('<');
    expect(JSON.parse(json)).toEqual(data);
  });

  it('admits the script and the style that it has, by their hashes', () => {
    const script = between(html, '<script>', '</script>');
    const style = between(html, '<style>', '</style>');
    expect(contentSecurityPolicy).toContain(`script-src 'sha256-${sha256(script)}'`);
    expect(contentSecurityPolicy).toContain(`style-src 'sha256-${sha256(style)}'`);
    expect(html).toContain(`<meta http-equiv="Content-Security-Policy" content="${contentSecurityPolicy}">`);
    expect(contentSecurityPolicy).not.toContain('connect-src');
  });

  it('has a script that means what it meant', () => {
    const script = between(html, '<script>', '</script>');
    const seen: string[] = [];
    new Function('run', script)((a: string, b: string) => seen.push(a, b));
    expect(seen).toEqual(['</script><!--', '$&$1']);
  });

  it('has its title as text', () => {
    expect(html).toContain('<title>&lt;/title&gt;&lt;script&gt;alert(1)&lt;/script&gt;</title>');
  });

  it('refers to no other file', () => {
    expect(html).not.toMatch(/ (?:src|href)="(?!data:)/);
  });
});

it('a template that is not the page’s is refused by what it lacks', () => {
  expect(() => renderPage({ template: '<html></html>' })).toThrow('lacks <link rel="stylesheet" href="./page.css">');
});
