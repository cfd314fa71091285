import { describe, expect, it } from 'vitest';
import { type Column, shorten, tableLines } from '../../../cli/terminal/table';

const columns: Column[] = [
  { title: 'self', align: 'right' },
  { title: 'function', shorten: 'end' },
  { title: 'place', shorten: 'start' },
];
const rows = [
  ['1.2 s', 'parse', 'src/parse.ts:12'],
  ['12 ms', 'aFunctionWithAVeryLongName', 'node_modules/some-library/dist/index.js:1234'],
];

describe('tableLines', () => {
  it('aligns numbers to the right and text to the left, without blanks at the end', () => {
    expect(tableLines(columns, rows.slice(0, 1), 80)).toEqual([
      ' self  function  place',
      '1.2 s  parse     src/parse.ts:12',
    ]);
  });

  it('cuts nothing where the width is infinite', () => {
    expect(tableLines(columns, rows, Number.POSITIVE_INFINITY)[2]).toBe(
      '12 ms  aFunctionWithAVeryLongName  node_modules/some-library/dist/index.js:1234',
    );
  });

  it('takes from the widest flexible column first, paths at their beginning', () => {
    const lines = tableLines(columns, rows, 60);
    expect(Math.max(...lines.map((line) => line.length))).toBe(60);
    expect(lines[2]).toBe('12 ms  aFunctionWithAVeryLongName  …brary/dist/index.js:1234');
  });

  it('keeps numbers whole even where there is no room', () => {
    for (const line of tableLines(columns, rows, 10).slice(1)) expect(line).toMatch(/^(1\.2 s|12 ms) /);
  });

  it('moves columns closer together before a line is longer than the terminal', () => {
    const numbers: Column[] = ['p50', 'p90', 'max'].map((title) => ({ title, align: 'right' }));
    const row = [['1.5 ms', '2.5 ms', '12 ms']];
    expect(tableLines(numbers, row, 21)[1]).toBe('1.5 ms  2.5 ms  12 ms');
    expect(tableLines(numbers, row, 20)[1]).toBe('1.5 ms 2.5 ms 12 ms');
  });

  it('leaves optional columns out, the last first, before anything would not fit', () => {
    const optional = [columns[0], columns[1], { title: 'a', optional: true }, { title: 'b', optional: true }];
    const row = [['1.2 s', 'aFunctionWithAVeryLongName', 'first', 'second']];
    const titles = (width: number) => tableLines(optional, row, width)[0];
    expect(titles(35)).toMatch(/ a {6}b$/);
    expect(titles(28)).toMatch(/function +a$/);
    expect(titles(20)).toMatch(/function$/);
  });

  it('cuts titles at their end, whatever is cut of what stands below', () => {
    const [title, line] = tableLines([{ title: 'name in Lambda', shorten: 'start' }], [['Orders-Checkout-1']], 12);
    expect([title, line]).toEqual(['name in Lam…', '…-Checkout-1']);
  });

  it('takes any number of rows', () => {
    const rows = Array.from({ length: 150_000 }, () => ['1', 'f', 'x.js']);
    expect(tableLines(columns, rows, 80)).toHaveLength(rows.length + 1);
  });

  it('has the titles only where there are no rows', () => {
    expect(tableLines(columns, [], 80)).toEqual(['self  function  place']);
  });
});

describe('shorten', () => {
  it('says where something is missing', () => {
    expect(shorten('abcdef', 4, 'end')).toBe('abc…');
    expect(shorten('abcdef', 4, 'start')).toBe('…def');
    expect(shorten('abc', 3, 'end')).toBe('abc');
    expect(shorten('abc', 0, 'end')).toBe('');
  });

  it('does not cut a character in two', () => {
    expect(shorten('😀😀😀', 2, 'end')).toBe('😀…');
  });
});
