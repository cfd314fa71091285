import { describe, expect, it } from 'vitest';
import { constructorName } from '../../profile/constructor-name';

/** The name for the last constructor of a text, asked for before and behind the word. */
function nameIn(text: string): (string | undefined)[] {
  const lines = text.slice(0, text.lastIndexOf('constructor')).split('\n');
  const column = (lines.at(-1) ?? '').length + 1;
  return [column, column + 'constructor'.length].map((at) => constructorName(text.split('\n'), lines.length, at));
}

describe('constructorName', () => {
  it.each([
    ['class Pricer {\n  constructor() {}\n}', 'Pricer'],
    ['export default class Cart<T> extends Map<string, T> {\n  readonly #a = 1;\n  constructor() {}\n}', 'Cart'],
    ['const $Cart = class extends Map { constructor() {} }', '$Cart'],
    ['class A { constructor() {} }\nclass B implements C\n{\n  constructor() {}\n}', 'B'],
    ['// of a class that\nclass D { /** The class is made once. */\n constructor() {} }', 'D'],
  ])('finds the class of %j', (text, name) => {
    expect(nameIn(text)).toEqual([name, name]);
  });

  it('finds none where there is no class, or no constructor', () => {
    expect(nameIn('return { constructor() {} }')).toEqual([undefined, undefined]);
    expect(constructorName(['class A { total() {} }'], 1, 11)).toBeUndefined();
    expect(constructorName(['class A { constructors() {} }'], 1, 11)).toBeUndefined();
    expect(constructorName(['class A {}'], 7, 1)).toBeUndefined();
  });
});
