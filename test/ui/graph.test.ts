import { describe, expect, it } from 'vitest';
import { treeShape } from '../../profile/analysis/call-tree';
import { frameTotals } from '../../profile/analysis/top';
import { buildGraph, changeOf, labelOf, valuesOf } from '../../ui/graph';
import { joinTables } from '../../ui/stacks/stack-table';
import { topRows } from '../../ui/stacks/stack-top';
import { profileOf } from './stacks/support/tables';
import { recordingOf } from './support/recordings';

const table = joinTables(
  recordingOf(profileOf(['a;b', 30], ['a;new', 10])).table,
  recordingOf(profileOf(['a;b', 10], ['gone', 10])).table,
);
const [values, base] = table.values;
const graph = buildGraph(treeShape(table), { values, base, scale: 2 }, 'callees');
const node = (name: string) => [0, 1, 2, 3, 4].find((candidate) => labelOf(graph, candidate) === name) ?? -1;

describe('a graph with a base', () => {
  it('is as wide as both together, so that what is in one only is seen', () => {
    expect(graph.tree.total[0]).toBe(80);
    expect(graph.tree.total[node('gone')]).toBe(20);
    expect(graph.tree.total[node('b')]).toBe(50);
  });

  it('keeps the values of each', () => {
    expect(valuesOf(graph, node('b'))).toEqual({ self: 30, total: 30 });
    expect(valuesOf(graph, 0)).toEqual({ self: 0, total: 40 });
    expect(graph.comparison?.baseTotal[node('a')]).toBe(10);
  });

  it('tells the change between all new and all gone', () => {
    expect(changeOf(graph, node('new'))).toBe(1);
    expect(changeOf(graph, node('gone'))).toBe(-1);
    expect(changeOf(graph, node('b'))).toBeCloseTo(0.2);
    expect(changeOf(graph, 0)).toBe(0);
  });

  it('has a row for each function of either', () => {
    const rows = topRows(table.frames, frameTotals(table, values), frameTotals(table, base), 2);
    expect(rows.map(({ name, self, selfChange, totalChange }) => [name, self, selfChange, totalChange])).toEqual([
      ['b', 30, 10, 10],
      ['a', 0, 0, 20],
      ['new', 10, 10, 10],
      ['gone', 0, -20, -20],
    ]);
  });
});

it('a graph without a base has no changes', () => {
  const { table: alone } = recordingOf(profileOf(['a', 1]));
  const plain = buildGraph(treeShape(alone), { values: alone.values[0], base: undefined, scale: 1 }, 'callees');
  expect(changeOf(plain, 1)).toBe(0);
  expect(valuesOf(plain, 1)).toEqual({ self: 1, total: 1 });
});
