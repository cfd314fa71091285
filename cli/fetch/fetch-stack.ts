import { join } from 'node:path';
import { MERGED_FILE_ENDING } from '../../lib/contract/merged-files';
import type { ProfileType } from '../../lib/contract/profile-types';
import { costSampleType } from '../../profile/analysis/cost';
import type { StackTable } from '../../profile/analysis/stack-table';
import type { Profile } from '../../profile/model/profile';
import { decodeProfile } from '../../profile/pprof/decode';
import { packEncoded } from '../files/pprof-file';
import { writeWhole } from '../files/write-file';
import { DeniedReads } from '../snapshots/denied-reads';
import { hasNoSamples, whatThereIs } from '../snapshots/empty-selection';
import { type FunctionStrain, InstanceStrains } from '../snapshots/instance-strain';
import { visitSnapshots } from '../snapshots/list-snapshots';
import { type FetchProgress, readSnapshots } from '../snapshots/read-snapshots';
import { RequestParts } from '../snapshots/request';
import { mayBeSelected, type Selection } from '../snapshots/selection';
import { type SlowestReport, slowestParts, tellsInvocations } from '../snapshots/slowest';
import type { OpenStore, Skipped, UnreadableBucket } from '../snapshots/snapshot';
import { SnapshotList } from '../snapshots/snapshot-list';
import type { FindArchive } from '../source-maps/published-source-maps';
import { keepSources } from '../source-maps/source-files';
import { type SourceMapReport, Symbolizer } from '../source-maps/symbolizer';
import type { ProfiledStack, StackFunction } from '../stacks/stack-outputs';
import type { Consolidation } from './consolidator';
import { mergeFinish, selectedPart } from './merged-profile';
import { type Merging, openMerging } from './merging';
import { oneAhead } from './one-ahead';
import type { MergedGroup } from './snapshot-group';
import { type Pricing, priceNote } from './time-price';

/** What to fetch. */
export interface FetchRequest {
  stack: ProfiledStack;
  functions: StackFunction[];
  /** @default - all types there are */
  type?: ProfileType;
  /** What is wanted of the snapshots. */
  selection: Selection;
  /** Folder of the cache, and of merged profiles where these are written. */
  out: string;
  /** Folders of cloud assemblies (`cdk.out`) in which the functions' bundles, and their source maps, may lie. */
  assemblies: string[];
  /** Where else there are source maps; default: nowhere. */
  findArchive?: FindArchive;
  /** Dollars for a GB-second. @default - the list price */
  price?: number;
}

/** The merged profile of one function and type. */
export interface FetchedProfile extends Omit<MergedGroup, 'parts'> {
  /** Not compressed. */
  encoded: Uint8Array;
  stacks: StackTable;
  /** The profile as objects, made at each call: where `stacks` will do, it takes less. */
  profile(): Profile;
  /** Where flags select none of the samples: what there is to select. */
  whyEmpty?: string;
  /** The text of source files, by their names in the profile, as far as it is at hand. Keeps their maps until asked for. */
  sources(): ReadonlyMap<string, string>;
}

/** A merged profile, and the file that it was written to. */
export interface WrittenProfile extends FetchedProfile {
  file: string;
  /** Content of the file. */
  bytes: Uint8Array;
}

export interface FetchedStack<P extends FetchedProfile = FetchedProfile> {
  stack: ProfiledStack;
  functions: StackFunction[];
  profiles: P[];
  skipped: Skipped[];
  /** Snapshots that the selection leaves out. */
  unselected: number;
  /** Versions of the functions that there are snapshots of, selected or not, as far as they have been read. */
  versions: string[];
  unreadable: UnreadableBucket[];
  sourceMaps: SourceMapReport;
  /** Which invocations were selected as the slowest, of each function; empty: that was not asked for. */
  slowest: SlowestReport[];
  /** Functions whose instances profiling held long, or had too little time on. */
  strain: FunctionStrain[];
  /** It is what earlier fetches had downloaded; AWS was not asked. */
  cached?: boolean;
  /** What has to be said of the prices that costs were made with; absent: nothing. */
  priceNote?: string;
}

/**
 * Fetches the snapshots of functions, merges those of a function and type, and gives them original places where there
 * are source maps. What is in the bucket stays as it is.
 *
 * @param take - is given each merged profile as soon as there is one, while others are still put together
 * @throws CommandError if AWS refuses or the cache cannot be written; a single bad object is only skipped
 */
export async function fetchStack<P extends FetchedProfile>(
  stores: OpenStore[],
  request: FetchRequest,
  onProgress: (progress: FetchProgress) => void,
  take: (profile: FetchedProfile) => Promise<P>,
): Promise<FetchedStack<P>> {
  const { stack, functions, selection } = request;
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
  const ofInvocations = selection.slowest !== undefined || selection.request !== undefined;
  const wanted = ofInvocations ? snapshots.filter(tellsInvocations) : snapshots;
  const pricing: Pricing = { region: stack.region, perGbSecond: request.price };
  const symbolizer = new Symbolizer(request.assemblies, request.findArchive);
  const taken: Promise<P>[] = [];
  const merging = openMerging(selection, wanted.length);
  const finished = async ([i, group]: [number, MergedGroup]): Promise<FetchedProfile> => {
    const { parts, ...facts } = group;
    const maps = await symbolizer.mapsOf(
      group.function,
      parts.flatMap(({ locations }) => locations),
    );
    const finish = mergeFinish(group, maps.find, pricing, selection);
    const whole = await merging.finished(i, finish);
    const selected = selectedPart(whole, selection);
    const { encoded, stacks } = selected;
    const sources = once(() => maps.sources(stacks));
    const isEmptied =
      selected !== whole &&
      stacks.stackless.length === stacks.starts.length - 1 &&
      hasNoSamples({ samples: stacks.stackless });
    const whyEmpty = isEmptied ? whatThereIs(decodeProfile(whole.encoded), selection) : undefined;
    return { ...facts, encoded, stacks, profile: () => decodeProfile(encoded), sources, whyEmpty };
  };
  let merged: Merged;
  try {
    merged = await mergeSnapshots(wanted, request, merging, onProgress);
    for await (const profile of oneAhead(merged.consolidation.merged.entries(), finished)) {
      const taking = take(profile);
      taking.catch(() => undefined); // it is told of below
      taken.push(taking);
    }
  } finally {
    await merging.close();
  }
  const profiles = await Promise.all(taken);
  const { consolidation, damaged, denied, versions, selected } = merged;
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
    strain: merged.strain,
    ...(profiles.some(hasCost) && { priceNote: priceNote(pricing) }),
  };
}

/**
 * Writes a merged profile of `stack` to `<out>/<stack>/<function>/<type>.consolidated.pb.gz`, and the text of its source
 * files next to it.
 *
 * @throws CommandError if a file cannot be written
 */
export async function writeProfile(profile: FetchedProfile, stack: string, out: string): Promise<WrittenProfile> {
  const file = join(out, stack, profile.function, `${profile.type}${MERGED_FILE_ENDING}`);
  const packing = packEncoded(profile.encoded); // in another thread
  const [bytes] = await Promise.all([packing, keepSources(file, profile.sources())]);
  await writeWhole(file, bytes);
  return { ...profile, file, bytes };
}

/** Makes something when it is first asked for, and keeps it, and no longer what it is made of. */
function once<T extends object>(make: () => T): () => T {
  let of: (() => T) | T = make;
  return () => {
    if (typeof of === 'function') of = of();
    return of;
  };
}

function hasCost({ stacks }: FetchedProfile): boolean {
  return stacks.sampleTypes.some(({ type }) => type === costSampleType.type);
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
  strain: FunctionStrain[];
}

/** Reads `snapshots` and merges those that are wanted. */
async function mergeSnapshots(
  snapshots: SnapshotList,
  { out, selection }: FetchRequest,
  merging: Merging,
  onProgress: (progress: FetchProgress) => void,
): Promise<Merged> {
  const cacheFolder = join(out, '.cache');
  const versions = new Set<string>();
  const strains = new InstanceStrains();
  let selected = 0;
  const denied = new DeniedReads(snapshots.bucketNames);
  const request = selection.request === undefined ? undefined : new RequestParts(selection.request);
  const slowest = await slowestParts(snapshots, selection, cacheFolder, onProgress);
  const damaged = await readSnapshots(
    snapshots,
    cacheFolder,
    async (snapshot, content) => {
      const { function: fn, type, instance } = snapshot.key;
      const requested = request ? await request.of(content) : content;
      const part = slowest ? await slowest.of(snapshot, requested) : requested;
      const taken = await merging.add({ key: snapshot.object.key, function: fn, type, instance, ...part });
      denied.read(snapshot);
      if (taken.version !== '') versions.add(taken.version);
      if (taken.selected) {
        selected++;
        strains.add(fn, instance, content.metadata);
      }
    },
    onProgress,
    (snapshot, error) => denied.leavesOut(snapshot, error),
  );
  denied.requireSome();
  request?.requireSome(snapshots.length);
  const consolidation = await merging.results();
  return {
    consolidation,
    damaged,
    denied,
    versions,
    selected,
    slowest: slowest?.reports() ?? [],
    strain: strains.reports(),
  };
}
