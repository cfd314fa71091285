import { type ReadonlySignal, useComputed, useSignal } from '@preact/signals';
import { originOf } from '../../profile/analysis/origin';
import { frameTotals } from '../../profile/analysis/top';
import { formatPercent } from '../../profile/model/value-format';
import { callGraph } from '../call-graph/call-graph';
import { layoutLayers, type Point } from '../call-graph/layout';
import { frameId } from '../flame/navigation';
import { combined } from '../graph';
import { changeColor, FLAME_COLORS, frameColor, type Theme } from '../palette';
import { matchFrames } from '../search';
import { displayText, fitText } from '../text';
import { encodeViewState } from '../view-state';
import type { Viewer } from '../viewer';

/** Functions at first, and to add at a time. */
const STEP = 30;
const MAX_NAME = 36;
/** CSS pixels. */
const COLUMN_WIDTH = 7;
const BOX_HEIGHT = 40;
const MARGIN = 12;
const MAX_ARROW_WIDTH = 8;

interface CallGraphViewProps {
  viewer: Viewer;
  theme: ReadonlySignal<Theme>;
}

/** Which function calls which: each function once, callers above callees. */
export function CallGraphView({ viewer, theme }: CallGraphViewProps) {
  const limit = useSignal(STEP);
  const drawn = useComputed(() => {
    const shown = viewer.shown.value;
    if (!shown) return undefined;
    const { table, weights, scale } = shown;
    const graph = callGraph(table, combined(weights), limit.value);
    const own = frameTotals(table, weights.values);
    const base = weights.base && frameTotals(table, weights.base);
    const { frames } = table;
    const names = graph.nodes.map((frame) => fitText(displayText(frames[frame].name), MAX_NAME));
    const boxes = names.map((name) => ({ width: Math.max(14, name.length) * COLUMN_WIDTH + 16, height: BOX_HEIGHT }));
    return { graph, own, base, scale, names, boxes, frames, layout: layoutLayers(boxes, graph.edges) };
  });
  const matched = useComputed(() =>
    drawn.value && viewer.query.value.kind === 'text' ? matchFrames(viewer.query.value, drawn.value.frames) : undefined,
  );
  if (!drawn.value) return null;
  const { graph, own, base, scale, names, boxes, frames, layout } = drawn.value;
  const { whole, self, total } = own;
  const changeOf = (frame: number): number => (base ? total[frame] - base.total[frame] * scale : 0);
  const state = viewer.state.value;
  const colors = FLAME_COLORS[theme.value];
  const format = viewer.amount.value;
  const amount = (value: number): string => `${format(value)} (${formatPercent(value, whole)})`;
  return (
    <section class="call-graph" aria-label="Call graph. Each function leads to its callers and callees.">
      <svg width={layout.width + 2 * MARGIN} height={layout.height + 2 * MARGIN}>
        <title>Call graph</title>
        <defs>
          <marker
            id="arrow"
            viewBox="0 0 8 8"
            refX="7"
            refY="4"
            markerWidth="8"
            markerHeight="8"
            markerUnits="userSpaceOnUse"
            orient="auto"
          >
            <path d="M0 0 8 4 0 8z" class="call-arrowhead" />
          </marker>
        </defs>
        <g transform={`translate(${MARGIN} ${MARGIN})`}>
          {graph.edges.map(({ from, to, weight, isIndirect }, i) => (
            <path
              key={`${from} ${to}`}
              class={isIndirect ? 'call indirect' : 'call'}
              d={curveThrough(layout.arrows[i])}
              stroke-width={1 + (MAX_ARROW_WIDTH - 1) * (Math.abs(weight) / graph.totals.whole)}
              marker-end="url(#arrow)"
            >
              <title>{`${names[from]} → ${names[to]}: ${format(weight)} (${formatPercent(weight, graph.totals.whole)})${base ? ' in both' : ''}${isIndirect ? ', through others' : ''}`}</title>
            </path>
          ))}
          {graph.nodes.map((frame, i) => {
            const { name, file } = frames[frame];
            const { x, y } = layout.boxes[i];
            const { width, height } = boxes[i];
            const isMatch = matched.value?.[frame] === 1;
            const isFaded = matched.value !== undefined && !isMatch;
            const shares = base
              ? `${formatPercent(total[frame], whole)}, change ${signed(changeOf(frame), (value) => formatPercent(value, whole))}`
              : `${formatPercent(self[frame], whole)} of ${formatPercent(total[frame], whole)}`;
            const both = base ? total[frame] + base.total[frame] * scale : 0;
            const color =
              base && both > 0
                ? changeColor(theme.value, changeOf(frame) / both)
                : frameColor(theme.value, originOf(name, file), name);
            const change = base ? `\nchange ${signed(changeOf(frame), amount)}` : '';
            const view = encodeViewState({ ...state, view: 'function', chosenFrame: frameId(frames[frame]) });
            return (
              <g key={frame} transform={`translate(${x - width / 2} ${y - height / 2})`}>
                <title>{`${displayText(name)}\n${displayText(file)}\nself ${amount(self[frame])}\ntotal ${amount(total[frame])}${change}`}</title>
                <a href={`#${view}`} class="call-box">
                  <rect
                    width={width}
                    height={height}
                    rx="4"
                    fill={isMatch ? colors.match : isFaded ? colors.faded : color}
                  />
                  <g fill={isMatch ? colors.matchText : isFaded ? colors.fadedText : colors.text}>
                    <text class="call-name" x="8" y="16">
                      {names[i]}
                    </text>{' '}
                    <text x="8" y="32">
                      {shares}
                    </text>
                  </g>
                </a>
              </g>
            );
          })}
        </g>
      </svg>
      <p class="top-more" role="status">
        {graph.nodes.length} of {graph.functions} functions:{' '}
        {base ? 'total of each, and its change; red is more, blue is less.' : 'self value of each, of its total.'}{' '}
        Dashed calls go through functions that are not shown.
        {graph.functions > limit.value && (
          <button
            type="button"
            class="button"
            onClick={() => {
              limit.value += STEP;
            }}
          >
            Show more
          </button>
        )}
      </p>
      <details class="call-table">
        <summary>The calls as a table</summary>
        <table>
          <thead>
            <tr>
              <th scope="col">Caller</th>
              <th scope="col">Callee</th>
              <th scope="col" class="value">
                {base ? 'In both' : 'Value'}
              </th>
              <th scope="col">Through others</th>
            </tr>
          </thead>
          <tbody>
            {graph.edges
              .toSorted((a, b) => Math.abs(b.weight) - Math.abs(a.weight))
              .map(({ from, to, weight, isIndirect }) => (
                <tr key={`${from} ${to}`}>
                  <td>{displayText(frames[graph.nodes[from]].name)}</td>
                  <td>{displayText(frames[graph.nodes[to]].name)}</td>
                  <td class="value">{`${format(weight)} (${formatPercent(weight, graph.totals.whole)})`}</td>
                  <td>{isIndirect ? 'yes' : ''}</td>
                </tr>
              ))}
          </tbody>
        </table>
      </details>
    </section>
  );
}

function signed(value: number, format: (value: number) => string): string {
  return `${value > 0 ? '+' : ''}${format(value)}`;
}

/** A path that leaves and reaches each point straight up or down. */
function curveThrough([first, ...others]: readonly Point[]): string {
  let before = first;
  const parts = others.map((point) => {
    const middle = (before.y + point.y) / 2;
    const part = `C${round(before.x)} ${round(middle)} ${round(point.x)} ${round(middle)} ${round(point.x)} ${round(point.y)}`;
    before = point;
    return part;
  });
  return `M${round(first.x)} ${round(first.y)}${parts.join('')}`;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
