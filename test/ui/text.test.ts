import { expect, it } from 'vitest';
import { displayText, fitText } from '../../ui/text';

it('characters that would disguise a name are shown as replaced', () => {
  expect(displayText('safe\u202egpj.exe')).toBe('safe\ufffdgpj.exe');
  expect(displayText('a\u0000b\nc\u200bd')).toBe('a\ufffdb\ufffdc\ufffdd');
});

it('all other text stays as it is', () => {
  for (const text of ['<img src=x onerror=alert(1)>', 'größe', '処理', '👍', '(anonymous) handler.ts:12']) {
    expect(displayText(text)).toBe(text);
  }
});

it('text is cut to its columns, and left out where nothing of it could be read', () => {
  expect(fitText('render', 6)).toBe('render');
  expect(fitText('renderTemplate', 6)).toBe('rende…');
  expect(fitText('render', 2)).toBe('');
  expect(fitText('', 0)).toBe('');
});

it('a character of two units is not cut in half', () => {
  expect(fitText('ab👍cdef', 4)).toBe('ab…');
});
