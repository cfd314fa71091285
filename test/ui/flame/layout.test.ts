import { expect, it } from 'vitest';
import { layoutFlame } from '../../../ui/flame/layout';
import { nodeOf, treeOf } from './support/trees';

it('siblings lie side by side, heaviest first, each as wide as its share', () => {
  const tree = treeOf(['main;light', 1], ['main;heavy', 2], ['main', 1]);
  const { left, right } = layoutFlame(tree);
  const edges = (stack: string) => [left[nodeOf(tree, stack)], right[nodeOf(tree, stack)]];
  expect(edges('')).toEqual([0, 1]);
  expect(edges('main')).toEqual([0, 1]);
  expect(edges('main;heavy')).toEqual([0, 0.5]);
  expect(edges('main;light')).toEqual([0.5, 0.75]);
});

it('the children of each node are one run, heaviest first', () => {
  const tree = treeOf(['b;x', 1], ['a;y', 3], ['a;z', 5]);
  const { children, childStart } = layoutFlame(tree);
  const names = (node: number) =>
    Array.from(
      children.subarray(childStart[node], childStart[node + 1]),
      (child) => tree.frames[tree.frame[child]].name,
    );
  expect(names(0)).toEqual(['a', 'b']);
  expect(names(nodeOf(tree, 'a'))).toEqual(['z', 'y']);
  expect(names(nodeOf(tree, 'b;x'))).toEqual([]);
});

it('the deepest stack gives the number of rows', () => {
  expect(layoutFlame(treeOf(['a;b;c', 1], ['a', 1])).maxDepth).toBe(3);
});

it('a tree without samples has no width', () => {
  const { right, maxDepth } = layoutFlame(treeOf());
  expect(right[0]).toBe(0);
  expect(maxDepth).toBe(0);
});
