import type { IncomingHttpHeaders } from 'node:http';
import type { StoredObject } from './bucket';
import { S3Error } from './errors';

/**
 * The conditions of a read, in the order of RFC 9110: an ETag counts more than a date.
 *
 * @throws S3Error PreconditionFailed
 */
export function checkReadPreconditions(
  { etag, lastModified }: StoredObject,
  headers: IncomingHttpHeaders,
): 'modified' | 'not-modified' {
  const { 'if-match': match, 'if-none-match': noneMatch } = headers;
  // HTTP's dates have no milliseconds.
  const modified = Math.floor(lastModified.getTime() / 1000) * 1000;
  const isAfter = (date: string | undefined) => modified > Date.parse(date ?? '');
  if (match !== undefined ? !matches(match, etag) : isAfter(headers['if-unmodified-since'])) {
    throw failed(match !== undefined ? 'If-Match' : 'If-Unmodified-Since');
  }
  if (noneMatch !== undefined) return matches(noneMatch, etag) ? 'not-modified' : 'modified';
  const since = headers['if-modified-since'];
  return since !== undefined && !isAfter(since) ? 'not-modified' : 'modified';
}

/**
 * The conditions of a write: not over another object, or over this one only.
 *
 * @throws S3Error PreconditionFailed, NoSuchKey
 */
export function checkWritePreconditions(current: StoredObject | undefined, headers: IncomingHttpHeaders): void {
  const { 'if-match': match, 'if-none-match': noneMatch } = headers;
  if (noneMatch !== undefined && noneMatch !== '*') {
    throw new S3Error('NotImplemented', 'A header you provided implies functionality that is not implemented', {
      Header: 'If-None-Match',
    });
  }
  if (noneMatch === '*' && current) throw failed('If-None-Match');
  checkIfMatch(current, match);
}

/**
 * The condition that a change is of this very object only; `*`: of one that exists.
 *
 * @throws S3Error PreconditionFailed, NoSuchKey
 */
export function checkIfMatch(current: StoredObject | undefined, match: string | undefined): void {
  if (match === undefined) return;
  if (!current) throw new S3Error('NoSuchKey', 'The specified key does not exist.');
  if (!matches(match, current.etag)) throw failed('If-Match');
}

/** Clients send ETags with and without quotes. */
function matches(header: string, etag: string): boolean {
  return header
    .split(',')
    .map((item) => item.trim().replace(/^W\//, ''))
    .some((item) => item === '*' || item === etag || `"${item}"` === etag);
}

function failed(condition: string): S3Error {
  return new S3Error('PreconditionFailed', 'At least one of the pre-conditions you specified did not hold', {
    Condition: condition,
  });
}
