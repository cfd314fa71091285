import type { Row } from './aggregate';

const COLUMNS = ['section', 'name', 'orders', 'quantity', 'revenue', 'median'] as const;

/** RFC 4180. */
export function toCsv(rows: readonly Row[]): string {
  const lines = rows.map((row) => COLUMNS.map((column) => field(row[column])).join(','));
  return [COLUMNS.join(','), ...lines, ''].join('\r\n');
}

function field(value: string | number): string {
  const text = String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
