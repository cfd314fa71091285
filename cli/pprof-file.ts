import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import { decodeProfile } from '../profile/decode';
import { encodeProfile } from '../profile/encode';
import { isGzip } from '../profile/gzip-magic';
import { MalformedProfileError } from '../profile/malformed-profile-error';
import type { Profile } from '../profile/model';

const gunzipAsync = promisify(gunzip);
const gzipAsync = promisify(gzip);

/** What one profile may inflate to, bytes: a thousand times what a snapshot holds. */
export const maxProfileBytes = 256 * 1024 * 1024;

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
  if (bytes.length === 0) throw new UnreadableProfile('it is empty');
  const inflated = isGzip(bytes) ? await inflate(bytes) : bytes;
  try {
    return decodeProfile(inflated);
  } catch (error) {
    if (!(error instanceof MalformedProfileError)) throw error;
    throw new UnreadableProfile(`it is no pprof profile: ${error.reason} (at byte ${error.offset})`, { cause: error });
  }
}

async function inflate(bytes: Uint8Array): Promise<Uint8Array> {
  try {
    return await gunzipAsync(bytes, { maxOutputLength: maxProfileBytes });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new UnreadableProfile(
      code === 'ERR_BUFFER_TOO_LARGE'
        ? `it inflates to more than ${maxProfileBytes / 2 ** 20} MiB`
        : `its gzip data is damaged (${code})`,
      { cause: error },
    );
  }
}

/** `profile` as the gzipped pprof file that every tool reads. */
export async function packProfile(profile: Profile): Promise<Uint8Array> {
  return gzipAsync(encodeProfile(profile));
}
