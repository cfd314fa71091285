import type { Io } from '../io';
import { readProfileFile } from '../show/profile-files';
import { type ShowOptions, showProfiles } from '../show/show';

/** `profiled-fn view`: looks at pprof files of this computer. */
export async function runView(paths: string[], options: ShowOptions, io: Io): Promise<void> {
  const files = await Promise.all(paths.map(readProfileFile));
  const title = files.length === 1 ? files[0].function : `${files.length} profiles`;
  const profiles = files.map(({ profile, ...viewed }) => viewed);
  await showProfiles(title, profiles, { ...options, view: options.html === undefined }, io);
}
