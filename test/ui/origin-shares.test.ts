import { expect, it } from 'vitest';
import { buildCallTree } from '../../profile/analysis/call-tree';
import { originOf } from '../../profile/analysis/origin';
import { originShares } from '../../ui/origin-shares';
import { foldedProfile } from './support/folded-profile';

const shares = (...stacks: [string, number][]) => {
  const tree = buildCallTree(foldedProfile([{ type: 'wall', unit: 'nanoseconds' }], stacks), 0);
  return originShares(
    tree,
    tree.frames.map(({ name, file }) => originOf(name, file)),
  );
};

it('the shares are of self values, in the order of the legend', () => {
  const handler = 'handler@/var/task/index.js';
  expect(
    shares(
      ['(idle)', 5],
      [`${handler};render@/var/task/node_modules/mustache/index.js`, 3],
      [handler, 1],
      [`${handler};open@node:fs`, 1],
    ),
  ).toEqual([
    { kind: 'own', share: 0.1 },
    { kind: 'dependency', share: 0.3 },
    { kind: 'node', share: 0.1 },
    { kind: 'idle', share: 0.5 },
  ]);
});

it('an empty tree has none', () => {
  expect(shares()).toEqual([]);
});
