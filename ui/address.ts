import { effect, type ReadonlySignal, type Signal, signal } from '@preact/signals';
import { decodeViewState, encodeViewState, type ViewState } from './view-state';

/** Typing changes the state with each key, and browsers refuse too many changes of the address. */
const WRITE_DELAY_MILLIS = 150;

/** The steps of the page, which are those of the browser's history. */
export interface StepHistory {
  canGoBack: ReadonlySignal<boolean>;
  canGoForward: ReadonlySignal<boolean>;
  back: () => void;
  forward: () => void;
}

/**
 * Keeps `state` and the page's address the same. Each choice is a step that the browser's Back undoes; what is typed
 * into the search is not.
 */
export function syncAddress(state: Signal<ViewState>): StepHistory {
  let written = state.peek();
  let timer: number | undefined;
  // A page that is loaded again is in the middle of its steps; how many are before it is in the entry.
  let step = stepOf(history.state);
  let last = step;
  const canGoBack = signal(step > 0);
  const canGoForward = signal(false);
  const setStep = (next: number): void => {
    step = next;
    canGoBack.value = step > 0;
    canGoForward.value = step < last;
  };
  const write = (): void => {
    const next = state.peek();
    timer = undefined;
    const address = `#${encodeViewState(next)}`;
    if (encodeViewState({ ...next, search: written.search }) === encodeViewState(written)) {
      history.replaceState({ step }, '', address);
    } else {
      last = step + 1;
      history.pushState({ step: last }, '', address);
      setStep(last);
    }
    written = next;
  };
  effect(() => {
    const next = state.value;
    window.clearTimeout(timer);
    timer = undefined;
    if (encodeViewState(next) !== encodeViewState(written)) timer = window.setTimeout(write, WRITE_DELAY_MILLIS);
  });
  // Also fired when the user edits the fragment by hand.
  window.addEventListener('popstate', (event) => {
    window.clearTimeout(timer);
    written = decodeViewState(location.hash);
    state.value = written;
    setStep(stepOf(event.state));
  });
  /** A choice that has just been made is a step, too. */
  const afterWriting = (go: () => void) => (): void => {
    if (timer !== undefined) {
      window.clearTimeout(timer);
      write();
    }
    go();
  };
  return {
    canGoBack,
    canGoForward,
    back: afterWriting(() => history.back()),
    forward: afterWriting(() => history.forward()),
  };
}

function stepOf(entry: unknown): number {
  const { step } = (entry ?? {}) as { step?: unknown };
  return typeof step === 'number' ? step : 0;
}
