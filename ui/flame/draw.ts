import { type Graph, labelOf } from '../graph';
import type { FlameColors } from '../palette';
import { fitText } from '../text';
import { type FlameWindow, visitVisible } from './visible';

/** Height of a row in CSS pixels, the line between rows included. */
export const ROW_HEIGHT = 20;

const TEXT_PADDING = 5;
/** From this width on, a rectangle is set off from its right neighbour by a line. */
const MIN_WIDTH_WITH_GAP = 3;
/** Narrower ones have no room for a text that says anything. */
const MIN_WIDTH_WITH_TEXT = 28;

export const FLAME_FONT =
  '11.5px ui-monospace, "SF Mono", "Cascadia Mono", "Segoe UI Mono", Menlo, Consolas, monospace';

/** What is drawn, besides the graph itself. */
export interface FlameScene {
  graph: Graph;
  fillOf: (node: number) => string;
  colors: FlameColors;
  /** Rows above this one are the zoomed frame's callers. */
  zoomedRow: number;
  matched: Uint8Array | undefined;
  /** Where a row's upper edge lies, in CSS pixels from the canvas's. */
  topOf: (row: number) => number;
}

/**
 * Paints the rows of `window`.
 *
 * @param context its transform maps CSS pixels to the canvas.
 * @param columnWidth width of a character of {@link FLAME_FONT} in CSS pixels.
 */
export function drawFlame(
  context: CanvasRenderingContext2D,
  scene: FlameScene,
  window: FlameWindow,
  columnWidth: number,
): void {
  const { graph, fillOf, colors, zoomedRow, matched, topOf } = scene;
  const { tree, layout } = graph;
  context.font = FLAME_FONT;
  context.textBaseline = 'middle';
  // Neighbours often have the same, and setting one costs more than drawing a rectangle.
  let fill = '';
  const setFill = (next: string): void => {
    if (next !== fill) context.fillStyle = next;
    fill = next;
  };
  visitVisible(tree, layout, window, {
    rect(node, x, width, row) {
      const frame = tree.frame[node];
      const matches = node !== 0 && matched?.[frame] === 1;
      const faded = !matches && (node === 0 || row < zoomedRow || matched !== undefined);
      const y = topOf(row);
      setFill(matches ? colors.match : faded ? colors.faded : fillOf(node));
      // On whole pixels: edges that need no blending are drawn several times as fast.
      const left = Math.round(x);
      const right = Math.max(left + 1, Math.round(x + width) - (width >= MIN_WIDTH_WITH_GAP ? 1 : 0));
      context.fillRect(left, y, right - left, ROW_HEIGHT - 1);
      if (width < MIN_WIDTH_WITH_TEXT) return;
      const room = width - 2 * TEXT_PADDING;
      const text = fitText(labelOf(graph, node), Math.floor(room / columnWidth));
      if (text === '') return;
      setFill(matches ? colors.matchText : faded ? colors.fadedText : colors.text);
      // The widest that it may get: characters of other scripts are wider than a column.
      context.fillText(text, x + TEXT_PADDING, y + ROW_HEIGHT / 2, room);
    },
    merged(x, width, row) {
      setFill(colors.merged);
      const left = Math.round(x);
      context.fillRect(left, topOf(row), Math.max(1, Math.round(x + width) - left), ROW_HEIGHT - 1);
    },
  });
}
