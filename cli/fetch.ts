import { join } from 'node:path';
import type { Profile } from '../profile/model';
import { type Consolidated, Consolidator } from './consolidate';
import type { ProfileType } from './keys';
import { packProfile } from './pprof-file';
import type { FindArchive } from './published-source-maps';
import { type FetchProgress, readSnapshots } from './read-snapshots';
import { isSelected, mayBeSelected, type Selection, selectionText, selectSamples } from './selection';
import { listSnapshots, type OpenStore, type Skipped, type UnreadableBucket } from './snapshots';
import { type SourceMapReport, Symbolizer } from './source-maps';
import type { ProfiledFunction, ProfiledStack } from './stack-outputs';
import { writeWhole } from './write-file';

/** What to fetch, and where to put it. */
export interface FetchRequest {
  stack: ProfiledStack;
  functions: ProfiledFunction[];
  /** @default - all types there are */
  type?: ProfileType;
  /** What is wanted of the snapshots. */
  selection: Selection;
  /** Folder for the merged profiles and the cache. */
  out: string;
  /** Folders of cloud assemblies (`cdk.out`) in which the functions' bundles, and their source maps, may lie. */
  assemblies: string[];
  /** Where else there are source maps; default: nowhere. */
  findArchive?: FindArchive;
}

/** The merged profile of one function and type, and the file that it was written to. */
export interface FetchedProfile extends Consolidated {
  file: string;
  /** Content of the file. */
  bytes: Uint8Array;
  /** The text of source files, by their names in the profile, as far as it is at hand. */
  sources: ReadonlyMap<string, string>;
}

export interface FetchedStack {
  stack: ProfiledStack;
  functions: ProfiledFunction[];
  profiles: FetchedProfile[];
  skipped: Skipped[];
  /** Snapshots that the selection leaves out. */
  unselected: number;
  /** Versions of the functions that there are snapshots of, selected or not, as far as they have been read. */
  versions: string[];
  unreadable: UnreadableBucket[];
  sourceMaps: SourceMapReport;
}

/**
 * Fetches the snapshots of functions, merges those of a function and type, gives them original places where there are
 * source maps, and writes `<out>/<stack>/<function>/<type>.consolidated.pb.gz`. What lies in the bucket stays as it is.
 *
 * @throws CommandError where AWS refuses or a file cannot be written; a single bad object is only skipped
 */
export async function fetchStack(
  stores: OpenStore[],
  request: FetchRequest,
  onProgress: (progress: FetchProgress) => void,
): Promise<FetchedStack> {
  const { stack, functions, out, selection } = request;
  const { snapshots: listed, skipped, unreadable } = await listSnapshots(stores, stack, functions, request.type);
  const snapshots = listed.filter(({ key, object }) => mayBeSelected(selection, key.instance, object.lastModified));
  const versions = new Set<string>();
  let selected = 0;
  const consolidator = new Consolidator();
  const damaged = await readSnapshots(
    snapshots,
    join(out, '.cache'),
    (snapshot, profile, facts) => {
      if (facts.version !== '') versions.add(facts.version);
      if (!isSelected(selection, facts)) return;
      selected++;
      consolidator.add(snapshot, profile);
    },
    onProgress,
  );

  const results = consolidator.results();
  const symbolizer = new Symbolizer(request.assemblies, request.findArchive);
  const profiles: FetchedProfile[] = [];
  for (const merged of results.consolidated) {
    const { profile, sources } = await symbolizer.symbolize(merged.function, merged.profile);
    const consolidated = { ...merged, profile: selectedPart(profile, selection) };
    const file = join(out, stack.name, consolidated.function, `${consolidated.type}.consolidated.pb.gz`);
    const bytes = await packProfile(consolidated.profile);
    await writeWhole(file, bytes);
    profiles.push({ ...consolidated, file, bytes, sources: sources() });
  }
  const allSkipped = [...skipped, ...damaged, ...results.skipped].sort((a, b) => (a.key < b.key ? -1 : 1));
  return {
    stack,
    functions,
    profiles,
    skipped: allSkipped,
    unselected: listed.length - selected - damaged.length,
    versions: [...versions].sort(),
    unreadable,
    sourceMaps: symbolizer.report(),
  };
}

/** What is wanted of `profile`, with a comment that says what that is: the file does not tell it otherwise. */
function selectedPart(profile: Profile, selection: Selection): Profile {
  const flags = selectionText(selection);
  if (flags === '') return profile;
  return { ...selectSamples(profile, selection), comments: [...profile.comments, `profiled-fn: only ${flags}`] };
}
