import type { ProfileIdentity } from './page-data';

/** What the user chose, as plain data: the page's address carries it. An empty string is the default. */
export interface ViewState {
  stack: string;
  function: string;
  /** Profile type, for example `wall`. */
  profile: string;
  /** Type of the sample's value, for example `cpu`; empty: the profile's default. */
  value: string;
  view: 'flame' | 'top';
  search: string;
  hideIdle: boolean;
  /** Path of the zoomed frame from the root, see `framePath`; empty: not zoomed. */
  zoom: string;
}

export const INITIAL_VIEW: ViewState = {
  stack: '',
  function: '',
  profile: '',
  value: '',
  view: 'flame',
  search: '',
  hideIdle: false,
  zoom: '',
};

/** The fragment of the page's address for `state`, without `#`; what is as at the start is left out. */
export function encodeViewState(state: ViewState): string {
  const fields = new URLSearchParams();
  for (const key of ['stack', 'function', 'profile', 'value', 'search', 'zoom'] as const) {
    if (state[key] !== '') fields.set(key, state[key]);
  }
  if (state.view !== INITIAL_VIEW.view) fields.set('view', state.view);
  if (state.hideIdle) fields.set('idle', 'hidden');
  return fields.toString();
}

/** Reads {@link encodeViewState}'s fragment, with or without `#`; what it does not know is as at the start. */
export function decodeViewState(fragment: string): ViewState {
  const fields = new URLSearchParams(fragment.replace(/^#/, ''));
  const field = (key: string) => fields.get(key) ?? '';
  return {
    stack: field('stack'),
    function: field('function'),
    profile: field('profile'),
    value: field('value'),
    view: field('view') === 'top' ? 'top' : 'flame',
    search: field('search'),
    hideIdle: field('idle') === 'hidden',
    zoom: field('zoom'),
  };
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
