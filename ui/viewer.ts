import { computed, effect, type ReadonlySignal, type Signal, signal } from '@preact/signals';
import { treeShape } from '../profile/analysis/call-tree';
import { countSampleTypeIndex } from '../profile/model/sample-type';
import { formatValue } from '../profile/model/value-format';
import type { Hover } from './flame/flame-source';
import { type MatchSummary, summarizeMatches } from './flame/matches';
import { framePath, resolveFramePath } from './flame/navigation';
import { buildGraph, type Graph, type WeightColumns, type Weights, weightsOf } from './graph';
import { dropIdle } from './idle';
import { chooseInvocations, type ShownInvocations } from './invocation-choice';
import type { PageData, ProfileSource } from './page-data';
import { createProfileLoads, type Loading } from './profile-loads';
import type { Recording } from './recording';
import { matchFrames, parseQuery, type Query } from './search';
import { createSourceTexts, type SourceTexts } from './source-texts';
import { filterFrames } from './stacks/frame-filter';
import { admittedSets, joinLabels, type LabelGroup, labelChips, labelColumns, samplesOfSets } from './stacks/labels';
import { joinTables, keepSamples, type StackTable } from './stacks/stack-table';
import { type ProfileSummary, sum, summarizeProfile } from './summary';
import { profileId, selectedProfile, type ViewState } from './view-state';

/**
 * The page's state: what the user chose, and, derived from it, what is shown. A change of one choice computes anew
 * only what depends on it.
 */
export interface Viewer extends SourceTexts {
  data: PageData;
  state: Signal<ViewState>;
  update: (patch: Partial<ViewState>) => void;
  profileIndex: ReadonlySignal<number>;
  loading: ReadonlySignal<Loading>;
  profile: ReadonlySignal<Recording | undefined>;
  /** Index of the sample type that is shown; -1: none. */
  valueIndex: ReadonlySignal<number>;
  /** The profile to compare with, as it loads; `none`: no comparison. */
  baseLoading: ReadonlySignal<Loading>;
  labelGroups: ReadonlySignal<LabelGroup[]>;
  /** The invocations that the labels admit, and which of them are chosen; none where the profile has no records. */
  invocations: ReadonlySignal<ShownInvocations>;
  /** All stacks, those of the base included. */
  wholeTable: ReadonlySignal<StackTable | undefined>;
  /** The stacks as filtered, and their weights. */
  shown: ReadonlySignal<Shown | undefined>;
  summary: ReadonlySignal<ProfileSummary | undefined>;
  /** A value of the chosen sample type for people: with its unit, and for each invocation where that is chosen. */
  amount: ReadonlySignal<(value: number) => string>;
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
  load: (source: ProfileSource) => Promise<Recording>,
  initial: ViewState,
): Viewer {
  const state = signal(initial);
  const update = (patch: Partial<ViewState>): void => {
    state.value = { ...state.peek(), ...patch };
  };

  /** One choice, so that what depends on it does not depend on the others. */
  const choice = <K extends keyof ViewState>(key: K): ReadonlySignal<ViewState[K]> => computed(() => state.value[key]);

  const loads = createProfileLoads(data.profiles, load);
  const profileIndex = computed(() => selectedProfile(data.profiles, state.value));
  const baseId = choice('base');
  const baseIndex = computed(() =>
    baseId.value === '' ? -1 : data.profiles.findIndex((profile) => profileId(profile) === baseId.value),
  );
  effect(() => loads.start(profileIndex.value));
  effect(() => loads.start(baseIndex.value));
  const loading = computed(() => loads.of(profileIndex.value));
  const baseLoading = computed(() => loads.of(baseIndex.value));

  const profile = computed(() => (loading.value.status === 'ready' ? loading.value.profile : undefined));
  const base = computed(() => {
    const of = baseLoading.value.status === 'ready' ? baseLoading.value.profile : undefined;
    return of && profile.value && areComparable(profile.value, of) ? of : undefined;
  });
  const valueType = choice('value');
  const valueIndex = computed(() => {
    if (!profile.value) return -1;
    const chosen = profile.value.sampleTypes.findIndex(({ type }) => type === valueType.value);
    return chosen >= 0 ? chosen : profile.value.defaultType;
  });
  const summary = computed(() =>
    profile.value && valueIndex.value >= 0 ? summarizeProfile(profile.value, valueIndex.value) : undefined,
  );

  const wholeTable = computed(
    () => profile.value && (base.value ? joinTables(profile.value.table, base.value.table) : profile.value.table),
  );
  const sampleLabels = computed(
    () => profile.value && (base.value ? joinLabels(profile.value.labels, base.value.labels) : profile.value.labels),
  );
  const columns = computed(() => (sampleLabels.value ? labelColumns(sampleLabels.value.sets) : []));
  const [labels, hideIdle] = [choice('labels'), choice('hideIdle')];
  const setsByLabels = computed(() => admittedSets(columns.value, labels.value, sampleLabels.value?.sets.length ?? 0));
  const { invocations, admitted } = chooseInvocations(profile, setsByLabels, choice('invocations'));
  const labelGroups = computed(() => {
    const weights = wholeTable.value?.values[valueIndex.value];
    if (!weights || !sampleLabels.value || !profile.value) return [];
    const counts =
      wholeTable.value?.values[countSampleTypeIndex(profile.value.sampleTypes)] ??
      new Float64Array(weights.length).fill(1);
    return labelChips(columns.value, labels.value, sampleLabels.value, weights, counts);
  });
  const [focus, ignore, hide, showFrom] = [choice('focus'), choice('ignore'), choice('hide'), choice('showFrom')];
  const [hiddenOrigins, mergeRecursion] = [choice('hiddenOrigins'), choice('mergeRecursion')];
  /** The stacks with the frames that are wanted, whichever samples are. */
  const framedTable = computed(
    () =>
      wholeTable.value &&
      filterFrames(wholeTable.value, {
        focus: focus.value,
        ignore: ignore.value,
        hide: hide.value,
        showFrom: showFrom.value,
        hiddenOrigins: hiddenOrigins.value,
        mergeRecursion: mergeRecursion.value,
      }),
  );
  const shownTable = computed(() => {
    if (!wholeTable.value || !framedTable.value || !sampleLabels.value) return undefined;
    const keep = samplesOfSets(sampleLabels.value, admitted.value);
    if (hideIdle.value) dropIdle(wholeTable.value, keep);
    return keepSamples(framedTable.value, keep);
  });
  const absolute = choice('absolute');
  const shown = computed<Shown | undefined>(() => {
    const table = shownTable.value;
    if (!table || !profile.value || valueIndex.value < 0) return undefined;
    const columns: WeightColumns = { own: valueIndex.value, base: profile.value.sampleTypes.length + valueIndex.value };
    const whole = sum(table.values[columns.own]);
    const baseWhole = columns.base < table.values.length ? sum(table.values[columns.base]) : 0;
    const scale = absolute.value || whole === 0 || baseWhole === 0 ? 1 : whole / baseWhole;
    return { table, columns, scale, weights: weightsOf(table, columns, scale) };
  });
  const direction = choice('direction');
  const shape = computed(() => framedTable.value && treeShape(framedTable.value, direction.value));
  const graph = computed(
    () => shown.value && shape.value && buildGraph(shape.value, shown.value.weights, direction.value),
  );
  const perInvocation = choice('perInvocation');
  const amount = computed(() => {
    const unit = profile.value?.sampleTypes[valueIndex.value]?.unit ?? '';
    const parts = perInvocation.value && invocations.value.count > 0 ? invocations.value.count : 1;
    return (value: number): string => formatValue(value / parts, unit);
  });

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
    invocations,
    wholeTable,
    shown,
    summary,
    amount,
    graph,
    query,
    matched,
    matches,
    zoomed,
    selected,
    rootBelow: choice('rootBelow'),
    select,
    zoom,
    ...createSourceTexts(data, profileIndex),
    menu,
    openMenu,
  };
}

/** Whether two profiles have the same values. */
export function areComparable(a: Recording, b: Recording): boolean {
  const names = ({ sampleTypes }: Recording) => sampleTypes.map(({ type, unit }) => `${type}/${unit}`).join();
  return names(a) === names(b);
}
