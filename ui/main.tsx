import { render } from 'preact';
import { syncAddress } from './address';
import { App } from './components/app';
import { ProfileMessage } from './components/profile-message';
import { loadPageData } from './load-page-data';
import { loadProfile } from './load-profile';
import { themeSetting } from './theme';
import { decodeViewState } from './view-state';
import { createViewer } from './viewer';

async function start(root: HTMLElement): Promise<void> {
  const theme = themeSetting();
  const data = await loadPageData();
  document.title = data.title;
  const viewer = createViewer(data, loadProfile, decodeViewState(location.hash));
  const history = syncAddress(viewer.state);
  render(<App viewer={viewer} theme={theme} history={history} />, root);
}

const root = document.getElementById('app');
if (root) {
  start(root).catch((error: unknown) => {
    const detail = error instanceof Error ? error.message : String(error);
    render(<ProfileMessage problem={{ kind: 'error', title: 'The page cannot be shown', detail }} />, root);
  });
}
