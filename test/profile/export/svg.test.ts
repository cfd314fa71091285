import { expect, it } from 'vitest';
import { toSvg } from '../../../profile/export/svg';
import { at, fn, profileOf, sample } from '../support/profiles';

const handler = fn('handler', '/var/task/a.ts', 1);
const boxes = (svg: string) =>
  [...svg.matchAll(/<g><title>(\S+).*?<rect x="([\d.]+)" y="([\d.]+)" width="([\d.]+)"/gs)].map(
    ([, name, ...numbers]) => [name, ...numbers.map(Number)],
  );

it('A frame is as wide as its share, under its caller, the largest to the left', () => {
  const svg = toSvg(profileOf(sample(1, at(fn('b')), at(handler)), sample(3, at(fn('a')), at(handler))), 0, 'Orders');
  expect(boxes(svg)).toEqual([
    ['handler', 0, 34, 1200],
    ['b', 900, 52, 300],
    ['a', 0, 52, 900],
  ]);
  expect(svg).toContain('>Orders: wall, 4 ns<');
});

it('Names are text, whatever they hold', () => {
  const svg = toSvg(profileOf(sample(1, at(fn('<script>alert("&")</script>\u0000\u0008')))), 0, '<title>');
  for (const forbidden of ['<script', '\u0000', '\u0008']) expect(svg).not.toContain(forbidden);
  expect(svg).toContain('&lt;script&gt;alert(&quot;&amp;&quot;)');
});

it('Frames that nobody could see are left out, and names that have no room', () => {
  const svg = toSvg(
    profileOf(sample(100_000, at(fn('wide'))), sample(1, at(fn('tiny'))), sample(500, at(fn('narrow')))),
    0,
    '',
  );
  expect(boxes(svg).map(([name]) => name)).toEqual(['wide', 'narrow']);
  expect(svg).not.toMatch(/<text[^>]*>narrow/);
});

it('A profile without samples is an empty picture', () => {
  const svg = toSvg(profileOf(), 0, 'Orders');
  expect(svg).toContain('>Orders: wall, 0 ns<');
  expect(boxes(svg)).toEqual([]);
});
