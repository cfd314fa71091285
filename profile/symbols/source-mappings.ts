/** What a row has where a segment does not tell it, and the row of no segment. */
export const NONE = -1;

/** A row: column of the generated file, number of the source, line and column there, number of the name; all from 0. */
const ROW = 5;
const COMMA = 44;
const SEMICOLON = 59;
/** Digits of base 64 by their character codes. */
const digits = new Uint8Array(128);
for (const [value, digit] of [...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'].entries()) {
  digits[digit.charCodeAt(0)] = value;
}

/** Mappings of a part of a generated file that begins at a line and a column, as index maps have them; from 0. */
export interface MappingsSection {
  mappings: SourceMappings;
  line: number;
  column: number;
  /** Numbers of its first source and its first name among those of all. */
  firstSource: number;
  firstName: number;
}

interface Table {
  rows: Int32Array;
  starts: Int32Array;
}

/**
 * The mappings of a source map, decoded into one table of integers: a map of 5 MB has hundreds of thousands, and an array
 * for each takes ten times the memory and the time.
 *
 * Only digits of base 64, commas and semicolons may be in the text. What a segment has beyond five numbers is passed
 * over, and of two or three only the first counts.
 */
export class SourceMappings {
  readonly #rows: Int32Array;
  /** Where the rows of each line of the generated file begin, and then the number of all. */
  readonly #starts: Int32Array;

  /** @param of - text, or a table of the same form */
  constructor(of: string | Table) {
    if (typeof of !== 'string') {
      this.#rows = of.rows;
      this.#starts = of.starts;
      return;
    }
    const { segments, lines } = sizeOf(of);
    this.#rows = new Int32Array(segments * ROW);
    this.#starts = new Int32Array(lines + 1);
    this.#decode(of);
  }

  /**
   * The mappings of all sections. Each ends where the next one begins.
   *
   * @param sections - in the order of their beginnings
   */
  static joined(sections: readonly MappingsSection[]): SourceMappings {
    const lines = sections.reduce((most, { line, mappings }) => Math.max(most, line + mappings.lines), 1);
    const segments = sections.reduce((sum, { mappings }) => sum + mappings.start(mappings.lines), 0);
    const rows = new Int32Array(segments * ROW);
    const starts = new Int32Array(lines + 1);
    let row = 0;
    let begun = 0;
    for (const [i, { mappings, line, column, firstSource, firstName }] of sections.entries()) {
      const end = sections[i + 1] ?? { line: lines, column: 0 };
      for (let own = 0; own < mappings.lines && line + own <= end.line; own++) {
        while (begun < line + own) starts[++begun] = row;
        const shift = own === 0 ? column : 0;
        const stop = line + own === end.line ? end.column - shift : Number.POSITIVE_INFINITY;
        for (let from = mappings.start(own); from < mappings.start(own + 1); from++) {
          if (mappings.column(from) >= stop) break;
          rows.set(mappings.#rows.subarray(from * ROW, (from + 1) * ROW), row * ROW);
          rows[row * ROW] = mappings.column(from) + shift;
          if (mappings.source(from) !== NONE) rows[row * ROW + 1] = mappings.source(from) + firstSource;
          if (mappings.name(from) !== NONE) rows[row * ROW + 4] = mappings.name(from) + firstName;
          row++;
        }
      }
    }
    while (begun < lines) starts[++begun] = row;
    return new SourceMappings({ rows, starts });
  }

  /** Of the generated file, as far as there are mappings. */
  get lines(): number {
    return this.#starts.length - 1;
  }

  /** The row of the first segment at a column of a line of the generated file, or else of the last one before it. */
  find(line: number, column: number): number {
    const first = this.start(line);
    let low = first;
    let high = this.start(line + 1);
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.column(middle) < column) low = middle + 1;
      else high = middle;
    }
    if (low < this.start(line + 1) && this.column(low) === column) return low;
    return low === first ? NONE : low - 1;
  }

  /** Where the rows of a line begin; of one that does not exist: behind all. */
  start(line: number): number {
    const last = this.#starts.length - 1;
    return this.#starts[Math.min(line, last)];
  }

  /** In the generated file. */
  column(row: number): number {
    return this.#rows[row * ROW];
  }

  /** Number of the source, `NONE`: it comes from none. */
  source(row: number): number {
    return this.#rows[row * ROW + 1];
  }

  /** In the source. */
  sourceLine(row: number): number {
    return this.#rows[row * ROW + 2];
  }

  /** In the source. */
  sourceColumn(row: number): number {
    return this.#rows[row * ROW + 3];
  }

  /** Number of the name, or `NONE`. */
  name(row: number): number {
    return this.#rows[row * ROW + 4];
  }

  #decode(text: string): void {
    const rows = this.#rows;
    /** What the numbers of a segment add to, in the order of a row. */
    const sums = new Int32Array(ROW);
    const numbers = new Int32Array(ROW);
    let row = 0;
    let line = 0;
    let isSorted = true;
    let at = 0;
    while (at <= text.length) {
      let count = 0;
      let code = charAt(text, at);
      while (code !== COMMA && code !== SEMICOLON) {
        let value = 0;
        for (let shift = 0; ; shift += 5) {
          const digit = digits[code];
          value |= (digit & 31) << shift;
          code = charAt(text, ++at);
          if ((digit & 32) === 0 || code === COMMA || code === SEMICOLON) break;
        }
        if (count < ROW) numbers[count++] = value & 1 ? -(value >>> 1) : value >>> 1;
      }
      at++;
      if (count > 0) {
        const told = count < 4 ? 1 : count;
        for (let i = 0; i < ROW; i++) {
          if (i < told) sums[i] = sums[i] + numbers[i];
          rows[row * ROW + i] = i < told ? sums[i] : NONE;
        }
        const isFirst = row === this.#starts[line];
        isSorted &&= isFirst || this.column(row - 1) <= this.column(row);
        row++;
      }
      if (code === SEMICOLON) {
        if (!isSorted) this.#sort(this.#starts[line], row);
        isSorted = true;
        this.#starts[++line] = row;
        sums[0] = 0;
      }
    }
  }

  #sort(from: number, to: number): void {
    const rows = Array.from({ length: to - from }, (_, i) => this.#rows.slice((from + i) * ROW, (from + i + 1) * ROW));
    rows.sort((a, b) => a[0] - b[0]);
    for (const [i, row] of rows.entries()) this.#rows.set(row, (from + i) * ROW);
  }
}

/** The end of the text ends its last line. */
function charAt(text: string, at: number): number {
  return at < text.length ? text.charCodeAt(at) : SEMICOLON;
}

/** How many segments there are at most, and how many lines. */
function sizeOf(text: string): { segments: number; lines: number } {
  let segments = 1;
  let lines = 1;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === SEMICOLON) lines++;
    if (code === SEMICOLON || code === COMMA) segments++;
  }
  return { segments, lines };
}
