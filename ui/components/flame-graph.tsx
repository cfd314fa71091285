import { type ReadonlySignal, useSignal } from '@preact/signals';
import { useEffect, useId, useRef } from 'preact/hooks';
import { mountFlameCanvas } from '../flame/flame-canvas';
import type { FlameSource, Hover } from '../flame/flame-source';
import { type Direction, neighbour } from '../flame/navigation';
import type { Theme } from '../palette';
import type { Viewer } from '../viewer';
import { describeFrame } from './frame-details';
import { FrameTooltip } from './frame-tooltip';

const DIRECTIONS: Record<string, Direction> = {
  ArrowUp: 'up',
  ArrowDown: 'down',
  ArrowLeft: 'left',
  ArrowRight: 'right',
};

/** With the root below, up leads away from it. */
const OPPOSITES: Record<Direction, Direction> = { up: 'down', down: 'up', left: 'left', right: 'right' };

const KEYS =
  'Arrow keys move from frame to frame, Enter zooms, plus and minus zoom in and out, Escape resets the zoom, m opens the frame’s menu.';

interface FlameGraphProps {
  viewer: Viewer;
  source: FlameSource;
  theme: ReadonlySignal<Theme>;
  /** What is drawn, to those who do not see it. */
  label: string;
}

/** The flame graph: the stacks from the root down, as wide as what they have of the total. */
export function FlameGraph({ viewer, source, theme, label }: FlameGraphProps) {
  const status = useId();
  const scroller = useRef<HTMLDivElement>(null);
  const rows = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const hoverOutline = useRef<HTMLDivElement>(null);
  const selectionOutline = useRef<HTMLDivElement>(null);
  const hover = useSignal<Hover | undefined>(undefined);

  useEffect(() => {
    if (!scroller.current || !rows.current || !canvas.current || !hoverOutline.current || !selectionOutline.current) {
      return;
    }
    const elements = {
      scroller: scroller.current,
      rows: rows.current,
      canvas: canvas.current,
      hoverOutline: hoverOutline.current,
      selectionOutline: selectionOutline.current,
    };
    return mountFlameCanvas(elements, source, theme, hover);
  }, [source, theme, hover]);

  return (
    <div class="flame">
      <div
        class="flame-scroller"
        ref={scroller}
        role="application"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: an application takes the keyboard; the keys below are its control.
        tabIndex={0}
        aria-label={`${label} ${KEYS}`}
        aria-describedby={status}
        onKeyDown={(event) => onKeyDown(event, source, scroller.current)}
      >
        <div class="flame-rows" ref={rows}>
          <canvas class="flame-canvas" ref={canvas} />
          <div class="flame-outline flame-selection" ref={selectionOutline} hidden />
          <div class="flame-outline flame-hover" ref={hoverOutline} hidden />
        </div>
      </div>
      <SelectedFrame viewer={viewer} source={source} id={status} />
      <FrameTooltip viewer={viewer} source={source} hover={hover} />
    </div>
  );
}

function onKeyDown(event: KeyboardEvent, source: FlameSource, scroller: HTMLElement | null): void {
  const graph = source.graph.peek();
  if (!graph || event.ctrlKey || event.metaKey || event.altKey) return;
  const selected = source.selected.peek();
  const direction = DIRECTIONS[event.key];
  if (direction) {
    event.preventDefault();
    const { tree, layout } = graph;
    const zoomed = source.zoomed.peek();
    const seen = source.rootBelow.peek() ? OPPOSITES[direction] : direction;
    const next = selected < 0 ? zoomed : neighbour(tree, selected, seen);
    source.select(next);
    // A sibling of the zoomed frame is outside of what is seen.
    if (layout.left[next] >= layout.right[zoomed] || layout.right[next] <= layout.left[zoomed]) {
      source.zoom(tree.parent[next]);
    }
  } else if (event.key === 'Enter' && selected >= 0) {
    event.preventDefault();
    source.zoom(selected);
  } else if (['m', 'ContextMenu'].includes(event.key) && selected >= 0 && scroller) {
    event.preventDefault();
    const outline = scroller.querySelector('.flame-selection') ?? scroller;
    const { left, bottom } = outline.getBoundingClientRect();
    source.openMenu({ node: selected, x: left, y: bottom });
  }
}

/** Says which frame is selected, to those who see the page and to those who hear it. */
function SelectedFrame({ viewer, source, id }: { viewer: Viewer; source: FlameSource; id: string }) {
  const graph = source.graph.value;
  const selected = source.selected.value;
  const details = graph && selected >= 0 ? describeFrame(viewer, graph, selected) : undefined;
  return (
    <div class="selected-frame" id={id} role="status">
      {details ? (
        <>
          <span class="selected-actions">
            <button type="button" class="button" onClick={() => source.zoom(selected)}>
              Zoom
            </button>
            <button
              type="button"
              class="button"
              aria-haspopup="menu"
              onClick={(event) => {
                const { left, top } = event.currentTarget.getBoundingClientRect();
                source.openMenu({ node: selected, x: left, y: top });
              }}
            >
              More
            </button>
          </span>
          <strong>{details.name}</strong> <span class="muted">{details.place}</span>{' '}
          <span class="numbers">
            self {details.self}, total {details.total}
            {details.change !== '' && `, base ${details.base}, change ${details.change}`}
          </span>
        </>
      ) : (
        <span class="muted hint">
          <span class="needs-mouse">
            Click a frame to zoom, right-click for more, Ctrl and the wheel zoom freely. Arrow keys move, Enter zooms, +
            and − zoom, Esc resets, / searches, ? lists all keys.
          </span>
          <span class="needs-touch">Tap a frame for its details, spread two fingers to zoom.</span>
        </span>
      )}
    </div>
  );
}
