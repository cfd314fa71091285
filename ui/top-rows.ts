import { matchFrames, type Query } from './search';

import type { ComparedRow } from './stacks/stack-top';

export type SortColumn = 'self' | 'selfChange' | 'total' | 'totalChange' | 'name';

const ORDERS: Record<SortColumn, (a: ComparedRow, b: ComparedRow) => number> = {
  self: (a, b) => b.self - a.self || b.total - a.total,
  total: (a, b) => b.total - a.total || b.self - a.self,
  selfChange: (a, b) => Math.abs(b.selfChange) - Math.abs(a.selfChange),
  totalChange: (a, b) => Math.abs(b.totalChange) - Math.abs(a.totalChange),
  name: (a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0),
};

/** The rows that the search matches, all without one; values in falling order, changes by their size, names in rising order. */
export function selectRows(rows: readonly ComparedRow[], query: Query, sort: SortColumn): ComparedRow[] {
  const matched = query.kind === 'text' ? matchFrames(query, rows) : undefined;
  return rows.filter((_, i) => matched === undefined || matched[i] === 1).sort(ORDERS[sort]);
}
