import type { Io } from '../io';
import { readProfileFile } from '../show/profile-files';
import { type ShowOptions, showProfiles } from '../show/show';
import { sourcesAtHand } from '../source-maps/source-files';

/** `profiled-fn view`: looks at pprof files of this computer. */
export async function runView(paths: string[], options: ShowOptions, io: Io): Promise<void> {
  const files = await Promise.all(paths.map(readProfileFile));
  const title = files.length === 1 ? files[0].function : `${files.length} profiles`;
  const profiles = await Promise.all(
    files.map(async ({ profile, ...viewed }, i) => ({
      ...viewed,
      sources: await sourcesAtHand(paths[i], profile, process.cwd()),
    })),
  );
  await showProfiles(title, profiles, { ...options, view: options.html === undefined }, io);
}
