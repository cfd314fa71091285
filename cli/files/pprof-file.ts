import { promisify } from 'node:util';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { gunzip, gunzipSync, gzip, inflateRawSync, type ZlibOptions } from 'node:zlib';
import { limits } from '../../lib/contract/limits';
import { MergeTooLargeError } from '../../profile/merge/merge';
import type { Profile } from '../../profile/model/profile';
import { decodeProfile } from '../../profile/pprof/decode';
import { encodeProfile } from '../../profile/pprof/encode';
import { isGzip } from '../../profile/pprof/gzip-magic';
import { MalformedProfileError } from '../../profile/pprof/malformed-profile-error';
import { MemoryRoom } from './memory-room';

const gunzipAsync = promisify(gunzip);
const gzipAsync = promisify(gzip);

/** What one profile may inflate to, bytes. */
const maxProfileBytes = limits.bytes;

interface InflateOptions extends ZlibOptions {
  chunkSize: number;
}

/** Deflate never makes less of anything, and zlib takes no smaller buffer than this. */
const mostInflation = 1032;
const leastBuffer = 64;
/** What does not fit into a buffer of this size is too large. Memory that nothing is written to is not taken. */
const wholeBuffer = maxProfileBytes + 1;

/** Larger buffers wait until what those before them took has been collected. */
const largeBuffer = 32 * 2 ** 20;
/** What several readers inflate at the same time. */
const inflating = new MemoryRoom(maxProfileBytes);

/** Bytes that are no profile: `message` is a clause that says why. */
export class UnreadableProfile extends Error {
  override readonly name = 'UnreadableProfile';
}

/**
 * The profile in a pprof file, which may be gzipped or not.
 *
 * @throws UnreadableProfile if it is empty, damaged, of another format, or larger than {@link maxProfileBytes}
 */
export async function readProfile(bytes: Uint8Array): Promise<Profile> {
  requireSome(bytes);
  return isGzip(bytes) ? inflate(bytes, (inflated) => parsed(inflated, decodeProfile)) : parsed(bytes, decodeProfile);
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
  const inflated = gunzipOrNothing(bytes, options);
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

/** What `use` makes of the content. What it takes counts until then. */
async function inflate<T>(bytes: Uint8Array, use: (inflated: Uint8Array) => T): Promise<T> {
  const inflateInto = (options: InflateOptions) =>
    inflating.hold(options.chunkSize, async () => {
      collectBefore(options);
      return use(await gunzipAsync(bytes, options).catch(throwUnreadable));
    });
  try {
    return await inflateInto(inflateOptions(bytes));
  } catch (error) {
    if (!(error instanceof TooLarge)) throw error;
    return inflateInto(oneBuffer(wholeBuffer));
  }
}

function inflateSync(bytes: Uint8Array): Uint8Array {
  const inflateInto = (options: InflateOptions) => {
    collectBefore(options);
    try {
      return gunzipSync(bytes, options);
    } catch (error) {
      return throwUnreadable(error);
    }
  };
  try {
    return inflateInto(inflateOptions(bytes));
  } catch (error) {
    if (!(error instanceof TooLarge)) throw error;
    return inflateInto(oneBuffer(wholeBuffer));
  }
}

let collectGarbage: (() => void) | undefined;

/**
 * Collects what was inflated before. V8 has its own idea of when that is worth while, of memory outside of its heap: of
 * profiles of 240 MB that were read one after the other, four were there at a time.
 */
function collectBefore({ chunkSize }: InflateOptions): void {
  if (chunkSize <= largeBuffer) return;
  if (!collectGarbage) {
    setFlagsFromString('--expose-gc');
    collectGarbage = runInNewContext('gc') as () => void;
  }
  collectGarbage();
}

/**
 * A buffer as long as the end of a gzip file says that its content is, as far as that can be. It is wrong if there are
 * several members, where something follows them, and in hostile files.
 */
function inflateOptions(bytes: Uint8Array): InflateOptions {
  const claimed = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(
    Math.max(0, bytes.length - 4),
    true,
  );
  return oneBuffer(Math.max(leastBuffer, Math.min(claimed + 1, bytes.length * mostInflation, wholeBuffer)));
}

/** One buffer for all: several would have to be joined, which takes twice the memory. It must not become full. */
function oneBuffer(chunkSize: number): InflateOptions {
  return { chunkSize, maxOutputLength: chunkSize - 1 };
}

function requireSome(bytes: Uint8Array): void {
  if (bytes.length === 0) throw new UnreadableProfile('it is empty');
}

function parsed<T>(inflated: Uint8Array, parse: (inflated: Uint8Array) => T): T {
  try {
    return parse(inflated);
  } catch (error) {
    if (error instanceof MergeTooLargeError) {
      throw new UnreadableProfile(
        `merged with the others, there would be more than ${error.most.toLocaleString('en-US')} ${error.what}`,
        { cause: error },
      );
    }
    if (!(error instanceof MalformedProfileError)) throw error;
    throw new UnreadableProfile(`it is not a pprof profile: ${error.reason} (at byte ${error.offset})`, {
      cause: error,
    });
  }
}

function throwUnreadable(cause: unknown): never {
  const { code } = cause as NodeJS.ErrnoException;
  if (code === 'ERR_BUFFER_TOO_LARGE') throw new TooLarge({ cause });
  throw new UnreadableProfile(`its gzip data is damaged (${code})`, { cause });
}

/** A profile that does not fit into the buffer that it was given. */
class TooLarge extends UnreadableProfile {
  constructor(options: ErrorOptions) {
    super(`it inflates to more than ${maxProfileBytes / 2 ** 20} MiB`, options);
  }
}

/** Bytes of a gzip member's header without what flags say is in it, and of its end: a checksum and a length. */
const headerBytes = 10;
const trailerBytes = 8;

/** Whether a file that can be read is not gzipped, or one gzip member and nothing behind it. */
export function isOneMember(bytes: Uint8Array): boolean {
  if (!isGzip(bytes)) return true;
  const start = afterHeader(bytes);
  let consumed = 0;
  try {
    // Node.js tells with `info` how much of the input was deflated data.
    const { engine } = inflateRawSync(bytes.subarray(start), {
      info: true,
      chunkSize: wholeBuffer,
      maxOutputLength: maxProfileBytes,
    } as ZlibOptions) as unknown as { engine: { bytesWritten: number } };
    consumed = engine.bytesWritten;
  } catch {
    return false;
  }
  return start + consumed + trailerBytes === bytes.length;
}

/** Where a gzip member's deflated data begin (RFC 1952, 2.3). */
function afterHeader(bytes: Uint8Array): number {
  const [hasHeaderChecksum, hasExtra, hasName, hasComment] = [2, 4, 8, 16].map((flag) => (bytes[3] & flag) !== 0);
  let at = headerBytes;
  if (hasExtra) at += 2 + (bytes[at] | (bytes[at + 1] << 8));
  for (const isThere of [hasName, hasComment]) if (isThere) at = bytes.indexOf(0, at) + 1;
  return hasHeaderChecksum ? at + 2 : at;
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
