import { effect, type ReadonlySignal, type Signal } from '@preact/signals';
import { fitCanvas } from '../fit-canvas';
import { changeOf, type Graph } from '../graph';
import { changeColor, FLAME_COLORS, frameColor, type Theme } from '../palette';
import { drawFlame, FLAME_FONT, ROW_HEIGHT } from './draw';
import type { FlameSource, Hover } from './flame-source';
import { viewAfterKey } from './free-view';
import { mountGestures } from './gestures';
import type { FlameView } from './layout';
import { type FlameWindow, nodeAt } from './visible';
import { viewAt, type ZoomAnimation } from './zoom-animation';

export interface FlameElements {
  /** Scrolls. */
  scroller: HTMLElement;
  /** As high as all rows; in it, the canvas stays where the scroller shows it. */
  rows: HTMLElement;
  canvas: HTMLCanvasElement;
  hoverOutline: HTMLElement;
  selectionOutline: HTMLElement;
}

/** Space beyond the outermost row, so that the page's edge does not look like the end of the stacks. */
const END_SPACE = 24;
/** A selected frame must be seen however narrow it is. */
const MIN_OUTLINE_WIDTH = 3;

/** Draws the source's graph into `elements` and answers the pointer, until the function that it returns is called. */
export function mountFlameCanvas(
  elements: FlameElements,
  source: FlameSource,
  theme: ReadonlySignal<Theme>,
  hover: Signal<Hover | undefined>,
): () => void {
  const { scroller, rows, canvas, hoverOutline, selectionOutline } = elements;
  const context = canvas.getContext('2d', { alpha: false });
  if (!context) throw new Error('The browser gave no canvas to draw on.');
  context.font = FLAME_FONT;
  const columnWidth = context.measureText('m').width;

  const whole: FlameView = { left: 0, right: 1 };
  let view = whole;
  let animation: ZoomAnimation | undefined;
  let drawn: Graph | undefined;
  let rootWasBelow = false;
  /** Whether the view is where gestures have moved it, and not at the zoomed frame. */
  let isMoved = false;
  let isTouched = false;
  let fills: string[] = [];
  let frameRequest = 0;

  const requestPaint = (): void => {
    if (frameRequest === 0) frameRequest = requestAnimationFrame(paint);
  };

  function paint(now: number): void {
    frameRequest = 0;
    const graph = source.graph.peek();
    if (!graph || !context) return;
    if (animation) {
      const step = viewAt(animation, now);
      view = step.view;
      if (step.done) animation = undefined;
      else requestPaint();
    }
    const colors = FLAME_COLORS[theme.peek()];
    const width = scroller.clientWidth;
    const height = scroller.clientHeight;
    fitCanvas(canvas, width, height);
    const scale = window.devicePixelRatio;
    context.setTransform(scale, 0, 0, scale, 0, 0);
    context.fillStyle = colors.background;
    context.fillRect(0, 0, width, height);
    const zoomedRow = graph.tree.depth[source.zoomed.peek()];
    const { scrollTop } = scroller;
    const scene = {
      graph,
      colors,
      zoomedRow,
      matched: source.matched.peek(),
      fillOf: (node: number) =>
        graph.comparison ? changeColor(theme.peek(), changeOf(graph, node)) : fills[graph.tree.frame[node]],
      topOf: (row: number) => topOf(graph, row) - scrollTop,
    };
    drawFlame(context, scene, visibleWindow(graph), columnWidth);
    placeOutline(hoverOutline, graph, hover.peek()?.node ?? -1);
    placeOutline(selectionOutline, graph, source.selected.peek());
  }

  /** Where a row's upper edge is in what is scrolled, in CSS pixels. */
  function topOf(graph: Graph, row: number): number {
    if (!source.rootBelow.peek()) return row * ROW_HEIGHT;
    return Math.max(rowsHeight(graph), scroller.clientHeight) - (row + 1) * ROW_HEIGHT;
  }

  function rowAt(graph: Graph, top: number): number {
    if (!source.rootBelow.peek()) return Math.floor(top / ROW_HEIGHT);
    return Math.ceil((topOf(graph, 0) - top) / ROW_HEIGHT);
  }

  function visibleWindow(graph: Graph): FlameWindow {
    const { scrollTop, clientHeight, clientWidth } = scroller;
    const [one, other] = [rowAt(graph, scrollTop), rowAt(graph, scrollTop + clientHeight)];
    return { view, width: clientWidth, firstRow: Math.max(0, Math.min(one, other)), endRow: Math.max(one, other) + 1 };
  }

  /** Scrolls as little as it takes. */
  function showRow(graph: Graph, row: number): void {
    const top = topOf(graph, row);
    if (top < scroller.scrollTop) scroller.scrollTop = top;
    else if (top + ROW_HEIGHT > scroller.scrollTop + scroller.clientHeight) {
      scroller.scrollTop = top + ROW_HEIGHT - scroller.clientHeight;
    }
  }

  function placeOutline(outline: HTMLElement, graph: Graph, node: number): void {
    const { left, right } = graph.layout;
    const width = scroller.clientWidth;
    const scaled = (edge: number): number => ((edge - view.left) / (view.right - view.left)) * width;
    const from = node < 0 ? 0 : Math.max(0, scaled(left[node]));
    const to = node < 0 ? 0 : Math.min(width, scaled(right[node]));
    outline.hidden = node < 0 || to < 0 || from > width;
    if (outline.hidden) return;
    outline.style.transform = `translate(${from}px, ${topOf(graph, graph.tree.depth[node])}px)`;
    outline.style.width = `${Math.max(MIN_OUTLINE_WIDTH, to - from - 1)}px`;
  }

  function nodeUnder(event: MouseEvent): number {
    const graph = source.graph.peek();
    if (!graph) return -1;
    const box = canvas.getBoundingClientRect();
    const row = rowAt(graph, event.clientY - box.top + scroller.scrollTop);
    return nodeAt(graph.layout, visibleWindow(graph), event.clientX - box.left, row);
  }

  const moveTo = (next: FlameView): void => {
    animation = undefined;
    isMoved = true;
    view = next;
    hover.value = undefined;
    requestPaint();
  };
  const gestures = mountGestures(canvas, { view: () => view, move: moveTo });
  /** Back to the zoomed frame. */
  const resetView = (graph: Graph): void => {
    const zoomed = source.zoomed.peek();
    isMoved = false;
    goTo({ left: graph.layout.left[zoomed], right: graph.layout.right[zoomed] });
  };
  const goTo = (to: FlameView): void => {
    if (prefersReducedMotion()) view = to;
    else animation = { from: view, to, startMillis: performance.now() };
    requestPaint();
  };

  const onKeyDown = (event: KeyboardEvent): void => {
    const graph = source.graph.peek();
    if (!graph || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === 'Escape' && isMoved) resetView(graph);
    else {
      const selected = source.selected.peek();
      const middle = selected < 0 ? 0.5 : (graph.layout.left[selected] + graph.layout.right[selected]) / 2;
      const share = selected < 0 ? 0.5 : (middle - view.left) / (view.right - view.left);
      const next = viewAfterKey(view, event.key, Math.min(1, Math.max(0, share)));
      if (!next) return;
      moveTo(next);
    }
    event.preventDefault();
  };
  const onPointerDown = (event: PointerEvent): void => {
    isTouched = event.pointerType === 'touch';
  };
  const onPointerMove = (event: PointerEvent): void => {
    if (event.pointerType === 'touch' || event.buttons !== 0) return;
    const node = nodeUnder(event);
    canvas.style.cursor = node >= 0 ? 'pointer' : 'default';
    hover.value = node >= 0 ? { node, x: event.clientX, y: event.clientY } : undefined;
  };
  const endHover = (): void => {
    hover.value = undefined;
  };
  const onClick = (event: MouseEvent): void => {
    const node = nodeUnder(event);
    if (node < 0 || gestures.wasDrag()) return;
    // A finger has no hover: the first tap shows the details, the next one zooms.
    const isFirstTap = isTouched && source.selected.peek() !== node;
    source.select(node);
    if (isFirstTap) return;
    // Where the zoom stays the same, nothing else would bring the view back.
    if (isMoved && node === source.zoomed.peek()) {
      const graph = source.graph.peek();
      if (graph) resetView(graph);
    } else source.zoom(node);
  };
  const onContextMenu = (event: MouseEvent): void => {
    const node = nodeUnder(event);
    if (node < 0) return;
    event.preventDefault();
    endHover();
    source.select(node);
    source.openMenu({ node, x: event.clientX, y: event.clientY });
  };
  const onScroll = (): void => {
    endHover();
    requestPaint();
  };

  canvas.addEventListener('pointerdown', onPointerDown);
  canvas.addEventListener('pointermove', onPointerMove);
  scroller.addEventListener('keydown', onKeyDown);
  canvas.addEventListener('pointerleave', endHover);
  canvas.addEventListener('click', onClick);
  canvas.addEventListener('contextmenu', onContextMenu);
  scroller.addEventListener('scroll', onScroll, { passive: true });
  const resizes = new ResizeObserver(requestPaint);
  resizes.observe(scroller);

  const stopColors = effect(() => {
    const graph = source.graph.value;
    fills = graph?.tree.frames.map(({ name }, frame) => frameColor(theme.value, graph.origins[frame], name)) ?? [];
    requestPaint();
  });
  const stopZoom = effect(() => {
    const graph = source.graph.value;
    const zoomed = source.zoomed.value;
    if (!graph) return;
    const to = { left: graph.layout.left[zoomed], right: graph.layout.right[zoomed] };
    rows.style.height = `${rowsHeight(graph)}px`;
    const flipped = source.rootBelow.value;
    isMoved = false;
    if (graph === drawn) goTo(to);
    else {
      animation = undefined;
      view = to;
    }
    hover.value = undefined;
    if (graph !== drawn || flipped !== rootWasBelow) showRow(graph, 0);
    rootWasBelow = flipped;
    showRow(graph, graph.tree.depth[zoomed]);
    drawn = graph;
    requestPaint();
  });
  const stopMarks = effect(() => {
    const graph = source.graph.value;
    const selected = source.selected.value;
    if (graph && selected >= 0) showRow(graph, graph.tree.depth[selected]);
    void source.matched.value;
    requestPaint();
  });
  const stopHover = effect(() => {
    const node = hover.value?.node ?? -1;
    const graph = source.graph.peek();
    if (graph) placeOutline(hoverOutline, graph, node);
  });

  return () => {
    for (const stop of [stopColors, stopZoom, stopMarks, stopHover]) stop();
    resizes.disconnect();
    scroller.removeEventListener('scroll', onScroll);
    gestures.unmount();
    scroller.removeEventListener('keydown', onKeyDown);
    canvas.removeEventListener('pointerdown', onPointerDown);
    canvas.removeEventListener('pointermove', onPointerMove);
    canvas.removeEventListener('pointerleave', endHover);
    canvas.removeEventListener('click', onClick);
    canvas.removeEventListener('contextmenu', onContextMenu);
    cancelAnimationFrame(frameRequest);
  };
}

function rowsHeight({ layout }: Graph): number {
  return (layout.maxDepth + 1) * ROW_HEIGHT + END_SPACE;
}

function prefersReducedMotion(): boolean {
  return window.matchMedia('(prefers-reduced-motion: reduce)').matches;
}
