import { printable } from './printable';
import { shorten } from './table';
import { columnsOf, type Terminal } from './terminal';

/** A line on stderr that is written over and over while something takes time. */
export interface Progress {
  /** Shows `text()`, but no more often than an eye can follow. */
  show(text: () => string): void;
  /** Takes the line away. */
  clear(): void;
}

const redrawMs = 80;

/**
 * Progress on a terminal, and nothing elsewhere.
 *
 * It is not from a library, because the spinners of prompt libraries put the terminal into raw mode. Ctrl-C would then
 * exit with 0 and leave child processes behind, instead of interrupting.
 */
export function openProgress(terminal: Terminal, stream: { write(text: string): unknown; columns?: number }): Progress {
  if (!terminal.progress) return { show() {}, clear() {} };
  let shownAt = Number.NEGATIVE_INFINITY;
  return {
    show(text) {
      const now = performance.now();
      if (now - shownAt < redrawMs) return;
      shownAt = now;
      stream.write(`\r${shorten(printable(text()), columnsOf(stream) - 1, 'end')}\x1b[K`);
    },
    clear() {
      if (shownAt === Number.NEGATIVE_INFINITY) return;
      shownAt = Number.NEGATIVE_INFINITY;
      stream.write('\r\x1b[K');
    },
  };
}
