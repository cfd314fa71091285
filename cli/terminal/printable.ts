import { randomBytes } from 'node:crypto';

/**
 * Characters that control a terminal (C0 with escape, DEL, C1), and those that reorder, hide or break text:
 * bidirectional controls, characters without width, the separators of lines and paragraphs.
 */
const obeyed = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

const replacement = '\ufffd';

/** Text from elsewhere as a part of a line: it cannot move the cursor, set a style, or begin a line. */
export function printable(text: string): string {
  return text.replace(obeyed, replacement);
}

/** The same of whole lines that the command has put together: line feeds and its own styles stay. */
export function printableLines(text: string): string {
  const lines = text.replace(/\r\n/g, '\n').replace(/\t/g, ' ');
  const harmless = lines.replace(obeyed, (character) => (character === '\n' ? character : replacement));
  return harmless.replace(marks, '\x1b[$1m');
}

/**
 * JSON of a value. Its texts are the same for a program and have no effect on a terminal: control characters are
 * escaped. JSON itself requires this only for C0.
 */
export function printableJson(value: unknown, indent?: number): string {
  // The remaining control characters are in texts, except line feeds of the indentation.
  const escaped = (character: string) =>
    character === '\n'
      ? character
      : [...Array(character.length).keys()]
          .map((i) => `\\u${character.charCodeAt(i).toString(16).padStart(4, '0')}`)
          .join('');
  return JSON.stringify(value, undefined, indent).replace(obeyed, escaped);
}

/** Writes text with a style, or plain where the terminal shows no colours. */
export interface Paint {
  bold(text: string): string;
  dim(text: string): string;
}

/** {@link printableLines} decides how it appears on a terminal. */
export function paintFor(color: boolean): Paint {
  const style = (on: number, off: number) => (text: string) => (color ? `${mark(on)}${text}${mark(off)}` : text);
  return { bold: style(1, 22), dim: style(2, 22) };
}

/** Drawn anew by each run: no text from elsewhere can have a style, as it cannot know it. */
const secret = randomBytes(8).toString('hex');

const mark = (code: number) => `\ufdd0${secret}:${code};`;
const marks = new RegExp(`\ufdd0${secret}:(\\d+);`, 'g');
