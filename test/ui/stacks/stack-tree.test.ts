import { describe, expect, it } from 'vitest';
import { generatedProfile } from '../../../bench/generated-profile';
import {
  buildCallTree,
  type CallTree,
  selfValues,
  stackTree,
  totalsOf,
  treeShape,
} from '../../../profile/analysis/call-tree';
import { frameTotals, topFunctions } from '../../../profile/analysis/top';
import { joinTables, keepSamples } from '../../../ui/stacks/stack-table';
import { topRows } from '../../../ui/stacks/stack-top';
import { recordingOf } from '../support/recordings';
import { folded, profileOf } from './support/tables';

const generated = generatedProfile(200);

/** What a tree says, in whatever order its nodes are numbered. */
function lines({ frames, frame, parent, size, self, total }: CallTree): string[] {
  const paths: string[] = [''];
  for (let node = 1; node < size; node++) {
    const { name, file, line } = frames[frame[node]];
    paths[node] = `${paths[parent[node]]};${name}@${file}:${line}`;
  }
  return paths.map((path, node) => `${path} ${self[node]} ${total[node]}`).sort();
}

describe('the tree of a table of stacks', () => {
  it.each(['callees', 'callers'] as const)('is the call tree of the profile, towards the %s', (direction) => {
    const { table } = recordingOf(generated);
    for (const type of [0, 1, 2]) {
      const tree = stackTree(treeShape(table, direction), table.values[type]);
      expect(lines(tree)).toEqual(lines(buildCallTree(generated, type, direction)));
    }
  });

  it('has the heaviest child first', () => {
    const { table } = recordingOf(profileOf(['a;b', 1], ['a;c', 3], ['a;d', 2]));
    const tree = stackTree(treeShape(table), table.values[0]);
    const names: string[] = [];
    for (let node = tree.firstChild[1]; node >= 0; node = tree.nextSibling[node]) {
      names.push(tree.frames[tree.frame[node]].name);
    }
    expect(names).toEqual(['c', 'd', 'b']);
  });

  it('is a root alone when there is no sample, and keeps the value of an empty stack there', () => {
    const { table: none } = recordingOf(profileOf());
    expect(stackTree(treeShape(none), none.values[0]).size).toBe(1);
    const { table } = recordingOf(profileOf(['a', 2]));
    const hidden = { ...table, path: new Int32Array(0), line: new Int32Array(0), start: new Int32Array(2) };
    expect([...stackTree(treeShape(hidden), hidden.values[0]).self]).toEqual([2]);
  });

  it('tells what another weight of the same samples comes to', () => {
    const { table } = recordingOf(profileOf(['a;b', 1], ['a;c', 3], ['a', 5]));
    const tree = stackTree(treeShape(table), table.values[0]);
    const self = selfValues(tree, Float64Array.of(10, 20, 40));
    expect([...self]).toEqual([0, 40, 10, 20]);
    expect([...totalsOf(tree.parent, self)]).toEqual([70, 70, 10, 20]);
  });
});

describe('the table of stacks', () => {
  it('has the samples that are selected', () => {
    const { table } = recordingOf(profileOf(['a;b', 1], ['a;c', 3], ['d', 5]));
    expect(folded(keepSamples(table, Uint8Array.of(1, 0, 1)))).toEqual([
      ['a;b', 1],
      ['d', 5],
    ]);
    expect(keepSamples(table, Uint8Array.of(1, 1, 1))).toBe(table);
    expect(folded(keepSamples(table, Uint8Array.of(0, 0, 0)))).toEqual([]);
  });

  it('has a base’s samples behind its own, in columns of their own', () => {
    const base = recordingOf(profileOf(['a;c', 2], ['a;b', 4]));
    const table = joinTables(recordingOf(profileOf(['a;b', 1])).table, base.table);
    expect(folded(table, 0)).toEqual([['a;b', 1]]);
    expect(folded(table, 1)).toEqual([
      ['a;c', 2],
      ['a;b', 4],
    ]);
  });

  it('adds up by function as the profile does', () => {
    const { table } = recordingOf(generated);
    const totals = frameTotals(table, table.values[2]);
    const expected = topFunctions(generated, 2);
    const byName = (a: { name: string }, b: { name: string }) => (a.name < b.name ? -1 : 1);
    expect(totals.whole).toBe(expected.total);
    expect(topRows(table.frames, totals).sort(byName)).toEqual(
      expected.rows.sort(byName).map((row) => ({ ...row, selfChange: 0, totalChange: 0 })),
    );
  });
});
