import { expect, it } from 'vitest';
import { parseQuery } from '../../ui/search';
import { type SortColumn, selectRows } from '../../ui/top-rows';

const row = (name: string, self: number, total: number) => ({
  name,
  file: '',
  line: 0,
  self,
  total,
  selfChange: -self,
  totalChange: 2 * self - total,
});
const rows = [row('parse', 5, 6), row('handler', 1, 10), row('apply', 5, 9)];
const names = (search: string, sort: SortColumn) => selectRows(rows, parseQuery(search), sort).map(({ name }) => name);

it('rows are sorted by the chosen column', () => {
  expect(names('', 'self')).toEqual(['apply', 'parse', 'handler']);
  expect(names('', 'total')).toEqual(['handler', 'apply', 'parse']);
  expect(names('', 'selfChange')).toEqual(['parse', 'apply', 'handler']);
  expect(names('', 'totalChange')).toEqual(['handler', 'parse', 'apply']);
  expect(names('', 'name')).toEqual(['apply', 'handler', 'parse']);
});

it('rows are those that the search matches, and all when it cannot be understood', () => {
  expect(names('/^(parse|handler)$/', 'self')).toEqual(['parse', 'handler']);
  expect(names('absent', 'self')).toEqual([]);
  expect(names('/(/', 'self')).toHaveLength(3);
});

it('the profile’s own rows stay in their order', () => {
  names('', 'name');
  expect(rows.map(({ name }) => name)).toEqual(['parse', 'handler', 'apply']);
});
