import { type FetchedProfile, type FetchedStack, writeProfile } from '../fetch/fetch-stack';
import { isEmptied, nothingFetched, nothingSelected } from '../fetch/nothing-fetched';
import { fetchFrom, type Source } from '../fetch/source';
import type { Io } from '../terminal/io';
import type { ViewedProfile } from '../viewer/pages';
import { type ShowOptions, showProfiles } from '../viewer/show-profiles';
import { profileFigures } from './profile-figures';
import { fetchJson, fetchSummary, type ShownProfile } from './summary';

/** What a command adds of its own. */
export interface Additions {
  /** Further members of the `--json` result. */
  json?: object;
  /** What to do where `fn`, the Lambda name of a function, has left nothing. */
  whenNothing(fn: string): string;
  /** Called when the viewer is served and all is said. */
  beforeWaiting?(): void;
}

/**
 * Fetches, writes and prints what came, and shows it.
 *
 * @returns whether the viewer was served, until the user ended it
 * @throws CommandError if none of the sources brings a single profile
 */
export async function fetchAndShow(
  sources: [Source, ...Source[]],
  options: ShowOptions,
  io: Io,
  additions: Additions,
): Promise<boolean> {
  const fetched: FetchedStack<ShownProfile>[] = [];
  for (const source of sources) {
    const { stack, out } = source.request;
    fetched.push(await fetchFrom(source, io, (profile) => written(profile, stack.name, out, options)));
  }
  const profiles = fetched.flatMap((each) => each.profiles.map((profile) => viewed(each, profile)));
  if (profiles.length === 0) throw await nothingFetched(fetched[0], sources[0], additions.whenNothing);
  if (fetched.every(({ profiles }) => isEmptied(profiles)))
    throw nothingSelected(fetched[0].profiles, sources[0].request.selection);
  if (options.json) io.json({ ...fetchJson(fetched), ...additions.json });
  else io.result(fetchSummary(fetched, io.terminal));
  const title = fetched.map((each) => each.stack.name).join(', ');
  return showProfiles(title, profiles, options, io, additions.beforeWaiting);
}

/** Another thread compresses what is written, and this one adds it up meanwhile. */
async function written(
  profile: FetchedProfile,
  stack: string,
  out: string,
  { json, sampleType }: ShowOptions,
): Promise<ShownProfile> {
  // The `--json` result ranks functions the same way whatever is shown.
  const figuresOf = async () => profileFigures(profile, json ? undefined : sampleType);
  const [file, figures] = await Promise.all([writeProfile(profile, stack, out), figuresOf()]);
  return { ...file, figures };
}

function viewed({ stack }: FetchedStack, profile: ShownProfile): ViewedProfile {
  return {
    stack: stack.name,
    function: profile.function,
    type: profile.type,
    bytes: profile.bytes,
    sources: profile.sources(),
  };
}
