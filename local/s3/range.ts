import { S3Error } from './errors';

/** First and last byte of a part. */
export interface ByteRange {
  start: number;
  end: number;
}

/**
 * Reads a Range header.
 *
 * @returns `undefined` for the whole object: no range, or one that HTTP lets servers ignore
 * @throws S3Error InvalidRange where the object has none of the bytes
 */
export function parseRange(header: string | undefined, size: number): ByteRange | undefined {
  const [, first, last] = /^bytes=(\d*)-(\d*)$/.exec(header ?? '') ?? [];
  if (first === undefined || last === undefined || (first === '' && last === '')) return undefined;
  const start = first === '' ? Math.max(0, size - Number(last)) : Number(first);
  const end = first === '' || last === '' ? size - 1 : Math.min(Number(last), size - 1);
  if (first !== '' && last !== '' && Number(last) < Number(first)) return undefined;
  if (start >= size) {
    throw new S3Error('InvalidRange', 'The requested range is not satisfiable', {
      RangeRequested: header,
      ActualObjectSize: size,
    });
  }
  return { start, end };
}
