/** Rows as the lines of a Markdown table; the first row is the header. Columns after the first are aligned right. */
export function markdownTable(rows: readonly (readonly string[])[]): string {
  const [header] = rows;
  const widths = header.map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]) : cell.padStart(widths[i]))).join(' | ')} |`;
  const rule = widths.map((width, i) => (i === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`));
  return [line(header), line(rule), ...rows.slice(1).map(line)].join('\n');
}
