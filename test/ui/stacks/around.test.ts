import { expect, it } from 'vitest';
import { stacksAbove, stacksBelow } from '../../../ui/stacks/around';
import { recordingOf } from '../support/recordings';
import { folded, profileOf } from './support/tables';

const table = recordingOf(profileOf(['a;f;b', 1], ['c;f', 2], ['a;f;b;f;d', 4], ['a;b', 8])).table;
const frame = table.frames.findIndex(({ name }) => name === 'f');

it('the stacks of a function are cut at its outermost call', () => {
  expect(folded(stacksAbove(table, frame))).toEqual([
    ['a;f', 1],
    ['c;f', 2],
    ['a;f', 4],
  ]);
  expect(folded(stacksBelow(table, frame))).toEqual([
    ['f;b', 1],
    ['f', 2],
    ['f;b;f;d', 4],
  ]);
});
