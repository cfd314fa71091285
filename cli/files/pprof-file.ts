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

/** Limit of an inflated profile, in bytes. */
const maxProfileBytes = limits.bytes;

interface InflateOptions extends ZlibOptions {
  chunkSize: number;
}

/** Deflate never makes less of anything, and zlib takes no smaller buffer than this. */
const mostInflation = 1032;
const leastBuffer = 64;
/**
 * Content that does not fit into a buffer of this size is too large. The system allocates only the memory that is
 * written.
 */
const wholeBuffer = maxProfileBytes + 1;

/** Larger buffers wait until the memory of earlier ones has been collected. */
const largeBuffer = 32 * 2 ** 20;
/** Limit for all readers that inflate at the same time. */
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
 * The result of `parse` for the inflated profile in a pprof file. For threads that have nothing else to do: it takes
 * less time than {@link readProfile}.
 *
 * @throws UnreadableProfile as {@link readProfile} does
 */
export function readProfileSync<T>(bytes: Uint8Array, parse: (inflated: Uint8Array) => T): T {
  requireSome(bytes);
  return parsed(isGzip(bytes) ? inflateSync(bytes) : bytes, parse);
}

/** Limit for inflating ahead of time, in bytes. */
const mostAhead = 4 * 1024 * 1024;

/**
 * Inflates small gzipped content, so that the reading thread has less to do. Content that is not gzipped, large or
 * damaged is returned unchanged, and its reader reports the error.
 *
 * This runs in the calling thread, not in the thread pool. A snapshot takes 0.4 ms, which is not worth its streams and
 * events: a `fetch` of 1,000 took a twentieth longer with them.
 *
 * @returns bytes in a buffer of their own, which can be handed to another thread
 */
export function inflatedAhead(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const options = isGzip(bytes) ? inflateOptions(bytes) : undefined;
  if (!options || options.chunkSize > mostAhead) return new Uint8Array(bytes);
  const inflated = gunzipOrNothing(bytes, options);
  // Content that was gzipped twice is not a profile, and must not look like one that was gzipped once.
  if (!inflated || isGzip(inflated)) return new Uint8Array(bytes);
  const { buffer, byteOffset, length } = inflated;
  // Small ones share a buffer. The last byte is set if inflating produced too much.
  return buffer.byteLength <= length + 1 ? new Uint8Array(buffer, byteOffset, length) : new Uint8Array(inflated);
}

function gunzipOrNothing(bytes: Uint8Array, options: ZlibOptions): Buffer<ArrayBuffer> | undefined {
  try {
    return gunzipSync(bytes, options);
  } catch {
    return undefined;
  }
}

/** The result of `use` for the content. Its memory counts until then. */
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
 * Collects the memory of earlier buffers. V8 decides itself when to collect memory outside of its heap: when profiles
 * of 240 MB were read one after the other, four were in memory at a time.
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

/** Bytes of a gzip member's header without its optional fields, and of its end: a checksum and a length. */
const headerBytes = 10;
const trailerBytes = 8;

/** Whether a file that can be read is not gzipped, or one gzip member and nothing behind it. */
export function isOneMember(bytes: Uint8Array): boolean {
  if (!isGzip(bytes)) return true;
  const start = afterHeader(bytes);
  let consumed = 0;
  try {
    // With `info`, Node.js reports how much of the input was deflated data.
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

/** The beginning of a gzip member's deflated data (RFC 1952, 2.3). */
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
  // There is room for all: when it is full, the other thread waits until this one has nothing else to do.
  return gzipAsync(encoded, { level: gzipLevel, chunkSize: Math.max(leastBuffer, encoded.length) });
}
