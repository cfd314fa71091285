import { type ReadonlySignal, useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { type Hover, mountFlameCanvas } from '../flame/flame-canvas';
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

const LABEL =
  'Flame graph. Arrow keys move from frame to frame, Enter zooms, Escape resets the zoom, slash searches. ' +
  'The tab Top functions has the same data as a table.';

/** The flame graph: the stacks from the root down, as wide as what they have of the total. */
export function FlameGraph({ viewer, theme }: { viewer: Viewer; theme: ReadonlySignal<Theme> }) {
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
    return mountFlameCanvas(elements, viewer, theme, hover);
  }, [viewer, theme, hover]);

  return (
    <div class="flame">
      <div
        class="flame-scroller"
        ref={scroller}
        role="application"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: an application takes the keyboard; the keys below are its control.
        tabIndex={0}
        aria-label={LABEL}
        aria-describedby="selected-frame"
        onKeyDown={(event) => onKeyDown(event, viewer)}
      >
        <div class="flame-rows" ref={rows}>
          <canvas class="flame-canvas" ref={canvas} />
          <div class="flame-outline flame-selection" ref={selectionOutline} hidden />
          <div class="flame-outline flame-hover" ref={hoverOutline} hidden />
        </div>
      </div>
      <SelectedFrame viewer={viewer} />
      <FrameTooltip viewer={viewer} hover={hover} />
    </div>
  );
}

function onKeyDown(event: KeyboardEvent, viewer: Viewer): void {
  const graph = viewer.graph.peek();
  if (!graph || event.ctrlKey || event.metaKey || event.altKey) return;
  const selected = viewer.selected.peek();
  const direction = DIRECTIONS[event.key];
  if (direction) {
    event.preventDefault();
    const { tree, layout } = graph;
    const zoomed = viewer.zoomed.peek();
    const next = selected < 0 ? zoomed : neighbour(tree, selected, direction);
    viewer.select(next);
    // A sibling of the zoomed frame lies outside of what is seen.
    if (layout.left[next] >= layout.right[zoomed] || layout.right[next] <= layout.left[zoomed]) {
      viewer.zoom(tree.parent[next]);
    }
  } else if (event.key === 'Enter' && selected >= 0) {
    event.preventDefault();
    viewer.zoom(selected);
  }
}

/** Says which frame is selected, to those who see the page and to those who hear it. */
function SelectedFrame({ viewer }: { viewer: Viewer }) {
  const graph = viewer.graph.value;
  const selected = viewer.selected.value;
  const details = graph && selected >= 0 ? describeFrame(viewer, graph, selected) : undefined;
  return (
    <div class="selected-frame" id="selected-frame" role="status">
      {details ? (
        <>
          <strong>{details.name}</strong> <span class="muted">{details.place}</span>{' '}
          <span class="numbers">
            self {details.self}, total {details.total}
          </span>
        </>
      ) : (
        <span class="muted">
          Select a frame to zoom.{' '}
          <span class="needs-keyboard">Arrow keys move, Enter zooms, Esc resets, / searches.</span>
        </span>
      )}
    </div>
  );
}
