import type { ReadonlySignal, Signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { StepHistory } from '../address';
import { pathTo } from '../flame/navigation';
import { labelOf } from '../graph';
import type { Theme } from '../palette';
import { countFilters, VIEWS, type View } from '../view-state';
import type { Viewer } from '../viewer';
import { DownloadButton } from './download-button';

const LABELS: Record<View, string> = {
  flame: 'Flame graph',
  top: 'Top functions',
  function: 'Callers & callees',
  graph: 'Call graph',
  source: 'Source',
  timeline: 'Timeline',
  summary: 'Summary',
};

interface ViewBarProps {
  viewer: Viewer;
  theme: ReadonlySignal<Theme>;
  history: StepHistory;
  filtersOpen: Signal<boolean>;
}

/** Chooses the view, and shows where in the stacks the flame graph is. */
export function ViewBar({ viewer, theme, history, filtersOpen }: ViewBarProps) {
  const { state } = viewer;
  const { view } = state.value;
  const filters = countFilters(state.value);
  // On a phone not all tabs fit.
  useEffect(
    () => document.getElementById(`tab-${view}`)?.scrollIntoView({ block: 'nearest', inline: 'nearest' }),
    [view],
  );
  const onKeyDown = (event: KeyboardEvent): void => {
    const step = event.key === 'ArrowLeft' ? -1 : event.key === 'ArrowRight' ? 1 : 0;
    if (step === 0) return;
    event.preventDefault();
    const other = VIEWS[(VIEWS.indexOf(view) + step + VIEWS.length) % VIEWS.length];
    viewer.update({ view: other });
    document.getElementById(`tab-${other}`)?.focus();
  };
  return (
    <div class="view-bar">
      <div class="tabs" role="tablist" aria-label="View" onKeyDown={onKeyDown}>
        {VIEWS.map((tab) => (
          <button
            key={tab}
            id={`tab-${tab}`}
            class="tab"
            type="button"
            role="tab"
            aria-selected={tab === view}
            aria-controls="panel"
            tabIndex={tab === view ? 0 : -1}
            onClick={() => viewer.update({ view: tab })}
          >
            {LABELS[tab]}
          </button>
        ))}
      </div>
      {view === 'flame' && <Breadcrumb viewer={viewer} />}
      <div class="view-options">
        <fieldset class="steps">
          <legend class="visually-hidden">Steps</legend>
          <button
            type="button"
            class="button"
            aria-label="Back"
            title="Back (Backspace)"
            disabled={!history.canGoBack.value}
            onClick={history.back}
          >
            <span aria-hidden="true">←</span>
          </button>
          <button
            type="button"
            class="button"
            aria-label="Forward"
            title="Forward again (Shift+Backspace)"
            disabled={!history.canGoForward.value}
            onClick={history.forward}
          >
            <span aria-hidden="true">→</span>
          </button>
        </fieldset>
        {state.value.base !== '' && (
          <label class="toggle" title="Compare absolute values, not shares of the total">
            <input
              type="checkbox"
              checked={state.value.absolute}
              onChange={() => viewer.update({ absolute: !state.value.absolute })}
            />
            Absolute
          </label>
        )}
        {view === 'flame' && <FlameOptions viewer={viewer} />}
        {viewer.graph.value && <DownloadButton viewer={viewer} theme={theme} />}
        <button
          type="button"
          class="button"
          aria-expanded={filtersOpen.value}
          aria-controls="filters"
          onClick={() => {
            filtersOpen.value = !filtersOpen.value;
          }}
        >
          {filters > 0 ? `Filters (${filters})` : 'Filters'}
        </button>
      </div>
    </div>
  );
}

/** From which end the stacks are joined, and on which side of the picture that end is. */
function FlameOptions({ viewer }: { viewer: Viewer }) {
  const { direction, rootBelow } = viewer.state.value;
  return (
    <>
      <button
        type="button"
        class="button"
        aria-pressed={direction === 'callers'}
        title="Join the stacks at the functions that ran, with their callers beyond"
        onClick={() => viewer.update({ direction: direction === 'callers' ? 'callees' : 'callers', zoom: '' })}
      >
        Bottom-up
      </button>
      <button
        type="button"
        class="button"
        aria-pressed={rootBelow}
        title="Put the root at the bottom"
        onClick={() => viewer.update({ rootBelow: !rootBelow })}
      >
        Flip
      </button>
    </>
  );
}

/** The zoomed frame's callers; each is a way back. */
function Breadcrumb({ viewer }: { viewer: Viewer }) {
  const graph = viewer.graph.value;
  const zoomed = viewer.zoomed.value;
  if (!graph || zoomed === 0) return null;
  const path = pathTo(graph.tree, zoomed);
  return (
    <nav class="breadcrumb" aria-label="Zoomed frame">
      <ol>
        {path.map((node) => (
          <li key={node}>
            <button
              type="button"
              class="crumb"
              aria-current={node === zoomed ? 'true' : undefined}
              onClick={() => viewer.zoom(node)}
            >
              {labelOf(graph, node)}
            </button>
          </li>
        ))}
      </ol>
      <button type="button" class="button" aria-keyshortcuts="Escape" onClick={() => viewer.zoom(0)}>
        Reset zoom
      </button>
    </nav>
  );
}
