import type { ReadonlySignal } from '@preact/signals';
import type { RefObject } from 'preact';
import { useEffect, useMemo, useRef } from 'preact/hooks';
import type { Theme } from '../palette';
import { rememberedSwitch } from '../settings';
import type { Viewer } from '../viewer';
import { CallGraphView } from './call-graph-view';
import { ColorLegend } from './color-legend';
import { FilterBar } from './filter-bar';
import { FlameGraph } from './flame-graph';
import { FrameMenu } from './frame-menu';
import { FunctionView } from './function-view';
import { OverviewView } from './overview-view';
import { ProfileMessage, problemOf } from './profile-message';
import { ProfilePicker } from './profile-picker';
import { SearchBox } from './search-box';
import { SummaryLine } from './summary-line';
import { TopTable } from './top-table';
import { ViewBar } from './view-bar';

const FLAME_LABEL = 'Flame graph. The tab Top functions has the same data as a table.';

/** The page. */
export function App({ viewer, theme }: { viewer: Viewer; theme: ReadonlySignal<Theme> }) {
  const search = useRef<HTMLInputElement>(null);
  // A phone's screen is for the graph.
  const filtersOpen = useMemo(() => rememberedSwitch('filters', window.innerWidth > 900), []);
  useEffect(() => listenForShortcuts(viewer, search), [viewer]);
  const problem = problemOf(viewer);
  const { view } = viewer.state.value;
  return (
    <>
      <header class="header">
        <h1 class="title">{viewer.data.title}</h1>
        <ProfilePicker viewer={viewer} />
        <SearchBox viewer={viewer} input={search} />
        <SummaryLine viewer={viewer} />
      </header>
      <main class="main">
        <ViewBar viewer={viewer} theme={theme} filtersOpen={filtersOpen} />
        {filtersOpen.value && viewer.profile.value && <FilterBar viewer={viewer} />}
        <div class="panel" id="panel" role="tabpanel" aria-labelledby={`tab-${view}`}>
          {problem ? <ProfileMessage problem={problem} /> : <ViewPanel viewer={viewer} theme={theme} />}
        </div>
      </main>
      <FrameMenu viewer={viewer} />
      {!problem && (
        <footer class="footer">
          <ColorLegend viewer={viewer} theme={theme} />
        </footer>
      )}
    </>
  );
}

interface ViewPanelProps {
  viewer: Viewer;
  theme: ReadonlySignal<Theme>;
}

function ViewPanel({ viewer, theme }: ViewPanelProps) {
  switch (viewer.state.value.view) {
    case 'flame':
      return <FlameGraph viewer={viewer} source={viewer} theme={theme} label={FLAME_LABEL} />;
    case 'top':
      return <TopTable viewer={viewer} theme={theme} />;
    case 'function':
      return <FunctionView viewer={viewer} theme={theme} />;
    case 'graph':
      return <CallGraphView viewer={viewer} theme={theme} />;
    case 'summary':
      return <OverviewView viewer={viewer} />;
  }
}

/** `/` goes to the search; Escape takes back, one at a time: the zoom, then the search. */
function listenForShortcuts(viewer: Viewer, search: RefObject<HTMLInputElement | null>): () => void {
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    const inField = event.target instanceof HTMLInputElement || event.target instanceof HTMLSelectElement;
    if (event.key === '/' && !inField) {
      event.preventDefault();
      search.current?.focus();
      search.current?.select();
    } else if (event.key === 'Escape' && !inField) {
      if (viewer.zoomed.peek() !== 0) viewer.zoom(0);
      else if (viewer.state.peek().search !== '') viewer.update({ search: '' });
      else viewer.select(-1);
    }
  };
  document.addEventListener('keydown', onKeyDown);
  return () => document.removeEventListener('keydown', onKeyDown);
}
