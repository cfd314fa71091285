import { readFile } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { MERGED_FILE_ENDING } from '../../lib/contract/merged-files';
import type { Profile } from '../../profile/model/profile';
import { isOneMember, packProfile, readProfile, UnreadableProfile } from '../files/pprof-file';
import { CommandError } from '../terminal/command-error';
import type { ViewedProfile } from '../viewer/pages';

/** A pprof file of this computer, read. */
export interface ProfileFile extends ViewedProfile {
  profile: Profile;
}

/**
 * Reads a pprof file, ours or anyone's.
 *
 * @throws CommandError if it cannot be read or is none
 */
export async function readProfileFile(path: string): Promise<ProfileFile> {
  const bytes = await readBytes(path);
  try {
    const profile = await readProfile(bytes);
    // Browsers inflate one gzip member, and refuse what follows it.
    const viewed = isOneMember(bytes) ? bytes : await packProfile(profile);
    return { ...identityOf(path, profile), bytes: viewed, profile };
  } catch (error) {
    if (!(error instanceof UnreadableProfile)) throw error;
    throw new CommandError(
      `${path} cannot be read: ${error.message}.`,
      'Give a pprof file (protobuf, gzipped or not), as `profiled-fn fetch` and other profilers write it.',
      { cause: error },
    );
  }
}

async function readBytes(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new CommandError(
      code === 'ENOENT' ? `There is no file ${path}.` : `${path} cannot be read (${code}).`,
      'Give pprof files, for example .profiled-fn/*/*/*.pb.gz as `profiled-fn fetch` writes them.',
      { cause: error },
    );
  }
}

/** What a file is a profile of: our own are in `<stack>/<function>/`; of others' the name has to do. */
function identityOf(path: string, profile: Profile): { stack: string; function: string; type: string } {
  const name = basename(path);
  if (name.length > MERGED_FILE_ENDING.length && name.endsWith(MERGED_FILE_ENDING)) {
    const folder = dirname(path);
    const parent = basename(dirname(folder));
    return {
      stack: parent === '.' ? '' : parent,
      function: basename(folder),
      type: name.slice(0, -MERGED_FILE_ENDING.length),
    };
  }
  const type = profile.defaultSampleType || profile.sampleTypes.at(-1)?.type || 'pprof';
  return { stack: '', function: name.replace(/(\.pb|\.pprof)?(\.gz)?$/, ''), type };
}
