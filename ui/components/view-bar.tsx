import { pathTo } from '../flame/navigation';
import { labelOf } from '../graph';
import type { Viewer } from '../viewer';

const VIEWS = [
  { view: 'flame', label: 'Flame graph' },
  { view: 'top', label: 'Top functions' },
] as const;

/** Chooses the view, and shows where in the stacks the flame graph is. */
export function ViewBar({ viewer }: { viewer: Viewer }) {
  const { view, hideIdle } = viewer.state.value;
  const hasIdle = (viewer.summary.value?.idleShare ?? 0) > 0;
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key !== 'ArrowLeft' && event.key !== 'ArrowRight') return;
    event.preventDefault();
    const other = VIEWS.find((candidate) => candidate.view !== view) ?? VIEWS[0];
    viewer.update({ view: other.view });
    document.getElementById(`tab-${other.view}`)?.focus();
  };
  return (
    <div class="view-bar">
      <div class="tabs" role="tablist" aria-label="View" onKeyDown={onKeyDown}>
        {VIEWS.map((tab) => (
          <button
            key={tab.view}
            id={`tab-${tab.view}`}
            class="tab"
            type="button"
            role="tab"
            aria-selected={tab.view === view}
            aria-controls="panel"
            tabIndex={tab.view === view ? 0 : -1}
            onClick={() => viewer.update({ view: tab.view })}
          >
            {tab.label}
          </button>
        ))}
      </div>
      {view === 'flame' && <Breadcrumb viewer={viewer} />}
      {(hasIdle || hideIdle) && (
        <label class="toggle">
          <input
            type="checkbox"
            checked={!hideIdle}
            onChange={(event) => viewer.update({ hideIdle: !event.currentTarget.checked })}
          />
          Idle time
        </label>
      )}
    </div>
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
