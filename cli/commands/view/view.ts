import type { Profile } from '../../../profile/model/profile';
import { packProfile } from '../../files/pprof-file';
import { type ProfileFile, readProfileFile } from '../../show/profile-files';
import { requestOfFile } from '../../snapshots/request';
import { isSourcesFile, sourcesAtHand, sourcesForPage } from '../../source-maps/source-files';
import { CommandError } from '../../terminal/command-error';
import type { Io } from '../../terminal/io';
import { type ShowOptions, showProfiles } from '../../viewer/show-profiles';

export interface ViewOptions extends ShowOptions {
  /** Put the text of source files in this folder into the page of `html`. */
  embedSources?: boolean;
  /** Frames that a profile's own drop_frames names are shown, too. */
  allFrames?: boolean;
  /** Only what ran in the request with this id of AWS's. */
  request?: string;
}

interface ReadFile {
  path: string;
  file: ProfileFile;
}

/** `profiled-fn view`: looks at pprof files of this computer. */
export async function runView(paths: string[], options: ViewOptions, io: Io): Promise<void> {
  const files = ofRequest(await readFiles(paths, io), options.request, io);
  const title = files.length === 1 ? files[0].file.function : `${files.length} profiles`;
  const profiles = await Promise.all(
    files.map(async ({ path, file: { profile, bytes, ...viewed } }) => ({
      ...viewed,
      bytes: await shownBytes(profile, bytes, options),
      sources: await sourcesOf(path, profile, options, io),
    })),
  );
  await showProfiles(title, profiles, { ...options, view: options.html === undefined }, io);
}

/** The file's own bytes, unless the page is to show something else. */
async function shownBytes(
  profile: Profile,
  bytes: Uint8Array,
  { allFrames, request }: ViewOptions,
): Promise<Uint8Array> {
  const shown = allFrames ? { ...profile, dropFrames: '' } : profile;
  return request !== undefined || shown.dropFrames !== profile.dropFrames ? packProfile(shown) : bytes;
}

/**
 * The files that have the request, and of these what belongs to it.
 *
 * @throws CommandError if none has
 */
function ofRequest(files: ReadFile[], request: string | undefined, io: Io): ReadFile[] {
  if (request === undefined) return files;
  const failures: CommandError[] = [];
  const selected = files.flatMap(({ path, file }) => {
    try {
      return [{ path, file: { ...file, profile: requestOfFile(file.profile, request, path) } }];
    } catch (error) {
      if (!(error instanceof CommandError)) throw error;
      failures.push(error);
      return [];
    }
  });
  if (selected.length === 0) throw failures[0];
  for (const { message } of failures) io.note(`Left out: ${message}`);
  return selected;
}

/** What is served stays on this computer. */
function sourcesOf(path: string, profile: Profile, { html, embedSources }: ViewOptions, { note }: Io) {
  const folder = process.cwd();
  return html === undefined
    ? sourcesAtHand(path, profile, folder)
    : sourcesForPage(path, profile, folder, { embedSources, note });
}

/**
 * The files that can be read; the others are named.
 *
 * @throws CommandError if none can
 */
async function readFiles(paths: string[], io: Io): Promise<ReadFile[]> {
  const files: ReadFile[] = [];
  const failures: CommandError[] = [];
  // What fetch puts next to a profile is found from there; in `*/*.gz` it is not an unreadable profile.
  const profiles = paths.filter((path) => !isSourcesFile(path));
  for (const path of profiles.length > 0 ? profiles : paths) {
    try {
      files.push({ path, file: await readProfileFile(path) });
    } catch (error) {
      if (!(error instanceof CommandError)) throw error;
      failures.push(error);
    }
  }
  if (files.length === 0) throw failures[0];
  for (const { message } of failures) io.note(`Left out: ${message}`);
  return files;
}
