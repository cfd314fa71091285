import type { TopRow } from '../profile/top';
import { matchFrames, type Query } from './search';

export type SortColumn = 'self' | 'total' | 'name';

const ORDERS: Record<SortColumn, (a: TopRow, b: TopRow) => number> = {
  self: (a, b) => b.self - a.self || b.total - a.total,
  total: (a, b) => b.total - a.total || b.self - a.self,
  name: (a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0),
};

/** The rows that the search matches, all without one; values in falling order, names in rising. */
export function selectRows(rows: readonly TopRow[], query: Query, sort: SortColumn): TopRow[] {
  const matched = query.kind === 'text' ? matchFrames(query, rows) : undefined;
  return rows.filter((_, i) => matched === undefined || matched[i] === 1).sort(ORDERS[sort]);
}
