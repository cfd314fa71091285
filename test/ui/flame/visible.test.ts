import { describe, expect, it } from 'vitest';
import type { CallTree } from '../../../profile/analysis/call-tree';
import { layoutFlame } from '../../../ui/flame/layout';
import { type FlameWindow, nodeAt, visitVisible } from '../../../ui/flame/visible';
import { nodeOf, treeOf } from './support/trees';

const WHOLE: FlameWindow = { view: { left: 0, right: 1 }, width: 1000, firstRow: 0, endRow: 100 };

const rounded = (pixels: number) => Math.round(pixels * 1e6) / 1e6;

function painted(tree: CallTree, window: FlameWindow) {
  const rects: Record<string, [x: number, width: number, row: number]> = {};
  const merged: [x: number, width: number, row: number][] = [];
  visitVisible(tree, layoutFlame(tree), window, {
    rect: (node, x, width, row) => {
      rects[node === 0 ? 'all' : tree.frames[tree.frame[node]].name] = [rounded(x), rounded(width), row];
    },
    merged: (...rect) => merged.push(rect),
  });
  return { rects, merged };
}

describe('what is painted', () => {
  const tree = treeOf(['main;parse', 600], ['main;render;escape', 300], ['main', 100]);

  it('is every frame at its place when all fits', () => {
    expect(painted(tree, WHOLE).rects).toEqual({
      all: [0, 1000, 0],
      main: [0, 1000, 1],
      parse: [0, 600, 2],
      render: [600, 300, 2],
      escape: [600, 300, 3],
    });
  });

  it('is cut at the edges of the part that is looked at', () => {
    const { rects } = painted(tree, { ...WHOLE, view: { left: 0.6, right: 0.9 } });
    expect(Object.keys(rects)).toEqual(['all', 'main', 'render', 'escape']);
    for (const [x, width] of Object.values(rects)) expect([x, width]).toEqual([0, 1000]);
  });

  it('is nothing above the first row and below the last', () => {
    expect(Object.keys(painted(tree, { ...WHOLE, firstRow: 1, endRow: 3 }).rects)).toEqual(['main', 'render', 'parse']);
  });

  it('is one rectangle for neighbours too narrow to be seen', () => {
    const crumbs = Array.from({ length: 100 }, (_, i): [string, number] => [`main;crumb${i}`, 1]);
    const { rects, merged } = painted(treeOf(['main;big', 9900], ...crumbs), WHOLE);
    expect(Object.keys(rects)).toEqual(['all', 'main', 'big']);
    expect(merged).toHaveLength(1);
    const [x, width, row] = merged[0];
    expect([Math.round(x), Math.round(width), row]).toEqual([990, 10, 2]);
  });

  it('is nothing for narrow neighbours that together are too narrow as well', () => {
    const { merged } = painted(treeOf(['main;big', 1_000_000], ['main;a', 1], ['main;b', 1]), WHOLE);
    expect(merged).toEqual([]);
  });

  it('is nothing at all for a tree without samples or a window without width', () => {
    expect(painted(treeOf(), WHOLE).rects).toEqual({});
    expect(painted(tree, { ...WHOLE, width: 0 }).rects).toEqual({});
  });

  it('takes no recursion, however deep the stack', () => {
    const deep = treeOf([Array.from({ length: 20_000 }, (_, i) => `f${i}`).join(';'), 1]);
    expect(Object.keys(painted(deep, { ...WHOLE, firstRow: 19_990, endRow: 20_001 }).rects)).toHaveLength(11);
  });
});

describe('the frame at a point', () => {
  const tree = treeOf(['main;parse', 600], ['main;render;escape', 300], ['main;rare', 0.1], ['main', 100]);
  const layout = layoutFlame(tree);
  const at = (x: number, row: number, window = WHOLE) => nodeAt(layout, window, x, row);

  it('is the one painted there', () => {
    expect(at(10, 0)).toBe(0);
    expect(at(999, 1)).toBe(nodeOf(tree, 'main'));
    expect(at(599, 2)).toBe(nodeOf(tree, 'main;parse'));
    expect(at(601, 2)).toBe(nodeOf(tree, 'main;render'));
    expect(at(700, 3)).toBe(nodeOf(tree, 'main;render;escape'));
  });

  it('follows the zoom', () => {
    expect(at(1, 2, { ...WHOLE, view: { left: 0.65, right: 0.85 } })).toBe(nodeOf(tree, 'main;render'));
  });

  it('is none beside, below and outside of the graph, and where frames are too narrow to be seen', () => {
    expect(at(950, 2)).toBe(-1);
    expect(at(10, 3)).toBe(-1);
    expect(at(10, -1)).toBe(-1);
    expect(at(-1, 0)).toBe(-1);
    expect(at(1000, 0)).toBe(-1);
    expect(at(layout.left[nodeOf(tree, 'main;rare')] * 1000 + 0.01, 2)).toBe(-1);
  });
});
