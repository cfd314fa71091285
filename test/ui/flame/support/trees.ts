import { buildCallTree, type CallTree } from '../../../../profile/analysis/call-tree';
import { foldedProfile } from '../../support/folded-profile';

/** The call tree of folded stacks with one value each. */
export function treeOf(...stacks: [stack: string, value: number][]): CallTree {
  return buildCallTree(foldedProfile([{ type: 'wall', unit: 'nanoseconds' }], stacks), 0);
}

/** The node that these functions lead to from the root. */
export function nodeOf(tree: CallTree, stack: string): number {
  const names = stack === '' ? [] : stack.split(';');
  return names.reduce((node, name) => {
    let child = tree.firstChild[node];
    while (child >= 0 && tree.frames[tree.frame[child]].name !== name) child = tree.nextSibling[child];
    if (child < 0) throw new Error(`The tree has no ${name} there.`);
    return child;
  }, 0);
}
