import { join } from 'node:path';
import { costSampleType } from '../../profile/cost';
import type { Profile, Sample } from '../../profile/model';
import type { ProfiledFunction, ProfiledStack } from '../discovery/stack-outputs';
import { packProfile } from '../pprof-file';
import { DeniedReads } from '../snapshots/denied-reads';
import type { ProfileType } from '../snapshots/keys';
import { type FetchProgress, readSnapshots } from '../snapshots/read-snapshots';
import { mayBeSelected, type Selection, selectInvocations, selectionText, selectSamples } from '../snapshots/selection';
import { type SlowestReport, slowestParts, tellsInvocations } from '../snapshots/slowest';
import { SnapshotList } from '../snapshots/snapshot-list';
import { type OpenStore, type Skipped, type UnreadableBucket, visitSnapshots } from '../snapshots/snapshots';
import type { FindArchive } from '../source-maps/published-source-maps';
import { keepSources } from '../source-maps/source-files';
import { type SourceMapReport, Symbolizer } from '../source-maps/source-maps';
import { writeWhole } from '../write-file';
import type { Consolidation } from './consolidate';
import { mergedProfile, withRecords } from './merged-profile';
import { openMerging } from './merging';
import type { MergedSnapshots } from './snapshot-group';
import { type Pricing, priceNote } from './time-price';

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
  /** Dollars for a GB-second. @default - the list price */
  price?: number;
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
  /** Which invocations were selected as the slowest, of each function; empty: that was not asked for. */
  slowest: SlowestReport[];
  /** It is what earlier fetches had downloaded; AWS was not asked. */
  cached?: boolean;
  /** What has to be said of the prices that costs were made with; absent: nothing. */
  priceNote?: string;
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
  const snapshots = new SnapshotList();
  const skipped: Skipped[] = [];
  let listed = 0;
  const unreadable = await visitSnapshots(stores, stack, functions, request.type, {
    snapshot(snapshot, store) {
      listed++;
      if (mayBeSelected(selection, snapshot.key.instance, snapshot.object.lastModified))
        snapshots.push(store, snapshot.object);
    },
    skipped: (each) => skipped.push(each),
  });
  const merged = await mergeSnapshots(snapshots, request, onProgress);
  const { consolidation, damaged, denied, versions, selected } = merged;
  const pricing: Pricing = { region: stack.region, perGbSecond: request.price };
  const symbolizer = new Symbolizer(request.assemblies, request.findArchive);
  const profiles: FetchedProfile[] = [];
  for (const group of consolidation.merged) {
    const { parts, ...facts } = group;
    const { profile: generated, records } = mergedProfile(group, pricing);
    const { profile: symbolized, sources } = await symbolizer.symbolize(group.function, generated);
    const profile = selectedPart(symbolized, records, selection);
    const file = join(out, stack.name, group.function, `${group.type}.consolidated.pb.gz`);
    const bytes = await packProfile(profile);
    const texts = sources();
    await keepSources(file, texts);
    await writeWhole(file, bytes);
    profiles.push({ ...facts, profile, file, bytes, sources: texts });
  }
  const allSkipped = [...skipped, ...damaged, ...denied.skipped(), ...consolidation.skipped].sort((a, b) =>
    a.key < b.key ? -1 : 1,
  );
  return {
    stack,
    functions,
    profiles,
    skipped: allSkipped,
    unselected: listed - selected - damaged.length - denied.count,
    versions: [...versions].sort(),
    unreadable: [...unreadable, ...denied.unreadable()],
    sourceMaps: symbolizer.report(),
    slowest: merged.slowest,
    ...(profiles.some(hasCost) && { priceNote: priceNote(pricing) }),
  };
}

function hasCost({ profile }: FetchedProfile): boolean {
  return profile.sampleTypes.some(({ type }) => type === costSampleType.type);
}

/** What came of reading and merging. */
interface Merged {
  consolidation: Consolidation;
  /** Objects that are no profiles. */
  damaged: Skipped[];
  denied: DeniedReads;
  /** Versions of the functions that there are snapshots of, selected or not. */
  versions: Set<string>;
  /** How many snapshots were merged. */
  selected: number;
  slowest: SlowestReport[];
}

/** Reads `snapshots` and merges those that are wanted. */
async function mergeSnapshots(
  listed: SnapshotList,
  { out, selection }: FetchRequest,
  onProgress: (progress: FetchProgress) => void,
): Promise<Merged> {
  const cacheFolder = join(out, '.cache');
  const versions = new Set<string>();
  let selected = 0;
  const snapshots = selection.slowest === undefined ? listed : listed.filter(tellsInvocations);
  const denied = new DeniedReads(snapshots.bucketNames);
  const slowest = await slowestParts(snapshots, selection, cacheFolder, onProgress);
  const merging = openMerging(selection, snapshots.length);
  try {
    const damaged = await readSnapshots(
      snapshots,
      cacheFolder,
      async (snapshot, content) => {
        const { function: fn, type, instance } = snapshot.key;
        const part = slowest ? await slowest.of(snapshot, content) : content;
        const taken = await merging.add({ key: snapshot.object.key, function: fn, type, instance, ...part });
        denied.read(snapshot);
        if (taken.version !== '') versions.add(taken.version);
        if (taken.selected) selected++;
      },
      onProgress,
      (snapshot, error) => denied.leavesOut(snapshot, error),
    );
    denied.requireSome();
    const consolidation = await merging.results();
    return { consolidation, damaged, denied, versions, selected, slowest: slowest?.reports() ?? [] };
  } finally {
    await merging.close();
  }
}

/** What is wanted of a profile, with a comment that says what that is: the file does not tell it otherwise. */
function selectedPart(profile: Profile, records: Sample[], selection: Selection): Profile {
  const flags = selectionText(selection);
  if (flags === '') return withRecords(profile, records);
  // No frame is on the stack of a record: which frames are wanted does not touch it.
  const invocations = selectInvocations({ ...profile, samples: records }, selection);
  const selected = selectSamples(profile, selection);
  return withRecords(
    { ...selected, comments: [...profile.comments, `profiled-fn: only ${flags}`] },
    invocations.samples,
  );
}
