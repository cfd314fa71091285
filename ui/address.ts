import { effect, type Signal } from '@preact/signals';
import { decodeViewState, encodeViewState, type ViewState } from './view-state';

/** Typing changes the state with each key, and browsers refuse too many changes of the address. */
const WRITE_DELAY_MILLIS = 150;

/**
 * Keeps `state` and the page's address the same. Each choice is a step that the browser's Back undoes; what is typed
 * into the search is not.
 */
export function syncAddress(state: Signal<ViewState>): void {
  let written = state.peek();
  let timer: number | undefined;
  effect(() => {
    const next = state.value;
    window.clearTimeout(timer);
    if (encodeViewState(next) === encodeViewState(written)) return;
    timer = window.setTimeout(() => {
      const address = `#${encodeViewState(next)}`;
      if (encodeViewState({ ...next, search: written.search }) === encodeViewState(written)) {
        history.replaceState(null, '', address);
      } else {
        history.pushState(null, '', address);
      }
      written = next;
    }, WRITE_DELAY_MILLIS);
  });
  const read = (): void => {
    window.clearTimeout(timer);
    written = decodeViewState(location.hash);
    state.value = written;
  };
  // Also fired when the user edits the fragment by hand.
  window.addEventListener('popstate', read);
}
