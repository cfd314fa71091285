import { drawFlame, FLAME_FONT, type FlameScene, ROW_HEIGHT } from '../flame/draw';
import { type FlameWindow, visitVisible } from '../flame/visible';
import { changeOf, type Graph, labelOf } from '../graph';
import { changeColor, FLAME_COLORS, frameColor, type Theme } from '../palette';
import { fitText } from '../text';

/** CSS pixels. */
const WIDTH = 1600;
const MARGIN = 10;
/** Browsers draw no higher canvas. */
const MAX_CANVAS_HEIGHT = 16_000;
/** Width of a character of the font, as a share of its size; a picture is not measured. */
const COLUMN_WIDTH = 7;

/** What of the graph is in the picture. */
export interface Picture {
  graph: Graph;
  theme: Theme;
  zoomed: number;
  matched: Uint8Array | undefined;
  rootBelow: boolean;
}

/** The flame graph as SVG: every frame that is at least half a pixel wide, with its name as a title. */
export function flameSvg(picture: Picture, describe: (node: number) => string): string {
  const { scene, window, height } = sceneOf(picture, Number.POSITIVE_INFINITY);
  const { graph, colors } = scene;
  const parts: string[] = [];
  visitVisible(graph.tree, graph.layout, window, {
    rect(node, x, width, row) {
      const matches = node !== 0 && scene.matched?.[graph.tree.frame[node]] === 1;
      const faded = !matches && (node === 0 || row < scene.zoomedRow || scene.matched !== undefined);
      const fill = matches ? colors.match : faded ? colors.faded : scene.fillOf(node);
      const y = scene.topOf(row);
      const text = fitText(labelOf(graph, node), Math.floor((width - 10) / COLUMN_WIDTH));
      const color = matches ? colors.matchText : faded ? colors.fadedText : colors.text;
      const rect = `<rect ${box(x, y, Math.max(0.5, width - 0.5))} fill="${fill}"/>`;
      const label =
        text && `<text x="${round(x + 5)}" y="${y + ROW_HEIGHT / 2 + 4}" fill="${color}">${escapeXml(text)}</text>`;
      parts.push(`<g><title>${escapeXml(describe(node))}</title>${rect}${label}</g>`);
    },
    merged(x, width, row) {
      parts.push(`<rect ${box(x, scene.topOf(row), width)} fill="${colors.merged}"/>`);
    },
  });
  const size = `width="${WIDTH + 2 * MARGIN}" height="${height + 2 * MARGIN}"`;
  const style = `style="background:${colors.background};font:${FLAME_FONT.replaceAll('"', "'")}"`;
  return `<svg xmlns="http://www.w3.org/2000/svg" ${size} ${style}><g transform="translate(${MARGIN} ${MARGIN})">${parts.join('\n')}</g></svg>\n`;
}

/** The flame graph as PNG, in two pixels to each of CSS. */
export async function flamePng(picture: Picture): Promise<Blob> {
  const { scene, window, height } = sceneOf(picture, MAX_CANVAS_HEIGHT / 2 - 2 * MARGIN);
  const canvas = document.createElement('canvas');
  canvas.width = 2 * (WIDTH + 2 * MARGIN);
  canvas.height = 2 * (height + 2 * MARGIN);
  const context = canvas.getContext('2d', { alpha: false });
  if (!context) throw new Error('The browser gave no canvas to draw on.');
  context.fillStyle = scene.colors.background;
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.setTransform(2, 0, 0, 2, 2 * MARGIN, 2 * MARGIN);
  drawFlame(context, scene, window, COLUMN_WIDTH);
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/png'));
  if (!blob) throw new Error('The browser made no picture.');
  return blob;
}

function sceneOf(
  { graph, theme, zoomed, matched, rootBelow }: Picture,
  maxHeight: number,
): { scene: FlameScene; window: FlameWindow; height: number } {
  const { tree, layout } = graph;
  const rows = Math.min(layout.maxDepth + 1, Math.floor(maxHeight / ROW_HEIGHT));
  const height = rows * ROW_HEIGHT;
  const scene: FlameScene = {
    graph,
    colors: FLAME_COLORS[theme],
    zoomedRow: tree.depth[zoomed],
    matched,
    fillOf: (node) => {
      const frame = tree.frame[node];
      return graph.comparison
        ? changeColor(theme, changeOf(graph, node))
        : frameColor(theme, graph.origins[frame], tree.frames[frame].name);
    },
    topOf: (row) => (rootBelow ? height - (row + 1) * ROW_HEIGHT : row * ROW_HEIGHT),
  };
  const view = { left: layout.left[zoomed], right: layout.right[zoomed] };
  return { scene, window: { view, width: WIDTH, firstRow: 0, endRow: rows }, height };
}

function box(x: number, y: number, width: number): string {
  return `x="${round(x)}" y="${y}" width="${round(width)}" height="${ROW_HEIGHT - 1}"`;
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}

function escapeXml(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;');
}
