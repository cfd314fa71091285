import { type ReadonlySignal, useComputed, useSignal } from '@preact/signals';
import { formatPercent, formatValue } from '../../profile/model/value-format';
import type { ShownInvocations } from '../invocation-choice';
import type { Theme } from '../palette';
import type { RecordedInvocation } from '../recording';
import { displayText } from '../text';
import { type InvocationKind, KIND_COLORS, KIND_LABELS, kindOf } from '../timeline/draw';
import { formatInvocationChoice, type InvocationChoice, parseInvocationChoice } from '../timeline/selection';
import type { Viewer } from '../viewer';
import { ShowMore } from './show-more';
import { SlowestChoice } from './slowest-choice';
import { TimelineCanvas } from './timeline-canvas';

/** Rows to begin with, and to add at a time. */
const PAGE = 100;

type Order = 'start' | 'duration' | 'cpu';

const ORDERS: Record<Order, (a: RecordedInvocation, b: RecordedInvocation) => number> = {
  start: (a, b) => a.start - b.start,
  duration: (a, b) => b.wallNanos - a.wallNanos,
  cpu: (a, b) => b.cpuNanos - a.cpuNanos,
};

/** The invocations in time; what is chosen of them is what all other views show. */
export function TimelineView({ viewer, theme }: { viewer: Viewer; theme: ReadonlySignal<Theme> }) {
  const invocations = viewer.invocations.value;
  const choose = (choice: InvocationChoice): void =>
    viewer.update({ invocations: formatInvocationChoice(choice), zoom: '' });
  if (invocations.all.length === 0) {
    return (
      <div class="message" role="status">
        <p class="message-title">There are no invocations to show</p>
        <p>
          Wall profiles that profiled-fn fetches have a record of each. Another profile, or a filter that leaves none,
          has nothing to show here.
        </p>
      </div>
    );
  }
  const choice = parseInvocationChoice(viewer.state.value.invocations);
  return (
    <div class="timeline">
      <div class="timeline-controls">
        <SlowestChoice viewer={viewer} />
        <ul class="timeline-legend" aria-label="Colours">
          {(Object.keys(KIND_LABELS) as InvocationKind[]).map((kind) => (
            <li key={kind}>
              <span class="swatch" style={{ background: KIND_COLORS[theme.value][kind] }} />
              {KIND_LABELS[kind]}
            </li>
          ))}
        </ul>
      </div>
      <TimelineCanvas invocations={viewer.invocations} theme={theme} onChoose={choose} />
      <div class="timeline-choice">
        <p role="status">{sayChoice(invocations, choice)}</p>
        {choice.kind !== 'all' && (
          <>
            <button type="button" class="button" onClick={() => viewer.update({ view: 'flame', zoom: '' })}>
              Show in the flame graph
            </button>
            <button type="button" class="button" onClick={() => choose({ kind: 'all' })}>
              All invocations
            </button>
          </>
        )}
      </div>
      <InvocationTable viewer={viewer} onChoose={choose} />
    </div>
  );
}

/** What is chosen, and how exactly the samples tell it. */
function sayChoice({ all, chosen, others, isCut }: ShownInvocations, choice: InvocationChoice): string {
  const of = `${counted(chosen.length)} of ${all.length.toLocaleString('en')}`;
  const total = (some: readonly RecordedInvocation[]): number =>
    some.reduce((sum, { wallNanos }) => sum + wallNanos, 0);
  const time = `${formatValue(total(chosen), 'nanoseconds')}, ${formatPercent(total(chosen), total(all))} of the time in invocations`;
  if (choice.kind === 'all') {
    const cut = isCut ? ' The profile has samples of more invocations, and records of the newest only.' : '';
    return `${counted(all.length)}, ${formatValue(total(all), 'nanoseconds')}.${cut}`;
  }
  const exactness =
    chosen.length === 0
      ? ''
      : others === 0
        ? ' All views show exactly their samples.'
        : ` All views show the invocations like ${chosen.length === 1 ? 'this one' : 'these'}: ${counted(others)} more had the same duration, outcome and snapshot, and their samples cannot be distinguished.`;
  return `${of}: ${time}.${exactness}`;
}

function counted(count: number): string {
  return `${count.toLocaleString('en')} ${count === 1 ? 'invocation' : 'invocations'}`;
}

interface InvocationTableProps {
  viewer: Viewer;
  onChoose: (choice: InvocationChoice) => void;
}

/** The picture's equivalent as a table. */
function InvocationTable({ viewer, onChoose }: InvocationTableProps) {
  const order = useSignal<Order>('start');
  const limit = useSignal(PAGE);
  const rows = useComputed(() => viewer.invocations.value.chosen.toSorted(ORDERS[order.value]));
  const header = (column: Order, label: string, isNumber: boolean) => (
    <th
      scope="col"
      class={isNumber ? 'value' : undefined}
      aria-sort={order.value !== column ? undefined : column === 'start' ? 'ascending' : 'descending'}
    >
      <button
        type="button"
        onClick={() => {
          order.value = column;
        }}
      >
        {label}
      </button>
    </th>
  );
  return (
    <div class="top invocation-table">
      <table>
        <caption class="visually-hidden">Invocations</caption>
        <thead>
          <tr>
            {header('start', 'Start (UTC)', false)}
            {header('duration', 'Duration', true)}
            {header('cpu', 'Processor', true)}
            <th scope="col">Outcome</th>
            <th scope="col">Version</th>
            <th scope="col">Instance</th>
            <th scope="col">Labels</th>
          </tr>
        </thead>
        <tbody>
          {rows.value.slice(0, limit.value).map((row) => (
            <tr key={`${row.instance} ${row.start}`}>
              <td>
                <button
                  type="button"
                  class="function-name"
                  title="Show this invocation’s samples"
                  onClick={() => onChoose({ kind: 'one', instance: row.instance, start: row.start })}
                >
                  {new Date(row.start).toISOString().slice(0, 23).replace('T', ' ')}
                </button>
              </td>
              <td class="value">{formatValue(row.wallNanos, 'nanoseconds')}</td>
              <td class="value">{formatValue(row.cpuNanos, 'nanoseconds')}</td>
              <td>{KIND_LABELS[kindOf(row)]}</td>
              <td>{displayText(row.version)}</td>
              <td class="numbers">{displayText(row.instance)}</td>
              <td>
                {displayText(
                  Object.entries(row.labels)
                    .map(([key, value]) => `${key}: ${value}`)
                    .join(', '),
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <ShowMore count={rows.value.length} limit={limit} page={PAGE}>
        {Math.min(limit.value, rows.value.length)} of {rows.value.length.toLocaleString('en')} invocations
      </ShowMore>
    </div>
  );
}
