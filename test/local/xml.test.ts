import { describe, expect, it } from 'vitest';
import { unescapeXml, xmlDocument } from '../../local/xml';

describe('xmlDocument', () => {
  it('writes elements, lists and text, and leaves out what is not there', () => {
    const content = { A: 1, B: undefined, C: [{ D: 'x' }, { D: true }], E: {}, F: [] };
    expect(xmlDocument('R', content, 'urn:n')).toBe(
      '<?xml version="1.0" encoding="UTF-8"?>\n<R xmlns="urn:n"><A>1</A><C><D>x</D></C><C><D>true</D></C><E></E></R>',
    );
  });

  it('writes no character that a parser would change', () => {
    const text = 'a<b>&"c\r\u0001\n';
    const [, written = ''] = /<T>(.*)<\/T>/s.exec(xmlDocument('R', { T: text })) ?? [];
    expect(written).toBe('a&lt;b&gt;&amp;&quot;c&#xd;&#x1;\n');
    expect(unescapeXml(written)).toBe(text);
  });
});

describe('unescapeXml', () => {
  it('reads decimal and hexadecimal references and the five names, once', () => {
    expect(unescapeXml('&#65;&#x42;&amp;lt;&apos;&unknown;')).toBe("AB&lt;'&unknown;");
  });
});
