import { SourceMap } from '../../../profile/symbols/source-map';

/** Generated column, and where it comes from: number of the source, line, column, number of the name; all from 0. */
export type Segment = [number] | [number, number, number, number] | [number, number, number, number, number];

export interface MapSpec {
  sources: (string | null)[];
  names?: string[];
  /** Segments of each line. */
  lines: Segment[][];
}

/** JSON of a source map. */
export function mapText({ sources, names = [], lines }: MapSpec): string {
  return JSON.stringify({ version: 3, sources, names, mappings: encodedMappings(lines) });
}

export function mapOf(spec: MapSpec): SourceMap {
  return new SourceMap(mapText(spec));
}

/** Segments as base 64 VLQs: each field is the difference to the one before, columns from anew on each line. */
export function encodedMappings(lines: Segment[][]): string {
  const previous = [0, 0, 0, 0, 0];
  return lines
    .map((segments) => {
      previous[0] = 0;
      return segments.map((segment) => segment.map((field, i) => vlq(difference(previous, field, i))).join('')).join();
    })
    .join(';');
}

function difference(previous: number[], field: number, i: number): number {
  const last = previous[i];
  previous[i] = field;
  return field - last;
}

const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

function vlq(value: number): string {
  let rest = value < 0 ? -value * 2 + 1 : value * 2;
  let text = '';
  do {
    const digit = rest % 32;
    rest = Math.floor(rest / 32);
    text += DIGITS[rest > 0 ? digit + 32 : digit];
  } while (rest > 0);
  return text;
}
