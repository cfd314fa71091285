import { render } from 'preact';
import { syncAddress } from './address';
import { App } from './components/app';
import { ProfileMessage } from './components/profile-message';
import { loadPageData } from './load-page-data';
import { loadProfile } from './load-profile';
import { rememberedAs, rememberSwitch } from './settings';
import { themeSetting } from './theme';
import { decodeViewState, encodeViewState } from './view-state';
import { createViewer } from './viewer';

/** Name of the setting that the root is below. */
const FLIP = 'root-below';

async function start(root: HTMLElement): Promise<void> {
  const theme = themeSetting();
  const data = await loadPageData();
  document.title = data.title;
  const chosen = decodeViewState(location.hash);
  // A matter of taste, which an address need not say.
  const state = { ...chosen, rootBelow: chosen.rootBelow || rememberedAs(FLIP) === true };
  if (state.rootBelow) history.replaceState(history.state, '', `#${encodeViewState(state)}`);
  const viewer = createViewer(data, loadProfile, state);
  rememberSwitch(FLIP, viewer.rootBelow);
  render(<App viewer={viewer} theme={theme} history={syncAddress(viewer.state)} />, root);
}

const root = document.getElementById('app');
if (root) {
  start(root).catch((error: unknown) => {
    const detail = error instanceof Error ? error.message : String(error);
    render(<ProfileMessage problem={{ kind: 'error', title: 'The page cannot be shown', detail }} />, root);
  });
}
