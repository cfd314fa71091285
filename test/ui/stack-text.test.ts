import { describe, expect, it } from 'vitest';
import type { CallTreeDirection } from '../../profile/analysis/call-tree';
import { treeShape } from '../../profile/analysis/call-tree';
import { buildGraph, labelOf } from '../../ui/graph';
import { stackText } from '../../ui/stack-text';
import { profileOf } from './stacks/support/tables';
import { recordingOf } from './support/recordings';

const EXPECTED = '    at JSON.parse\n    at parse (/var/task/a.ts:1)\n    at handler (/var/task/a.ts:1)';

describe('a copied stack', () => {
  it.each<[CallTreeDirection, string]>([
    ['callees', 'JSON.parse'],
    ['callers', 'handler'],
  ])('has the innermost function first, in a graph of %s', (direction, last) => {
    const { table } = recordingOf(profileOf(['handler@/var/task/a.ts;parse@/var/task/a.ts;JSON.parse', 1]));
    const graph = buildGraph(
      treeShape(table, direction),
      { values: table.values[0], base: undefined, scale: 1 },
      direction,
    );
    const node = [1, 2, 3].find((candidate) => labelOf(graph, candidate) === last) ?? 0;
    expect(stackText(graph, node)).toBe(EXPECTED);
  });
});
