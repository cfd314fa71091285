import { type ReadonlySignal, type Signal, useSignal } from '@preact/signals';
import type { RefObject } from 'preact';
import { useEffect, useMemo, useRef } from 'preact/hooks';
import type { StepHistory } from '../address';
import type { Theme } from '../palette';
import { rememberedSwitch } from '../settings';
import type { ThemeSetting } from '../theme';
import { VIEWS } from '../view-state';
import type { Viewer } from '../viewer';
import { CallGraphView } from './call-graph-view';
import { ColorLegend } from './color-legend';
import { FilterBar } from './filter-bar';
import { FlameGraph } from './flame-graph';
import { FrameMenu } from './frame-menu';
import { FunctionView } from './function-view';
import { HelpDialog } from './help-dialog';
import { OverviewView } from './overview-view';
import { ProfileMessage, problemOf } from './profile-message';
import { ProfilePicker } from './profile-picker';
import { SearchBox } from './search-box';
import { SourceView } from './source-view';
import { SummaryLine } from './summary-line';
import { ThemeSwitch } from './theme-switch';
import { TimelineView } from './timeline-view';
import { TopTable } from './top-table';
import { ViewBar } from './view-bar';

const FLAME_LABEL = 'Flame graph. The tab Top functions has the same data as a table.';

interface AppProps {
  viewer: Viewer;
  theme: ThemeSetting;
  history: StepHistory;
}

/** The page. */
export function App({ viewer, theme: setting, history }: AppProps) {
  const { theme } = setting;
  const search = useRef<HTMLInputElement>(null);
  // A phone's screen is for the graph.
  const filtersOpen = useMemo(() => rememberedSwitch('filters', window.innerWidth > 900), []);
  const helpOpen = useSignal(false);
  useEffect(() => listenForShortcuts({ viewer, history, search, filtersOpen, helpOpen }), [viewer, history]);
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
        <ViewBar viewer={viewer} theme={theme} history={history} filtersOpen={filtersOpen} />
        {filtersOpen.value && viewer.profile.value && <FilterBar viewer={viewer} />}
        <div class="panel" id="panel" role="tabpanel" aria-labelledby={`tab-${view}`}>
          {problem && !(view === 'timeline' && problem.kind === 'empty') ? (
            <ProfileMessage problem={problem} />
          ) : (
            <ViewPanel viewer={viewer} theme={theme} />
          )}
        </div>
      </main>
      <FrameMenu viewer={viewer} />
      <HelpDialog isOpen={helpOpen} />
      <footer class="footer">
        {!problem && view !== 'timeline' && <ColorLegend viewer={viewer} theme={theme} />}
        <div class="page-options">
          <button
            type="button"
            class="button needs-mouse"
            aria-haspopup="dialog"
            aria-keyshortcuts="?"
            title="Keyboard shortcuts (?)"
            onClick={() => {
              helpOpen.value = true;
            }}
          >
            Keys
          </button>
          <ThemeSwitch choice={setting.choice} />
        </div>
      </footer>
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
    case 'source':
      return <SourceView viewer={viewer} />;
    case 'timeline':
      return <TimelineView viewer={viewer} theme={theme} />;
    case 'summary':
      return <OverviewView viewer={viewer} />;
  }
}

interface Shortcuts {
  viewer: Viewer;
  history: StepHistory;
  search: RefObject<HTMLInputElement | null>;
  filtersOpen: Signal<boolean>;
  helpOpen: Signal<boolean>;
}

/** The keys that do the same in all views; see `HelpDialog`. */
function listenForShortcuts({ viewer, history, search, filtersOpen, helpOpen }: Shortcuts): () => void {
  const actions: Record<string, () => void> = {
    '/': () => {
      search.current?.focus();
      search.current?.select();
    },
    '?': () => {
      helpOpen.value = true;
    },
    f: () => {
      filtersOpen.value = !filtersOpen.value;
    },
    b: () => {
      const { view, direction } = viewer.state.peek();
      if (view === 'flame') viewer.update({ direction: direction === 'callers' ? 'callees' : 'callers', zoom: '' });
    },
    Backspace: () => {
      if (history.canGoBack.peek()) history.back();
    },
    'Shift+Backspace': history.forward,
    Escape: () => {
      if (viewer.zoomed.peek() !== 0) viewer.zoom(0);
      else if (viewer.state.peek().search !== '') viewer.update({ search: '' });
      else viewer.select(-1);
    },
    ...Object.fromEntries(VIEWS.map((view, i) => [String(i + 1), () => viewer.update({ view })])),
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    const { target } = event;
    const isElsewhere = target instanceof HTMLInputElement && target.type !== 'checkbox';
    if (isElsewhere || target instanceof HTMLSelectElement || helpOpen.peek() || viewer.menu.peek()) return;
    const key = event.key === 'Backspace' && event.shiftKey ? 'Shift+Backspace' : event.key;
    if (!Object.hasOwn(actions, key)) return;
    event.preventDefault();
    actions[key]();
  };
  document.addEventListener('keydown', onKeyDown);
  return () => document.removeEventListener('keydown', onKeyDown);
}
