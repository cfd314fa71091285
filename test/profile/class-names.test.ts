import { describe, expect, it } from 'vitest';
import { constructorName, fieldsName } from '../../profile/symbols/class-names';

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

/** The name for the fields of the class that begins at `«` of a text, or whose first static field does. */
function fieldsIn(text: string, v8Name: string): string | undefined {
  const before = text.slice(0, text.indexOf('«')).split('\n');
  return fieldsName(v8Name, text.replace('«', '').split('\n'), before.length, (before.at(-1) ?? '').length + 1);
}

describe('fieldsName', () => {
  it.each([
    ['class A { a = 1; }\nexport «class Pricer<T> extends Map { rate = 1; }', 'Pricer (fields)'],
    ['«export default abstract class Pricer { rate = 1; }', 'Pricer (fields)'],
    ['const Cart = «class extends Map { items = []; }', 'Cart (fields)'],
    ['class A { a = 1; }\nexport default «class { b = 1; }', undefined],
    ['class A { a = 1; }\nexport default «class extends A { b = 1; }', undefined],
  ])('names what sets the fields of instances by the class that begins there: %j', (text, name) => {
    expect(fieldsIn(text, '<instance_members_initializer>')).toBe(name);
  });

  it('names what sets static fields by the class that they are in', () => {
    const text = 'class A { static a = 1; }\nclass Pricer {\n  rate = 1;\n  «static table = [1];\n}';
    expect(fieldsIn(text, '<static_initializer>')).toBe('Pricer (static fields)');
    expect(fieldsIn('«static x', '<static_initializer>')).toBeUndefined();
  });

  it('names no other function', () => {
    expect(fieldsIn('«class Pricer { rate = 1; }', 'Pricer')).toBeUndefined();
  });
});
