import { computed, effect, type ReadonlySignal, type Signal, signal } from '@preact/signals';
import type { Profile } from '../profile/model';
import { defaultSampleTypeIndex } from '../profile/sample-type';
import type { Hover } from './flame/flame-source';
import { type MatchSummary, summarizeMatches } from './flame/matches';
import { framePath, resolveFramePath } from './flame/navigation';
import { buildGraph, type Graph, type WeightColumns, type Weights, weightsOf } from './graph';
import { dropIdle } from './idle';
import type { PageData, ProfileSource } from './page-data';
import { matchFrames, parseQuery, type Query } from './search';
import { filterFrames } from './stacks/frame-filter';
import { admittedSamples, type LabelGroup, labelChips, labelColumns } from './stacks/labels';
import { type StackTable, selectSamples, stackTableOf } from './stacks/stack-table';
import { type ProfileSummary, summarizeProfile } from './summary';
import { profileId, selectedProfile, type ViewState } from './view-state';

export type Loading =
  | { status: 'none' }
  | { status: 'loading' }
  | { status: 'failed'; message: string }
  | { status: 'ready'; profile: Profile };

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
  /** The profile to compare with, as it loads; `none`: no comparison. */
  baseLoading: ReadonlySignal<Loading>;
  labelGroups: ReadonlySignal<LabelGroup[]>;
  /** All stacks, those of the base included. */
  wholeTable: ReadonlySignal<StackTable | undefined>;
  /** The stacks as filtered, and their weights. */
  shown: ReadonlySignal<Shown | undefined>;
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
  rootBelow: ReadonlySignal<boolean>;
  select: (node: number) => void;
  zoom: (node: number) => void;
  /** The menu that is open. */
  menu: Signal<FrameMenuPlace | undefined>;
  openMenu: (place: Hover) => void;
}

/** Stacks, and the values by which they are looked at. */
export interface Shown {
  table: StackTable;
  columns: WeightColumns;
  /** By what the base's values are multiplied to be compared. */
  scale: number;
  weights: Weights;
}

/** A node of a graph, and where in the window its menu opens. */
export interface FrameMenuPlace extends Hover {
  graph: Graph;
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

  /** One choice, so that what depends on it does not depend on the others. */
  const choice = <K extends keyof ViewState>(key: K): ReadonlySignal<ViewState[K]> => computed(() => state.value[key]);

  const loads = signal<ReadonlyMap<number, Loading>>(new Map());
  const setLoading = (index: number, value: Loading): void => {
    loads.value = new Map(loads.peek()).set(index, value);
  };
  const loadingOf = (index: number): Loading =>
    index < 0 ? { status: 'none' } : (loads.value.get(index) ?? { status: 'loading' });
  const startLoading = (index: number): void => {
    const known = loads.peek().get(index)?.status;
    // One that failed is tried again when it is selected again.
    if (index < 0 || known === 'ready' || known === 'loading') return;
    setLoading(index, { status: 'loading' });
    load(data.profiles[index]).then(
      (profile) => setLoading(index, { status: 'ready', profile }),
      (error: unknown) =>
        setLoading(index, { status: 'failed', message: error instanceof Error ? error.message : String(error) }),
    );
  };
  const profileIndex = computed(() => selectedProfile(data.profiles, state.value));
  const baseId = choice('base');
  const baseIndex = computed(() =>
    baseId.value === '' ? -1 : data.profiles.findIndex((profile) => profileId(profile) === baseId.value),
  );
  effect(() => startLoading(profileIndex.value));
  effect(() => startLoading(baseIndex.value));
  const loading = computed(() => loadingOf(profileIndex.value));
  const baseLoading = computed(() => loadingOf(baseIndex.value));

  const profile = computed(() => (loading.value.status === 'ready' ? loading.value.profile : undefined));
  const base = computed(() => {
    const of = baseLoading.value.status === 'ready' ? baseLoading.value.profile : undefined;
    return of && profile.value && areComparable(profile.value, of) ? of : undefined;
  });
  const valueType = choice('value');
  const valueIndex = computed(() => {
    if (!profile.value) return -1;
    const chosen = profile.value.sampleTypes.findIndex(({ type }) => type === valueType.value);
    return chosen >= 0 ? chosen : defaultSampleTypeIndex(profile.value);
  });
  const summary = computed(() =>
    profile.value && valueIndex.value >= 0 ? summarizeProfile(profile.value, valueIndex.value) : undefined,
  );

  const wholeTable = computed(() => profile.value && stackTableOf(profile.value, base.value));
  const columns = computed(() =>
    profile.value ? labelColumns([...profile.value.samples, ...(base.value?.samples ?? [])]) : [],
  );
  const [labels, hideIdle] = [choice('labels'), choice('hideIdle')];
  const chosenSamples = computed(() => {
    const table = wholeTable.value;
    if (!table) return undefined;
    const keep = admittedSamples(columns.value, labels.value, table.size);
    if (hideIdle.value) dropIdle(table, keep);
    return selectSamples(table, keep);
  });
  const labelGroups = computed(() => {
    const weights = wholeTable.value?.values[valueIndex.value];
    return weights ? labelChips(columns.value, labels.value, weights) : [];
  });
  const [focus, ignore, hide, showFrom] = [choice('focus'), choice('ignore'), choice('hide'), choice('showFrom')];
  const [hiddenOrigins, mergeRecursion] = [choice('hiddenOrigins'), choice('mergeRecursion')];
  const shownTable = computed(
    () =>
      chosenSamples.value &&
      filterFrames(chosenSamples.value, {
        focus: focus.value,
        ignore: ignore.value,
        hide: hide.value,
        showFrom: showFrom.value,
        hiddenOrigins: hiddenOrigins.value,
        mergeRecursion: mergeRecursion.value,
      }),
  );
  const absolute = choice('absolute');
  const shown = computed<Shown | undefined>(() => {
    const table = shownTable.value;
    if (!table || !profile.value || valueIndex.value < 0) return undefined;
    const columns: WeightColumns = { own: valueIndex.value, base: profile.value.sampleTypes.length + valueIndex.value };
    const whole = sum(table.values[columns.own]);
    const baseWhole = sum(table.values[columns.base] ?? []);
    const scale = absolute.value || whole === 0 || baseWhole === 0 ? 1 : whole / baseWhole;
    return { table, columns, scale, weights: weightsOf(table, columns, scale) };
  });
  const direction = choice('direction');
  const graph = computed(() => shown.value && buildGraph(shown.value.table, shown.value.weights, direction.value));

  const searchText = choice('search');
  const query = computed(() => parseQuery(searchText.value));
  const matched = computed(() =>
    graph.value && query.value.kind === 'text' ? matchFrames(query.value, graph.value.tree.frames) : undefined,
  );
  const matches = computed(() =>
    graph.value && matched.value ? summarizeMatches(graph.value.tree, matched.value) : undefined,
  );

  const zoomPath = choice('zoom');
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

  const menu = signal<FrameMenuPlace | undefined>(undefined);
  const openMenu = (place: Hover): void => {
    const current = graph.peek();
    menu.value = current && { ...place, graph: current };
  };

  return {
    data,
    state,
    update,
    profileIndex,
    loading,
    profile,
    valueIndex,
    baseLoading,
    labelGroups,
    wholeTable,
    shown,
    summary,
    graph,
    query,
    matched,
    matches,
    zoomed,
    selected,
    rootBelow: choice('rootBelow'),
    select,
    zoom,
    menu,
    openMenu,
  };
}

/** Whether two profiles have the same values. */
export function areComparable(a: Profile, b: Profile): boolean {
  const names = ({ sampleTypes }: Profile) => sampleTypes.map(({ type, unit }) => `${type}/${unit}`).join();
  return names(a) === names(b);
}

function sum(values: Iterable<number>): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}
