import { describe, expect, it } from 'vitest';
import { framePath, neighbour, pathTo, resolveFramePath } from '../../../ui/flame/navigation';
import { nodeOf, treeOf } from './support/trees';

const tree = treeOf(['main;parse;read', 5], ['main;render', 3], ['main;send', 1]);
const at = (stack: string) => nodeOf(tree, stack);

describe('the arrow keys', () => {
  it('lead to the caller, the heaviest callee and the siblings', () => {
    expect(neighbour(tree, at('main;parse'), 'up')).toBe(at('main'));
    expect(neighbour(tree, at('main'), 'down')).toBe(at('main;parse'));
    expect(neighbour(tree, at('main;parse'), 'right')).toBe(at('main;render'));
    expect(neighbour(tree, at('main;send'), 'left')).toBe(at('main;render'));
  });

  it('stay where there is nothing further', () => {
    expect(neighbour(tree, 0, 'up')).toBe(0);
    expect(neighbour(tree, 0, 'left')).toBe(0);
    expect(neighbour(tree, 0, 'right')).toBe(0);
    expect(neighbour(tree, at('main;parse;read'), 'down')).toBe(at('main;parse;read'));
    expect(neighbour(tree, at('main;parse'), 'left')).toBe(at('main;parse'));
    expect(neighbour(tree, at('main;send'), 'right')).toBe(at('main;send'));
  });
});

it('the path to a frame begins at the root', () => {
  expect(pathTo(tree, at('main;parse'))).toEqual([0, at('main'), at('main;parse')]);
  expect(pathTo(tree, 0)).toEqual([0]);
});

describe('the name of a place', () => {
  it('leads back to it', () => {
    for (const stack of ['', 'main', 'main;render', 'main;parse;read']) {
      expect(resolveFramePath(tree, framePath(tree, at(stack)))).toBe(at(stack));
    }
  });

  it('leads to the same stack of another tree, whatever its order', () => {
    const other = treeOf(['main;send', 9], ['init', 4], ['main;parse;read', 1]);
    expect(resolveFramePath(other, framePath(tree, at('main;parse;read')))).toBe(nodeOf(other, 'main;parse;read'));
  });

  it('leads as far as the other tree goes', () => {
    const other = treeOf(['main;parse;write', 1]);
    expect(resolveFramePath(other, framePath(tree, at('main;parse;read')))).toBe(nodeOf(other, 'main;parse'));
    expect(resolveFramePath(other, 'nonsense.%00')).toBe(0);
  });
});
