import { computed, type ReadonlySignal, signal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useMemo } from 'preact/hooks';
import { type CallTreeDirection, NONE, treeShape } from '../../profile/analysis/call-tree';
import { frameTotals } from '../../profile/analysis/top';
import { formatPercent } from '../../profile/model/value-format';
import type { FlameSource } from '../flame/flame-source';
import { localSource } from '../flame/local-source';
import { frameId } from '../flame/navigation';
import { buildGraph, type Graph, labelOf, valuesOf, weightsOf } from '../graph';
import type { Theme } from '../palette';
import { matchFrames } from '../search';
import { stacksAbove, stacksBelow } from '../stacks/around';
import { displayText } from '../text';
import type { Viewer } from '../viewer';
import { FlameGraph } from './flame-graph';

/** The node of the function itself in both trees: the only child of the root. */
const FUNCTION_NODE = 1;

interface FunctionViewProps {
  viewer: Viewer;
  theme: ReadonlySignal<Theme>;
}

/** One function: who called it, above, and what it called, below, wherever it was called. */
export function FunctionView({ viewer, theme }: FunctionViewProps) {
  const { frame, callers, callees } = useMemo(() => sourcesAround(viewer), [viewer]);
  const graph = callees.graph.value;
  if (!graph || graph.tree.size <= FUNCTION_NODE) {
    return (
      <div class="message" role="status">
        <p class="message-title">The function is not in the shown profile</p>
        <p>Choose another one in the table of functions, or clear the filters.</p>
      </div>
    );
  }
  const { file, line } = graph.tree.frames[frame.value];
  return (
    <div class="function-view">
      <div class="function-head">
        <h2>{labelOf(graph, FUNCTION_NODE)}</h2>
        {file !== '' && (
          <button
            type="button"
            class="place link"
            title="Show the source"
            onClick={() => viewer.update({ view: 'source', file, line: line > 0 ? String(line) : '' })}
          >
            {displayText(line > 0 ? `${file}:${line}` : file)}
          </button>
        )}
      </div>
      <div class="function-part">
        <Calls viewer={viewer} source={callers} title="Callers" rest="(nothing)" />
        <FlameGraph viewer={viewer} source={callers} theme={theme} label="Flame graph of the callers." />
      </div>
      <div class="function-part">
        <Calls viewer={viewer} source={callees} title="Callees" rest="(itself)" />
        <FlameGraph viewer={viewer} source={callees} theme={theme} label="Flame graph of the callees." />
      </div>
    </div>
  );
}

interface CallsProps {
  viewer: Viewer;
  source: FlameSource;
  title: string;
  /** What stands for the function's value that no call has. */
  rest: string;
}

/** The function's direct callers or callees, as a table; each leads to its own view. */
function Calls({ viewer, source, title, rest }: CallsProps) {
  const graph = source.graph.value;
  if (!graph) return null;
  const amount = viewer.amount.value;
  const { tree } = graph;
  const { self, total: whole } = valuesOf(graph, FUNCTION_NODE);
  const row = (name: ComponentChildren, key: string, value: number) => (
    <tr key={key}>
      <td class="value">{amount(value)}</td>
      <td class="value share" style={{ '--share': String(whole > 0 ? value / whole : 0) }}>
        {formatPercent(value, whole)}
      </td>
      <td class="function">{name}</td>
    </tr>
  );
  return (
    <div class="calls">
      <table>
        <caption>{title}</caption>
        <tbody>
          {childrenOf(graph).map((node) => {
            const frame = tree.frames[tree.frame[node]];
            return row(
              <button
                type="button"
                class="function-name"
                onClick={() => viewer.update({ chosenFrame: frameId(frame) })}
              >
                {labelOf(graph, node)}
              </button>,
              frameId(frame),
              valuesOf(graph, node).total,
            );
          })}
          {self > 0 && row(<span class="muted">{rest}</span>, '', self)}
        </tbody>
      </table>
    </div>
  );
}

function childrenOf({ tree }: Graph): number[] {
  const children: number[] = [];
  for (let node = tree.firstChild[FUNCTION_NODE]; node !== NONE; node = tree.nextSibling[node]) children.push(node);
  return children;
}

function sourcesAround(viewer: Viewer): {
  frame: ReadonlySignal<number>;
  callers: FlameSource;
  callees: FlameSource;
} {
  const id = computed(() => viewer.state.value.chosenFrame);
  const frame = computed(() => {
    const frames = viewer.wholeTable.value?.frames ?? [];
    return id.value === '' ? heaviestFrame(viewer) : frames.findIndex((candidate) => frameId(candidate) === id.value);
  });
  const sourceTowards = (direction: CallTreeDirection): FlameSource => {
    const cut = direction === 'callers' ? stacksAbove : stacksBelow;
    const graph = computed(() => {
      const shown = viewer.shown.value;
      if (!shown || frame.value < 0) return undefined;
      const table = cut(shown.table, frame.value);
      return buildGraph(treeShape(table, direction), weightsOf(table, shown.columns, shown.scale), direction);
    });
    const matched = computed(() =>
      graph.value && viewer.query.value.kind === 'text'
        ? matchFrames(viewer.query.value, graph.value.tree.frames)
        : undefined,
    );
    return localSource(graph, {
      matched,
      rootBelow: signal(direction === 'callers'),
      home: FUNCTION_NODE,
      openMenu: (of, place) => {
        viewer.menu.value = { ...place, graph: of };
      },
    });
  };
  return { frame, callers: sourceTowards('callers'), callees: sourceTowards('callees') };
}

/** The function of the user's that has the greatest self value; of any, when there is none of theirs. */
function heaviestFrame(viewer: Viewer): number {
  const shown = viewer.shown.value;
  const graph = viewer.graph.value;
  if (!shown || !graph) return NONE;
  const { self } = frameTotals(shown.table, shown.weights.values);
  const heaviest = (admits: (frame: number) => boolean): number =>
    self.reduce((best, value, i) => (admits(i) && value > (self[best] ?? 0) ? i : best), NONE);
  const own = heaviest((frame) => graph.origins[frame].kind === 'own');
  return own >= 0 ? own : heaviest(() => true);
}
