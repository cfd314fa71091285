import { effect, type ReadonlySignal, type Signal } from '@preact/signals';
import type { Graph } from '../graph';
import { FLAME_COLORS, frameColor, type Theme } from '../palette';
import type { Viewer } from '../viewer';
import { drawFlame, FLAME_FONT, ROW_HEIGHT } from './draw';
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

/** A node and where the pointer is over it, in CSS pixels of the window. */
export interface Hover {
  node: number;
  x: number;
  y: number;
}

/** Space below the last row, so that the page's edge does not look like the end of the stacks. */
const BOTTOM_SPACE = 24;
/** A selected frame must be seen however narrow it is. */
const MIN_OUTLINE_WIDTH = 3;

/** Draws the viewer's graph into `elements` and answers the pointer, until the function that it returns is called. */
export function mountFlameCanvas(
  elements: FlameElements,
  viewer: Viewer,
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
  let fills: string[] = [];
  let frameRequest = 0;

  const requestPaint = (): void => {
    if (frameRequest === 0) frameRequest = requestAnimationFrame(paint);
  };

  function paint(now: number): void {
    frameRequest = 0;
    const graph = viewer.graph.peek();
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
    const zoomedRow = graph.tree.depth[viewer.zoomed.peek()];
    const scene = { graph, fills, colors, zoomedRow, matched: viewer.matched.peek() };
    drawFlame(context, scene, visibleWindow(), -scroller.scrollTop, columnWidth);
    placeOutline(hoverOutline, graph, hover.peek()?.node ?? -1);
    placeOutline(selectionOutline, graph, viewer.selected.peek());
  }

  function visibleWindow(): FlameWindow {
    const { scrollTop, clientHeight, clientWidth } = scroller;
    const firstRow = Math.floor(scrollTop / ROW_HEIGHT);
    return { view, width: clientWidth, firstRow, endRow: Math.ceil((scrollTop + clientHeight) / ROW_HEIGHT) };
  }

  function placeOutline(outline: HTMLElement, graph: Graph, node: number): void {
    const { left, right } = graph.layout;
    const width = scroller.clientWidth;
    const scaled = (edge: number): number => ((edge - view.left) / (view.right - view.left)) * width;
    const from = node < 0 ? 0 : Math.max(0, scaled(left[node]));
    const to = node < 0 ? 0 : Math.min(width, scaled(right[node]));
    outline.hidden = node < 0 || to < 0 || from > width;
    if (outline.hidden) return;
    outline.style.transform = `translate(${from}px, ${graph.tree.depth[node] * ROW_HEIGHT}px)`;
    outline.style.width = `${Math.max(MIN_OUTLINE_WIDTH, to - from - 1)}px`;
  }

  function nodeUnder(event: MouseEvent): number {
    const graph = viewer.graph.peek();
    if (!graph) return -1;
    const box = canvas.getBoundingClientRect();
    const row = Math.floor((event.clientY - box.top + scroller.scrollTop) / ROW_HEIGHT);
    return nodeAt(graph.layout, visibleWindow(), event.clientX - box.left, row);
  }

  const onPointerMove = (event: PointerEvent): void => {
    if (event.pointerType === 'touch') return;
    const node = nodeUnder(event);
    canvas.style.cursor = node >= 0 ? 'pointer' : 'default';
    hover.value = node >= 0 ? { node, x: event.clientX, y: event.clientY } : undefined;
  };
  const endHover = (): void => {
    hover.value = undefined;
  };
  const onClick = (event: MouseEvent): void => {
    const node = nodeUnder(event);
    if (node < 0) return;
    viewer.select(node);
    viewer.zoom(node);
  };
  const onScroll = (): void => {
    endHover();
    requestPaint();
  };

  canvas.addEventListener('pointermove', onPointerMove);
  canvas.addEventListener('pointerleave', endHover);
  canvas.addEventListener('click', onClick);
  scroller.addEventListener('scroll', onScroll, { passive: true });
  const resizes = new ResizeObserver(requestPaint);
  resizes.observe(scroller);

  const stopColors = effect(() => {
    const graph = viewer.graph.value;
    fills = graph?.tree.frames.map(({ name }, frame) => frameColor(theme.value, graph.origins[frame], name)) ?? [];
    requestPaint();
  });
  const stopZoom = effect(() => {
    const graph = viewer.graph.value;
    const zoomed = viewer.zoomed.value;
    if (!graph) return;
    const to = { left: graph.layout.left[zoomed], right: graph.layout.right[zoomed] };
    rows.style.height = `${(graph.layout.maxDepth + 1) * ROW_HEIGHT + BOTTOM_SPACE}px`;
    if (graph === drawn && !prefersReducedMotion()) {
      animation = { from: view, to, startMillis: performance.now() };
    } else {
      animation = undefined;
      view = to;
    }
    drawn = graph;
    hover.value = undefined;
    showRow(scroller, graph.tree.depth[zoomed]);
    requestPaint();
  });
  const stopMarks = effect(() => {
    const graph = viewer.graph.value;
    const selected = viewer.selected.value;
    if (graph && selected >= 0) showRow(scroller, graph.tree.depth[selected]);
    void viewer.matched.value;
    requestPaint();
  });
  const stopHover = effect(() => {
    const node = hover.value?.node ?? -1;
    const graph = viewer.graph.peek();
    if (graph) placeOutline(hoverOutline, graph, node);
  });

  return () => {
    for (const stop of [stopColors, stopZoom, stopMarks, stopHover]) stop();
    resizes.disconnect();
    scroller.removeEventListener('scroll', onScroll);
    canvas.removeEventListener('pointermove', onPointerMove);
    canvas.removeEventListener('pointerleave', endHover);
    canvas.removeEventListener('click', onClick);
    cancelAnimationFrame(frameRequest);
  };
}

/** Gives the canvas as many pixels as the screen has for it. */
function fitCanvas(canvas: HTMLCanvasElement, width: number, height: number): void {
  const pixelWidth = Math.round(width * window.devicePixelRatio);
  const pixelHeight = Math.round(height * window.devicePixelRatio);
  if (canvas.width === pixelWidth && canvas.height === pixelHeight) return;
  canvas.width = pixelWidth;
  canvas.height = pixelHeight;
  canvas.style.width = `${width}px`;
  canvas.style.height = `${height}px`;
}

function showRow(scroller: HTMLElement, row: number): void {
  const top = row * ROW_HEIGHT;
  if (top < scroller.scrollTop) scroller.scrollTop = top;
  else if (top + ROW_HEIGHT > scroller.scrollTop + scroller.clientHeight) {
    scroller.scrollTop = top + ROW_HEIGHT - scroller.clientHeight;
  }
}

function prefersReducedMotion(): boolean {
  return window.matchMedia('(prefers-reduced-motion: reduce)').matches;
}
