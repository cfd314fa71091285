import type { CallTreeDirection } from '../profile/analysis/call-tree';
import type { OriginKind } from '../profile/analysis/origin';
import type { ProfileIdentity } from './page-data';
import { type FrameFilter, NO_FRAME_FILTER } from './stacks/frame-filter';
import type { LabelChoice } from './stacks/labels';

export const VIEWS = ['flame', 'top', 'function', 'graph', 'source', 'timeline', 'summary'] as const;
export type View = (typeof VIEWS)[number];

/** What the user chose, as plain data: the page's address carries it. An empty string is the default. */
export interface ViewState extends FrameFilter {
  stack: string;
  function: string;
  /** Profile type, for example `wall`. */
  profile: string;
  /** Type of the sample's value, for example `cpu`; empty: the profile's default. */
  value: string;
  view: View;
  search: string;
  hideIdle: boolean;
  /** Path of the zoomed frame from the root, see `framePath`; empty: not zoomed. */
  zoom: string;
  /** `callers`: a bottom-up flame graph, from the leaf up. */
  direction: CallTreeDirection;
  /** The root is below, as with flames; above otherwise. */
  rootBelow: boolean;
  labels: LabelChoice;
  /** The function whose callers and callees are shown, see `frameId`; empty: none yet. */
  chosenFrame: string;
  /** The profile to compare with, see `profileId`; empty: none. */
  base: string;
  /** Compares values as they are, not as shares of their wholes. */
  absolute: boolean;
  /** Which invocations are looked at, see `formatInvocationChoice`; empty: all. */
  invocations: string;
  /** Values are divided by the number of invocations. */
  perInvocation: boolean;
  /** The file whose source is shown; empty: the one in which most of the user's time is. */
  file: string;
  /** The line in it to begin with; empty: the one that has most. */
  line: string;
}

export const INITIAL_VIEW: ViewState = {
  ...NO_FRAME_FILTER,
  stack: '',
  function: '',
  profile: '',
  value: '',
  view: 'flame',
  search: '',
  hideIdle: false,
  zoom: '',
  direction: 'callees',
  rootBelow: false,
  labels: {},
  chosenFrame: '',
  base: '',
  absolute: false,
  invocations: '',
  perInvocation: false,
  file: '',
  line: '',
};

/** Everything that leaves a part of the profile out. */
export const NO_FILTERS = {
  ...NO_FRAME_FILTER,
  labels: {},
  hideIdle: false,
  invocations: '',
} satisfies Partial<ViewState>;

/** How many filters are set. */
export function countFilters(state: ViewState): number {
  const texts = [state.focus, state.ignore, state.hide, state.showFrom, state.invocations].filter(
    (text) => text !== '',
  ).length;
  const switches = Number(state.hideIdle) + Number(state.mergeRecursion) + state.hiddenOrigins.length;
  return texts + switches + Object.keys(state.labels).length;
}

const TEXTS = {
  stack: 'stack',
  function: 'function',
  profile: 'profile',
  value: 'value',
  search: 'search',
  zoom: 'zoom',
  focus: 'focus',
  ignore: 'ignore',
  hide: 'hide',
  showFrom: 'from',
  chosenFrame: 'frame',
  base: 'base',
  invocations: 'invocations',
  file: 'file',
  line: 'line',
} as const satisfies Partial<Record<keyof ViewState, string>>;

/** What can be hidden with a switch. */
export const HIDEABLE_ORIGINS: readonly OriginKind[] = ['own', 'dependency', 'node'];

/** The fragment of the page's address for `state`, without `#`; what is as at the start is left out. */
export function encodeViewState(state: ViewState): string {
  const fields = new URLSearchParams();
  for (const key of Object.keys(TEXTS) as (keyof typeof TEXTS)[]) {
    if (state[key] !== '') fields.set(TEXTS[key], state[key]);
  }
  if (state.view !== INITIAL_VIEW.view) fields.set('view', state.view);
  if (state.hideIdle) fields.set('idle', 'hidden');
  if (state.direction === 'callers') fields.set('direction', 'callers');
  if (state.rootBelow) fields.set('root', 'below');
  if (state.mergeRecursion) fields.set('recursion', 'merged');
  if (state.absolute) fields.set('compare', 'absolute');
  if (state.perInvocation) fields.set('per', 'invocation');
  for (const kind of state.hiddenOrigins) fields.append('without', kind);
  for (const [key, values] of Object.entries(state.labels)) {
    for (const value of values) fields.append(LABEL_PREFIX + key, value);
  }
  return fields.toString();
}

const LABEL_PREFIX = 'label.';

/** Reads {@link encodeViewState}'s fragment, with or without `#`; what it does not know is as at the start. */
export function decodeViewState(fragment: string): ViewState {
  const fields = new URLSearchParams(fragment.replace(/^#/, ''));
  const state: ViewState = { ...INITIAL_VIEW };
  for (const key of Object.keys(TEXTS) as (keyof typeof TEXTS)[]) state[key] = fields.get(TEXTS[key]) ?? '';
  const view = fields.get('view');
  const without = fields.getAll('without');
  return {
    ...state,
    view: VIEWS.find((known) => known === view) ?? INITIAL_VIEW.view,
    hideIdle: fields.get('idle') === 'hidden',
    direction: fields.get('direction') === 'callers' ? 'callers' : 'callees',
    rootBelow: fields.get('root') === 'below',
    mergeRecursion: fields.get('recursion') === 'merged',
    absolute: fields.get('compare') === 'absolute',
    perInvocation: fields.get('per') === 'invocation',
    hiddenOrigins: HIDEABLE_ORIGINS.filter((kind) => without.includes(kind)),
    labels: labelChoice(fields),
  };
}

function labelChoice(fields: URLSearchParams): LabelChoice {
  const keys = [...new Set(fields.keys())].filter((key) => key.startsWith(LABEL_PREFIX));
  // From entries, not by assignment: a label may be called __proto__.
  return Object.fromEntries(keys.map((key) => [key.slice(LABEL_PREFIX.length), fields.getAll(key)]));
}

/** A name for one of the page's profiles. */
export function profileId({ stack, function: fn, type }: ProfileIdentity): string {
  return `${stack}/${fn}/${type}`;
}

/**
 * Index of the profile that `state` names, or of the nearest: same function and another type, then the first `wall`
 * profile, then the first. -1: there is none.
 */
export function selectedProfile(profiles: readonly ProfileIdentity[], state: ViewState): number {
  const ofFunction = (profile: ProfileIdentity) => profile.stack === state.stack && profile.function === state.function;
  const choices: ((profile: ProfileIdentity) => boolean)[] = [
    (profile) => ofFunction(profile) && profile.type === state.profile,
    ofFunction,
    (profile) => profile.type === 'wall',
    () => true,
  ];
  for (const choice of choices) {
    const index = profiles.findIndex(choice);
    if (index >= 0) return index;
  }
  return -1;
}
