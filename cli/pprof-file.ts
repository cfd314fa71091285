import { promisify } from 'node:util';
import { gunzip, gunzipSync, gzip, type ZlibOptions } from 'node:zlib';
import { decodeProfile } from '../profile/decode';
import { encodeProfile } from '../profile/encode';
import { isGzip } from '../profile/gzip-magic';
import { MalformedProfileError } from '../profile/malformed-profile-error';
import type { Profile } from '../profile/model';

const gunzipAsync = promisify(gunzip);
const gzipAsync = promisify(gzip);

/** What one profile may inflate to, bytes: a thousand times what a snapshot holds. */
export const maxProfileBytes = 256 * 1024 * 1024;

/** Deflate never makes less of anything, and zlib takes no smaller buffer than this. */
const mostInflation = 1032;
const leastBuffer = 64;

/** Bytes that are no profile: `message` is a clause that says why. */
export class UnreadableProfile extends Error {
  override readonly name = 'UnreadableProfile';
}

/**
 * The profile in a pprof file, which may be gzipped or not.
 *
 * @throws UnreadableProfile where it is empty, damaged, of another format, or larger than {@link maxProfileBytes}
 */
export async function readProfile(bytes: Uint8Array): Promise<Profile> {
  requireSome(bytes);
  const inflated = isGzip(bytes) ? await gunzipAsync(bytes, inflateOptions(bytes)).catch(throwUnreadable) : bytes;
  return parsed(inflated, decodeProfile);
}

/**
 * What `parse` makes of the profile in a pprof file, when it is inflated. For threads that have nothing else to do: it
 * takes less than {@link readProfile}.
 *
 * @throws UnreadableProfile as {@link readProfile} does
 */
export function readProfileSync<T>(bytes: Uint8Array, parse: (inflated: Uint8Array) => T): T {
  requireSome(bytes);
  return parsed(isGzip(bytes) ? inflateSync(bytes) : bytes, parse);
}

/** What is inflated ahead of time is at most so large, bytes. */
const mostAhead = 4 * 1024 * 1024;

/**
 * Inflates what is gzipped and small, so that the thread that reads it has less to do. What is not gzipped, is large or
 * damaged stays as it is: whoever reads it says so.
 *
 * In this thread, not in the thread pool: what a snapshot takes, 0.4 ms, is not worth its streams and events, and a
 * `fetch` of 1,000 took a twentieth longer with them.
 *
 * @returns bytes in a buffer of their own, which can be handed to another thread
 */
export function inflatedAhead(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const options = isGzip(bytes) ? inflateOptions(bytes) : undefined;
  if (!options || options.chunkSize > mostAhead) return new Uint8Array(bytes);
  const inflated = gunzipOrNothing(bytes, { ...options, maxOutputLength: mostAhead });
  // What was gzipped twice is no profile, and must not look like one that was gzipped once.
  if (!inflated || isGzip(inflated)) return new Uint8Array(bytes);
  const { buffer, byteOffset, length } = inflated;
  // Small ones share a buffer. The last byte is what inflating found to be too much.
  return buffer.byteLength <= length + 1 ? new Uint8Array(buffer, byteOffset, length) : new Uint8Array(inflated);
}

function gunzipOrNothing(bytes: Uint8Array, options: ZlibOptions): Buffer<ArrayBuffer> | undefined {
  try {
    return gunzipSync(bytes, options);
  } catch {
    return undefined;
  }
}

function inflateSync(bytes: Uint8Array): Uint8Array {
  try {
    return gunzipSync(bytes, inflateOptions(bytes));
  } catch (error) {
    return throwUnreadable(error);
  }
}

/** A buffer as long as the end of a gzip file says that its content is, as far as that can be: it need not grow then. */
function inflateOptions(bytes: Uint8Array): { maxOutputLength: number; chunkSize: number } {
  const claimed = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(
    Math.max(0, bytes.length - 4),
    true,
  );
  const chunkSize = Math.min(claimed + 1, bytes.length * mostInflation, maxProfileBytes);
  return { maxOutputLength: maxProfileBytes, chunkSize: Math.max(leastBuffer, chunkSize) };
}

function requireSome(bytes: Uint8Array): void {
  if (bytes.length === 0) throw new UnreadableProfile('it is empty');
}

function parsed<T>(inflated: Uint8Array, parse: (inflated: Uint8Array) => T): T {
  try {
    return parse(inflated);
  } catch (error) {
    if (!(error instanceof MalformedProfileError)) throw error;
    throw new UnreadableProfile(`it is no pprof profile: ${error.reason} (at byte ${error.offset})`, { cause: error });
  }
}

function throwUnreadable(error: unknown): never {
  const { code } = error as NodeJS.ErrnoException;
  throw new UnreadableProfile(
    code === 'ERR_BUFFER_TOO_LARGE'
      ? `it inflates to more than ${maxProfileBytes / 2 ** 20} MiB`
      : `its gzip data is damaged (${code})`,
    { cause: error },
  );
}

/** Half the time of zlib's own choice, 6, and a merged profile is 6 % larger. */
export const gzipLevel = 3;

/** `profile` as the gzipped pprof file that every tool reads. */
export async function packProfile(profile: Profile): Promise<Uint8Array> {
  return packEncoded(encodeProfile(profile));
}

/** The same of a profile that has been encoded. */
export async function packEncoded(encoded: Uint8Array): Promise<Uint8Array> {
  // Room for all: wherever it is full, the other thread waits until this one has nothing else to do.
  return gzipAsync(encoded, { level: gzipLevel, chunkSize: Math.max(leastBuffer, encoded.length) });
}
