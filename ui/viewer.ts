import { computed, effect, type ReadonlySignal, type Signal, signal } from '@preact/signals';
import { buildCallTree, type CallTree } from '../profile/call-tree';
import type { Profile } from '../profile/model';
import { defaultSampleTypeIndex } from '../profile/sample-type';
import { type FlameLayout, layoutFlame } from './flame/layout';
import { type MatchSummary, summarizeMatches } from './flame/matches';
import { framePath, resolveFramePath } from './flame/navigation';
import { type Origin, originOf } from './frame-origin';
import { withoutIdle } from './idle';
import type { PageData, ProfileSource } from './page-data';
import { matchFrames, parseQuery, type Query } from './search';
import { type ProfileSummary, summarizeProfile } from './summary';
import { displayText } from './text';
import { selectedProfile, type ViewState } from './view-state';

export type Loading =
  | { status: 'none' }
  | { status: 'loading' }
  | { status: 'failed'; message: string }
  | { status: 'ready'; profile: Profile };

/** A call tree and all that is derived from it once. */
export interface Graph {
  tree: CallTree;
  layout: FlameLayout;
  /** For each of the tree's frames. */
  origins: Origin[];
  labels: string[];
}

/**
 * The page's state: what the user chose, and, derived from it, what is shown. A change of one choice computes anew
 * only what depends on it.
 */
export interface Viewer {
  data: PageData;
  state: Signal<ViewState>;
  update: (patch: Partial<ViewState>) => void;
  profileIndex: ReadonlySignal<number>;
  loading: ReadonlySignal<Loading>;
  profile: ReadonlySignal<Profile | undefined>;
  /** Index of the sample type that is shown; -1: none. */
  valueIndex: ReadonlySignal<number>;
  /** The profile as filtered. */
  shownProfile: ReadonlySignal<Profile | undefined>;
  summary: ReadonlySignal<ProfileSummary | undefined>;
  graph: ReadonlySignal<Graph | undefined>;
  query: ReadonlySignal<Query>;
  /** 1 for each of the tree's frames that the search matches; absent without a search. */
  matched: ReadonlySignal<Uint8Array | undefined>;
  matches: ReadonlySignal<MatchSummary | undefined>;
  /** The node that fills the width; 0: the root. */
  zoomed: ReadonlySignal<number>;
  /** The node that the keyboard moves from; -1: none. */
  selected: ReadonlySignal<number>;
  select: (node: number) => void;
  zoom: (node: number) => void;
}

/** What the root is called, which is no function. */
const ROOT_LABEL = 'all';

/** Name of a node's function. */
export function labelOf({ tree, labels }: Graph, node: number): string {
  return node === 0 ? ROOT_LABEL : labels[tree.frame[node]];
}

/** @param load fetches and decodes one profile; rejects with an error whose message is for the user. */
export function createViewer(
  data: PageData,
  load: (source: ProfileSource) => Promise<Profile>,
  initial: ViewState,
): Viewer {
  const state = signal(initial);
  const update = (patch: Partial<ViewState>): void => {
    state.value = { ...state.peek(), ...patch };
  };

  const loads = signal<ReadonlyMap<number, Loading>>(new Map());
  const profileIndex = computed(() => selectedProfile(data.profiles, state.value));
  const loading = computed<Loading>(() =>
    profileIndex.value < 0 ? { status: 'none' } : (loads.value.get(profileIndex.value) ?? { status: 'loading' }),
  );
  const setLoading = (index: number, value: Loading): void => {
    loads.value = new Map(loads.peek()).set(index, value);
  };
  effect(() => {
    const index = profileIndex.value;
    const known = loads.peek().get(index)?.status;
    // One that failed is tried again when it is selected again.
    if (index < 0 || known === 'ready' || known === 'loading') return;
    setLoading(index, { status: 'loading' });
    load(data.profiles[index]).then(
      (profile) => setLoading(index, { status: 'ready', profile }),
      (error: unknown) =>
        setLoading(index, { status: 'failed', message: error instanceof Error ? error.message : String(error) }),
    );
  });

  const profile = computed(() => (loading.value.status === 'ready' ? loading.value.profile : undefined));
  const valueIndex = computed(() => {
    if (!profile.value) return -1;
    const chosen = profile.value.sampleTypes.findIndex(({ type }) => type === state.value.value);
    return chosen >= 0 ? chosen : defaultSampleTypeIndex(profile.value);
  });
  const hideIdle = computed(() => state.value.hideIdle);
  const shownProfile = computed(() => (hideIdle.value && profile.value ? withoutIdle(profile.value) : profile.value));
  const summary = computed(() =>
    profile.value && valueIndex.value >= 0 ? summarizeProfile(profile.value, valueIndex.value) : undefined,
  );
  const graph = computed(() =>
    shownProfile.value && valueIndex.value >= 0 ? buildGraph(shownProfile.value, valueIndex.value) : undefined,
  );

  const searchText = computed(() => state.value.search);
  const query = computed(() => parseQuery(searchText.value));
  const matched = computed(() =>
    graph.value && query.value.kind === 'text' ? matchFrames(query.value, graph.value.tree.frames) : undefined,
  );
  const matches = computed(() =>
    graph.value && matched.value ? summarizeMatches(graph.value.tree, matched.value) : undefined,
  );

  const zoomPath = computed(() => state.value.zoom);
  const zoomed = computed(() => (graph.value ? resolveFramePath(graph.value.tree, zoomPath.value) : 0));
  // A node's number means nothing in another tree.
  const selection = signal<{ graph: Graph | undefined; node: number }>({ graph: undefined, node: -1 });
  const selected = computed(() => (selection.value.graph === graph.value ? selection.value.node : -1));
  const select = (node: number): void => {
    selection.value = { graph: graph.peek(), node };
  };
  const zoom = (node: number): void => {
    const current = graph.peek();
    if (current) update({ zoom: framePath(current.tree, node) });
  };

  return {
    data,
    state,
    update,
    profileIndex,
    loading,
    profile,
    valueIndex,
    shownProfile,
    summary,
    graph,
    query,
    matched,
    matches,
    zoomed,
    selected,
    select,
    zoom,
  };
}

function buildGraph(profile: Profile, valueIndex: number): Graph {
  const tree = buildCallTree(profile, valueIndex);
  return {
    tree,
    layout: layoutFlame(tree),
    origins: tree.frames.map(({ name, file }) => originOf(name, file)),
    labels: tree.frames.map(({ name }) => displayText(name)),
  };
}
