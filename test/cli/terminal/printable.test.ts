import { describe, expect, it } from 'vitest';
import { paintFor, printable, printableJson, printableLines } from '../../../cli/terminal/printable';
import { openProgress } from '../../../cli/terminal/progress';

/** Of each kind of character that a terminal obeys, or that hides or reorders text. */
const obeyed = [
  ...Array.from({ length: 0x20 }, (_, code) => String.fromCharCode(code)), // C0
  ...Array.from({ length: 0x21 }, (_, i) => String.fromCharCode(0x7f + i)), // DEL and C1
  ...[
    '\u00ad',
    '\u061c',
    '\u180e',
    '\u200b',
    '\u200d',
    '\u200e',
    '\u202e',
    '\u2028',
    '\u2029',
    '\u2060',
    '\u2066',
    '\u2069',
  ],
  ...['\ufeff', '\ufff9', '\u{e0001}', '\u{e0041}'],
];

describe('printable', () => {
  it('takes the power from names that want to write on the terminal (R08)', () => {
    expect(printable('a\x1b[2Jb\nc\u202ed\x9b2Je')).toBe('a�[2Jb�c�d�2Je');
    for (const character of obeyed) expect(printable(`a${character}b`)).toBe('a�b');
  });

  it('leaves names in any language as they are', () => {
    expect(printable('prüfe_注文_😀 שלום')).toBe('prüfe_注文_😀 שלום');
  });
});

describe('printableLines', () => {
  it('keeps lines, and nothing else that a terminal obeys', () => {
    expect(printableLines('a\x1b[31mb\r\nc\td\re')).toBe('a�[31mb\nc d�e');
  });

  it('writes our own styles as escape sequences, and those of nobody else', () => {
    const { bold } = paintFor(true);
    expect(printableLines(bold('x'))).toBe('\x1b[1mx\x1b[22m');
    expect(printableLines(bold('\x1b[1m'))).toBe('\x1b[1m�[1m\x1b[22m');
    expect(printableLines('\ufdd01;x\ufdd0:22;')).not.toContain('\x1b');
    expect(printableLines(paintFor(false).bold('x'))).toBe('x');
  });
});

describe('openProgress', () => {
  it('writes no more to the terminal than it takes to write a line again (R08)', () => {
    const written: string[] = [];
    const terminal = { interactive: true, progress: true, color: true, width: 80 };
    const progress = openProgress(terminal, { write: (text) => written.push(text), columns: 80 });
    progress.show(() => 'a\x1b[2J\nb');
    progress.clear();
    expect(written).toEqual(['\ra�[2J�b\x1b[K', '\r\x1b[K']);
  });
});

describe('printableJson', () => {
  it('is the same to a program, and does nothing to a terminal (R08)', () => {
    const value = { [`key${obeyed.join('')}`]: obeyed.map((character) => `a${character}b`), n: [1, null] };
    for (const indent of [undefined, 2]) {
      const text = printableJson(value, indent);
      expect(JSON.parse(text)).toEqual(value);
      expect(text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
    }
  });
});
