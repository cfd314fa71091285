import { matchFrames, type Query } from './search';

import type { ComparedRow } from './stacks/stack-top';

export type SortColumn = 'self' | 'selfChange' | 'total' | 'totalChange' | 'name';

const ORDERS: Record<SortColumn, (a: ComparedRow, b: ComparedRow) => number> = {
  self: (a, b) => bySize(a.self, b.self) || bySize(a.total, b.total),
  total: (a, b) => bySize(a.total, b.total) || bySize(a.self, b.self),
  selfChange: (a, b) => bySize(a.selfChange, b.selfChange),
  totalChange: (a, b) => bySize(a.totalChange, b.totalChange),
  name: (a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0),
};

/** The larger one first, also of what is negative in a difference. */
function bySize(a: number, b: number): number {
  return Math.abs(b) - Math.abs(a);
}

/** The rows that the search matches, all without one; values in falling order, changes by their size, names in rising order. */
export function selectRows(rows: readonly ComparedRow[], query: Query, sort: SortColumn): ComparedRow[] {
  const matched = query.kind === 'text' ? matchFrames(query, rows) : undefined;
  return rows.filter((_, i) => matched === undefined || matched[i] === 1).sort(ORDERS[sort]);
}
