import { type ReadonlySignal, useComputed, useSignal } from '@preact/signals';
import { originOf } from '../../profile/analysis/origin';
import { frameTotals } from '../../profile/analysis/top';
import { shortenPath } from '../../profile/model/frame-name';
import { formatPercent } from '../../profile/model/value-format';
import { frameId } from '../flame/navigation';
import { frameColor, type Theme } from '../palette';
import { exactQuery } from '../search';
import { topRows } from '../stacks/stack-top';
import { displayText } from '../text';
import { type SortColumn, selectRows } from '../top-rows';
import type { Viewer } from '../viewer';
import { ShowMore } from './show-more';

/** Rows to begin with, and to add at a time: more than anyone reads, few enough to be shown at once. */
const PAGE = 200;

const VALUES = [
  { column: 'self', label: 'Self' },
  { column: 'total', label: 'Total' },
] as const;
const COMPARED_VALUES = [
  { column: 'self', label: 'Self' },
  { column: 'selfChange', label: 'Change' },
  { column: 'total', label: 'Total' },
  { column: 'totalChange', label: 'Change' },
] as const;

/** The functions with what they have of the total: the flame graph's equivalent as a table. */
export function TopTable({ viewer, theme }: { viewer: Viewer; theme: ReadonlySignal<Theme> }) {
  const sort = useSignal<SortColumn>('self');
  const limit = useSignal(PAGE);
  const top = useComputed(() => {
    if (!viewer.shown.value) return { total: 0, rows: [], columns: VALUES };
    const { table, weights, scale } = viewer.shown.value;
    const totals = frameTotals(table, weights.values);
    const base = weights.base && frameTotals(table, weights.base);
    return {
      total: totals.whole,
      rows: topRows(table.frames, totals, base, scale),
      columns: base ? COMPARED_VALUES : VALUES,
    };
  });
  const rows = useComputed(() => selectRows(top.value.rows, viewer.query.value, sort.value));
  const amount = viewer.amount.value;
  const { total, columns } = top.value;
  const header = (column: SortColumn, label: string) => (
    <th
      scope="col"
      class={column === 'name' ? 'function' : 'value'}
      colSpan={column === 'name' ? 1 : 2}
      aria-sort={sort.value !== column ? undefined : column === 'name' ? 'ascending' : 'descending'}
    >
      <button
        type="button"
        onClick={() => {
          sort.value = column;
        }}
      >
        {label}
      </button>
    </th>
  );
  const showInFlameGraph = (name: string): void => viewer.update({ search: exactQuery(name), view: 'flame', zoom: '' });
  return (
    <div class="top">
      <table>
        <thead>
          <tr>
            {columns.map(({ column, label }) => header(column, label))}
            {header('name', 'Function')}
          </tr>
        </thead>
        <tbody>
          {rows.value.slice(0, limit.value).map((row) => {
            const { name, file, line } = row;
            return (
              <tr key={`${name}\n${file}\n${line}`}>
                {columns.map(({ column }) => (
                  <ValueCells
                    key={column}
                    value={row[column]}
                    amount={amount}
                    whole={total}
                    isChange={column === 'selfChange' || column === 'totalChange'}
                  />
                ))}
                <td class="function">
                  <span class="swatch" style={{ background: frameColor(theme.value, originOf(name, file), name) }} />
                  <button
                    type="button"
                    class="function-name"
                    title="Show in the flame graph"
                    onClick={() => showInFlameGraph(name)}
                  >
                    {displayText(name)}
                  </button>
                  <button
                    type="button"
                    class="link around"
                    aria-label={`Callers and callees of ${displayText(name)}`}
                    onClick={() => viewer.update({ view: 'function', chosenFrame: frameId({ name, file, line }) })}
                  >
                    callers &amp; callees
                  </button>
                  {file !== '' && (
                    <button
                      type="button"
                      class="place link"
                      title="Show the source"
                      onClick={() => viewer.update({ view: 'source', file, line: line > 0 ? String(line) : '' })}
                    >
                      {displayText(line > 0 ? `${shortenPath(file)}:${line}` : shortenPath(file))}
                    </button>
                  )}
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
      <ShowMore count={rows.value.length} limit={limit} page={PAGE}>
        {rows.value.length === 0
          ? 'No function matches the search.'
          : `${Math.min(limit.value, rows.value.length)} of ${top.value.rows.length} functions`}
      </ShowMore>
    </div>
  );
}

interface ValueCellsProps {
  value: number;
  amount: (value: number) => string;
  whole: number;
  isChange: boolean;
}

/** A value, and its share of the whole. */
function ValueCells({ value, amount, whole, isChange }: ValueCellsProps) {
  const kind = !isChange || value === 0 ? '' : value > 0 ? 'more' : 'less';
  const sign = kind === 'more' ? '+' : '';
  const share = whole > 0 ? Math.min(1, Math.abs(value) / whole) : 0;
  return (
    <>
      <td class={`value ${kind}`}>
        {sign}
        {amount(value)}
      </td>
      <td class={`value share ${kind}`} style={{ '--share': String(isChange ? 0 : share) }}>
        {sign}
        {formatPercent(value, whole)}
      </td>
    </>
  );
}
