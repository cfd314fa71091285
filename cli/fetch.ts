import { join } from 'node:path';
import type { Profile, Sample } from '../profile/model';
import type { Consolidation } from './consolidate';
import type { ProfileType } from './keys';
import { mergedProfile, withRecords } from './merged-profile';
import { openMerging } from './merging';
import { packProfile } from './pprof-file';
import type { FindArchive } from './published-source-maps';
import { type FetchProgress, readSnapshots } from './read-snapshots';
import { mayBeSelected, type Selection, selectionText, selectSamples } from './selection';
import type { MergedSnapshots } from './snapshot-group';
import { listSnapshots, type OpenStore, type Skipped, type Snapshot, type UnreadableBucket } from './snapshots';
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
export interface FetchedProfile extends Omit<MergedSnapshots, 'parts'> {
  profile: Profile;
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
  const { consolidation, damaged, versions, selected } = await mergeSnapshots(snapshots, request, onProgress);
  const symbolizer = new Symbolizer(request.assemblies, request.findArchive);
  const profiles: FetchedProfile[] = [];
  for (const merged of consolidation.merged) {
    const { parts, ...facts } = merged;
    const { profile: generated, records } = mergedProfile(merged, stack.region);
    const { profile: symbolized, sources } = await symbolizer.symbolize(merged.function, generated);
    const profile = selectedPart(symbolized, records, selection);
    const file = join(out, stack.name, merged.function, `${merged.type}.consolidated.pb.gz`);
    const bytes = await packProfile(profile);
    await writeWhole(file, bytes);
    profiles.push({ ...facts, profile, file, bytes, sources: sources() });
  }
  const allSkipped = [...skipped, ...damaged, ...consolidation.skipped].sort((a, b) => (a.key < b.key ? -1 : 1));
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

/** What came of reading and merging. */
interface Merged {
  consolidation: Consolidation;
  /** Objects that are no profiles. */
  damaged: Skipped[];
  /** Versions of the functions that there are snapshots of, selected or not. */
  versions: Set<string>;
  /** How many snapshots were merged. */
  selected: number;
}

/** Reads `snapshots` and merges those that are wanted. */
async function mergeSnapshots(
  snapshots: Snapshot[],
  { out, selection }: FetchRequest,
  onProgress: (progress: FetchProgress) => void,
): Promise<Merged> {
  const versions = new Set<string>();
  let selected = 0;
  const merging = openMerging(selection, snapshots.length);
  try {
    const damaged = await readSnapshots(
      snapshots,
      join(out, '.cache'),
      async ({ object, key }, content) => {
        const { function: fn, type, instance } = key;
        const taken = await merging.add({ key: object.key, function: fn, type, instance, ...content });
        if (taken.version !== '') versions.add(taken.version);
        if (taken.selected) selected++;
      },
      onProgress,
    );
    return { consolidation: await merging.results(), damaged, versions, selected };
  } finally {
    await merging.close();
  }
}

/** What is wanted of a profile, with a comment that says what that is: the file does not tell it otherwise. */
function selectedPart(profile: Profile, records: Sample[], selection: Selection): Profile {
  const flags = selectionText(selection);
  if (flags === '') return withRecords(profile, records);
  const { label, coldStart, errors } = selection;
  // No frame is on the stack of a record: which frames are wanted does not touch it.
  const invocations = selectSamples({ ...profile, samples: records }, { label, coldStart, errors });
  const selected = selectSamples(profile, selection);
  return withRecords(
    { ...selected, comments: [...profile.comments, `profiled-fn: only ${flags}`] },
    invocations.samples,
  );
}
