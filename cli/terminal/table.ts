import { printable } from './printable';

/** A column of a table. */
export interface Column {
  title: string;
  /** @default 'left' */
  align?: 'left' | 'right';
  /** Which end gives way where the terminal is too narrow; such a column never takes less than 12 characters. */
  shorten?: 'start' | 'end';
  /** Left out, the last such column first, where the others would not fit otherwise. */
  optional?: boolean;
}

const gap = 2;
const narrowest = 12;

/**
 * Lines of a table with aligned columns, the titles first. Columns that may be shortened share the width that the
 * others leave. If that is not enough, columns move closer together. A character counts as one column. Control
 * characters are replaced, so a cell cannot begin a line.
 */
export function tableLines(columns: Column[], rows: string[][], width: number): string[] {
  const cells = [columns.map((column) => column.title), ...rows].map((row) => row.map(printable));
  const natural = columns.map((_, i) => cells.reduce((most, row) => Math.max(most, length(row[i])), 0));
  const widths = fitWidths(columns, natural, width - gap * (columns.length - 1));
  const needed = widths.reduce((sum, each) => sum + each, 0) + gap * (columns.length - 1);
  const dropped = needed > width ? columns.findLastIndex(({ optional }) => optional) : -1;
  if (dropped >= 0) {
    const without = <T>(items: T[]) => items.filter((_, i) => i !== dropped);
    return tableLines(without(columns), rows.map(without), width);
  }
  const between = ' '.repeat(needed > width ? 1 : gap);
  return cells.map((row, line) =>
    row
      .map((cell, i) => {
        const text = shorten(cell, widths[i], line === 0 ? 'end' : (columns[i].shorten ?? 'end'));
        const padding = ' '.repeat(widths[i] - length(text));
        return columns[i].align === 'right' ? padding + text : text + padding;
      })
      .join(between)
      .trimEnd(),
  );
}

/** Repeatedly shortens the widest column that may be shortened, until the table fits. */
function fitWidths(columns: Column[], natural: number[], width: number): number[] {
  const widths = [...natural];
  let excess = widths.reduce((sum, each) => sum + each, 0) - width;
  while (excess > 0) {
    const flexible = widths.map((each, i) => (columns[i].shorten && each > narrowest ? each : 0));
    const widest = Math.max(...flexible);
    if (widest === 0) break;
    const second = Math.max(narrowest, ...flexible.filter((each) => each < widest));
    const cut = Math.max(1, Math.min(excess, widest - second));
    widths[flexible.lastIndexOf(widest)] -= cut;
    excess -= cut;
  }
  return widths;
}

/** `text` in `width` characters at most, `…` where something is missing. */
export function shorten(text: string, width: number, from: 'start' | 'end'): string {
  const characters = [...text];
  if (characters.length <= width) return text;
  if (width <= 1) return '…'.slice(0, width);
  return from === 'start'
    ? `…${characters.slice(characters.length - width + 1).join('')}`
    : `${characters.slice(0, width - 1).join('')}…`;
}

function length(text: string): number {
  return [...text].length;
}
